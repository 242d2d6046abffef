#ifndef EDS_CONTROLLER_PASSWORD_ROTATOR_H_
#define EDS_CONTROLLER_PASSWORD_ROTATOR_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/resource_name.h"
#include "controller/catalog.h"
#include "controller/provisioner_seams.h"
#include "controller/request_key.h"
#include "controller/user_holds.h"

namespace eds {

struct PasswordRotation {
  RequestKey request;
  UserName user;
  absl::Duration overlap;  // Zero: none.
};

struct OverlapEnd {
  RequestKey request;
  UserName user;
};

// Gives users new passwords, beside which the one before may work for a while: where a
// server knows two passwords, under the same login name; elsewhere (PostgreSQL) as a
// second login, which is dropped in the end. At most two work at a time.
//
// Methods block until the outcome is known; their errors are those of
// eds.v1.DatabaseService. Thread-safe.
class PasswordRotator {
 public:
  // The seams must outlive this object.
  explicit PasswordRotator(const ProvisionerSeams& seams) : seams_(seams) {}

  absl::StatusOr<StoredUser> Rotate(const PasswordRotation& request);
  absl::StatusOr<StoredUser> EndOverlap(const OverlapEnd& request);

  // Ends an overlap whose time has come; OK if there is none, or another operation is at
  // the user.
  absl::Status Expire(const UserName& name);

  // For whoever has the user, and its database, for himself: goes on with what the record
  // says has begun.
  absl::StatusOr<StoredUser> CompleteRotation(const StoredUser& user,
                                              const StoredDatabase& database);

 private:
  // What a call is about, kept for itself.
  struct Subject {
    UserHolds holds;
    StoredUser user;  // READY, unless the call is a repeat.
    StoredDatabase database;
    bool is_repeat = false;
  };

  absl::StatusOr<Subject> Own(const RequestKey& request, const UserName& name);
  absl::StatusOr<StoredUser> Begin(const StoredUser& user, const StoredDatabase& database,
                                   const PasswordRotation& request);
  // Ends the overlap before, which may need the name: at most two passwords work at a time.
  absl::StatusOr<StoredUser> MakeRoom(const StoredUser& user, const StoredDatabase& database);
  absl::Status ChangeOnServer(const StoredUser& user, const StoredDatabase& database);
  absl::StatusOr<StoredUser> CompleteOverlap(const StoredUser& user,
                                             const StoredDatabase& database);
  bool IsDue(const state::v1::UserRecord& record) const;
  absl::Status EndOnServer(const StoredUser& user, const StoredDatabase& database);
  // Sets them, and brings back a user that somebody dropped on the server: our record says
  // that it should be there.
  absl::Status SetPasswords(const UserOnServer& user, const Passwords& passwords);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams seams_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_PASSWORD_ROTATOR_H_
