#ifndef EDS_CONTROLLER_USER_HOLDS_H_
#define EDS_CONTROLLER_USER_HOLDS_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/resource_name.h"
#include "controller/provisioner_seams.h"

namespace eds {

// Keeps others from a user, and its database from being deleted.
struct UserHolds {
  std::unique_ptr<LockTable::Hold> database;
  std::unique_ptr<LockTable::Hold> user;
};

// Waits until `deadline`. kAborted (kOperationInProgress) if somebody has them all the time.
absl::StatusOr<UserHolds> OwnUser(const ProvisionerSeams& seams, const UserName& name,
                                  absl::Time deadline);

// The error for a user that something is being done to: kFailedPrecondition
// (kUserNotReady).
absl::Status NotReady(const state::v1::UserRecord& record);

std::string NameOf(const state::v1::UserRecord& record);

}  // namespace eds

#endif  // EDS_CONTROLLER_USER_HOLDS_H_
