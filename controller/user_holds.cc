#include "controller/user_holds.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds {

absl::StatusOr<UserHolds> OwnUser(const ProvisionerSeams& seams, const UserName& name,
                                  absl::Time deadline) {
  const std::string database = FormatDatabaseName(name.database);
  const std::string user = FormatUserName(name.database, name.user);
  UserHolds holds;
  holds.database = seams.locks.Share(database, deadline);
  if (holds.database == nullptr) return OwnedByAnother(database);
  holds.user = seams.locks.Own(user, deadline);
  if (holds.user == nullptr) return OwnedByAnother(user);
  return holds;
}

absl::Status NotReady(const state::v1::UserRecord& record) {
  absl::string_view what = "deleted";
  if (record.state() == v1::User::STATE_CREATING) what = "created";
  if (record.state() == v1::User::STATE_ROTATING) what = "given a new password";
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kUserNotReady,
                   absl::StrCat(NameOf(record), " is being ", what, ": try again later"));
}

std::string NameOf(const state::v1::UserRecord& record) {
  return FormatUserName(record.database(), record.id());
}

}  // namespace eds
