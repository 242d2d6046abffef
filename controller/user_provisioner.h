#ifndef EDS_CONTROLLER_USER_PROVISIONER_H_
#define EDS_CONTROLLER_USER_PROVISIONER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/resource_name.h"
#include "common/secret.h"
#include "controller/catalog.h"
#include "controller/password_rotator.h"
#include "controller/provisioner_seams.h"
#include "controller/request_key.h"

namespace eds {

struct NewUser {
  RequestKey request;
  std::string database;  // Id.
  v1::User::Role role = v1::User::ROLE_OWNER;
  v1::UserOptions options = {};
};

struct UserDeletion {
  RequestKey request;
  UserName user;
};

// Creates and deletes users as DatabaseProvisioner does databases.
class UserProvisioner {
 public:
  // All must outlive this object.
  UserProvisioner(const ProvisionerSeams& seams, PasswordRotator& rotator)
      : seams_(seams), rotator_(rotator) {}

  absl::StatusOr<StoredUser> Create(const NewUser& request);
  absl::Status Delete(const UserDeletion& request);

  // The password of a user that is READY. kFailedPrecondition (kUserNotReady,
  // kDatabaseNotReady).
  absl::StatusOr<Secret> PasswordOf(const StoredUser& user) const;

  // Has the server let a user in, with the password on record and all that it may do in
  // its database: mends what it lacks there. For whoever has the database, or the user,
  // for himself.
  absl::Status Admit(const StoredUser& user, const StoredDatabase& database);

  // Lets in the login that came with a database, so that its first user need not wait for
  // that. OK if there is none.
  absl::Status AdmitFirstLogin(const std::string& database);

  // Finishes or undoes what was left of an operation; OK if another one is at it.
  absl::Status Finish(const UserName& name);

  // Has the server agree with the record again: a READY user is there and can log in; that of a
  // DELETED database is locked. kAborted (kOperationInProgress) if something is
  // being done to either.
  absl::Status Repair(const UserName& name);

 private:
  absl::StatusOr<StoredUser> Insert(const NewUser& request, const StoredDatabase& database);
  // Gives it the login that came with its database; nullopt if that is gone.
  absl::StatusOr<absl::optional<StoredUser>> ClaimFirstLogin(const NewUser& request,
                                                             const StoredDatabase& database);
  // Gives it a login made ahead; nullopt if there is none.
  absl::StatusOr<absl::optional<StoredUser>> Claim(const NewUser& request,
                                                   const StoredDatabase& database);
  state::v1::UserRecord NewRecord(const NewUser& request, const std::string& id,
                                  const std::string& server_name, const Secret& password);
  // The record that takes the place of a login made ahead.
  absl::StatusOr<state::v1::UserRecord> ReadyToBe(const NewUser& request,
                                                  const state::v1::ReadyLogin& login);
  absl::StatusOr<StoredUser> Resume(const std::string& resource);
  absl::StatusOr<StoredUser> CompleteCreation(const StoredUser& user,
                                              const StoredDatabase& database);
  // Lets in a login made ahead.
  absl::Status AdmitPrepared(const StoredUser& user, const StoredDatabase& database);
  absl::StatusOr<StoredUser> CompleteOrAbandon(const StoredUser& user,
                                               const StoredDatabase& database);
  absl::Status Undo(const StoredUser& user, const StoredDatabase& database);
  absl::Status CompleteDeletion(const StoredUser& user, const StoredDatabase& database);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams seams_;
  PasswordRotator& rotator_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_USER_PROVISIONER_H_
