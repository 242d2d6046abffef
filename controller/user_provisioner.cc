#include "controller/user_provisioner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds {
namespace {

using state::v1::RequestRecord;
using state::v1::UserRecord;

std::string NameOf(const UserRecord& record) {
  return FormatUserName(record.database(), record.id());
}

// What a sealed password is bound to, so that it cannot be moved to another user, nor
// brought back after a rotation.
std::string SealContext(const UserRecord& record, int64_t generation) {
  return absl::StrCat(NameOf(record), "#", generation);
}

// What is done to a database is done to its users too, so the epoch is the later one's.
UserOnServer ToServer(const StoredUser& user, const StoredDatabase& database) {
  return {.name = user.record.server_name(),
          .database = eds::ToServer(database),
          .epoch = std::max(user.version, database.version)};
}

absl::Status NotReady(const UserRecord& record) {
  absl::string_view what = "deleted";
  if (record.state() == v1::User::STATE_CREATING) what = "created";
  if (record.state() == v1::User::STATE_ROTATING) what = "given a new password";
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kUserNotReady,
                   absl::StrCat(NameOf(record), " is being ", what, ": try again later"));
}

}  // namespace

absl::StatusOr<UserProvisioner::Holds> UserProvisioner::Own(const UserName& name,
                                                            absl::Time deadline) {
  const std::string database = FormatDatabaseName(name.database);
  const std::string user = FormatUserName(name.database, name.user);
  Holds holds;
  holds.database = seams_.locks.Share(database, deadline);
  if (holds.database == nullptr) return OwnedByAnother(database);
  holds.user = seams_.locks.Own(user, deadline);
  if (holds.user == nullptr) return OwnedByAnother(user);
  return holds;
}

absl::StatusOr<StoredUser> UserProvisioner::Create(const NewUser& request) {
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  if (earlier) return Resume(earlier->resource());
  const std::string name = FormatDatabaseName(request.database);
  const auto hold = seams_.locks.Share(name, seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(name);
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(request.database));
  RETURN_IF_ERROR(CheckReady(database));
  RETURN_IF_ERROR(seams_.directory.CheckReady(database.record.node()));
  return Insert(request, database);
}

absl::StatusOr<StoredUser> UserProvisioner::Insert(const NewUser& request,
                                                   const StoredDatabase& database) {
  UserRecord record;
  record.set_id(RandomBase32(seams_.random, kIdLength));
  record.set_database(request.database);
  record.set_role(request.role);
  record.set_state(v1::User::STATE_CREATING);
  record.set_server_name(absl::StrCat("u", seams_.installation, record.id()));
  record.set_password_generation(1);
  record.set_sealed_password(
      seams_.sealer.Seal(RandomPassword(seams_.random), SealContext(record, 1)));
  const auto hold = seams_.locks.Own(NameOf(record), absl::InfiniteFuture());
  ASSIGN_OR_RETURN(const StoredUser user, seams_.catalog.InsertUser(record, request.request));
  return CompleteOrAbandon(user, database);
}

absl::StatusOr<StoredUser> UserProvisioner::Resume(const std::string& resource) {
  ASSIGN_OR_RETURN(const UserName name, ParseUserName("resource", resource));
  ASSIGN_OR_RETURN(const Holds holds, Own(name, StepDeadline()));
  const absl::StatusOr<StoredUser> user = seams_.catalog.GetUser(name.database, name.user);
  if (user.status().code() == absl::StatusCode::kNotFound) {
    return GoneSince(resource, Reason::kUserNotFound);
  }
  RETURN_IF_ERROR(user.status());
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(name.database));
  RETURN_IF_ERROR(CheckReady(database));
  switch (user->record.state()) {
    case v1::User::STATE_READY:
      return user;
    case v1::User::STATE_CREATING:
      return CompleteOrAbandon(*user, database);
    default:
      return OwnedByAnother(resource);
  }
}

absl::StatusOr<StoredUser> UserProvisioner::CompleteCreation(const StoredUser& user,
                                                             const StoredDatabase& database) {
  const absl::Status created = Admit(user, database);
  if (!created.ok()) {
    seams_.attempts.Failed(NameOf(user.record), created);
    return created;
  }
  UserRecord ready = user.record;
  ready.set_state(v1::User::STATE_READY);
  absl::StatusOr<StoredUser> written = seams_.catalog.UpdateUser(user, ready);
  if (written.ok()) seams_.attempts.Forget(NameOf(user.record));
  return written;
}

// As DatabaseProvisioner::CompleteOrAbandon.
absl::StatusOr<StoredUser> UserProvisioner::CompleteOrAbandon(const StoredUser& user,
                                                              const StoredDatabase& database) {
  absl::StatusOr<StoredUser> completed = CompleteCreation(user, database);
  if (completed.ok()) return completed;
  if (IsOutcomeUnknown(completed.status()) && !user.record.request_id().empty()) return completed;
  RETURN_IF_ERROR(Undo(user, database));
  return completed;
}

// What cannot be dropped now is dropped later; attempts tell why.
absl::Status UserProvisioner::Undo(const StoredUser& user, const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const StoredUser undone, seams_.catalog.UndoUser(user));
  CompleteDeletion(undone, database).IgnoreError();
  return absl::OkStatus();
}

absl::StatusOr<StoredUser> UserProvisioner::RotatePassword(const UserChange& request) {
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  ASSIGN_OR_RETURN(const Holds holds,
                   Own(request.user, earlier ? StepDeadline() : seams_.clock.Now()));
  ASSIGN_OR_RETURN(StoredUser user,
                   seams_.catalog.GetUser(request.user.database, request.user.user));
  ASSIGN_OR_RETURN(const StoredDatabase database,
                   seams_.catalog.GetDatabase(request.user.database));
  RETURN_IF_ERROR(CheckReady(database));
  if (!earlier) {
    if (user.record.state() != v1::User::STATE_READY) return NotReady(user.record);
    RETURN_IF_ERROR(seams_.directory.CheckReady(database.record.node()));
    ASSIGN_OR_RETURN(user, BeginRotation(user, request.request));
  }
  if (user.record.state() == v1::User::STATE_READY) return user;
  if (user.record.state() != v1::User::STATE_ROTATING) return NotReady(user.record);
  return CompleteRotation(user, database);
}

absl::StatusOr<StoredUser> UserProvisioner::BeginRotation(const StoredUser& user,
                                                          const RequestKey& request) {
  UserRecord rotating = user.record;
  rotating.set_state(v1::User::STATE_ROTATING);
  rotating.set_sealed_next_password(
      seams_.sealer.Seal(RandomPassword(seams_.random),
                         SealContext(user.record, user.record.password_generation() + 1)));
  return seams_.catalog.UpdateUser(user, rotating, request);
}

absl::StatusOr<StoredUser> UserProvisioner::CompleteRotation(const StoredUser& user,
                                                             const StoredDatabase& database) {
  const int64_t generation = user.record.password_generation() + 1;
  ASSIGN_OR_RETURN(const Secret password,
                   seams_.sealer.Unseal(user.record.sealed_next_password(),
                                        SealContext(user.record, generation)));
  const UserOnServer on_server = ToServer(user, database);
  absl::Status changed = seams_.nodes.SetUserPassword(on_server, password, StepDeadline());
  if (changed.code() == absl::StatusCode::kNotFound) {
    // Somebody dropped the user on the server: our record says that it should be there.
    changed = seams_.nodes.CreateUser(on_server, password, StepDeadline());
  }
  if (!changed.ok()) {
    // The old password may work no more, so there is no way back: only forward.
    seams_.attempts.Failed(NameOf(user.record), changed);
    return Stands(changed, "rotation");
  }
  UserRecord ready = user.record;
  ready.set_state(v1::User::STATE_READY);
  ready.set_password_generation(generation);
  ready.set_sealed_password(user.record.sealed_next_password());
  ready.clear_sealed_next_password();
  absl::StatusOr<StoredUser> written = seams_.catalog.UpdateUser(user, ready);
  if (written.ok()) seams_.attempts.Forget(NameOf(user.record));
  return written;
}

absl::Status UserProvisioner::Delete(const UserChange& request) {
  const UserName& name = request.user;
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  ASSIGN_OR_RETURN(const Holds holds, Own(name, earlier ? StepDeadline() : seams_.clock.Now()));
  absl::StatusOr<StoredUser> user = seams_.catalog.GetUser(name.database, name.user);
  if (earlier && user.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(user.status());
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(name.database));
  RETURN_IF_ERROR(CheckReady(database));
  if (!earlier) {
    UserRecord deleting = user->record;
    deleting.set_state(v1::User::STATE_DELETING);
    deleting.clear_sealed_next_password();
    user = seams_.catalog.UpdateUser(*user, deleting, request.request);
    RETURN_IF_ERROR(user.status());
  }
  return Stands(CompleteDeletion(*user, database), "deletion");
}

absl::Status UserProvisioner::CompleteDeletion(const StoredUser& user,
                                               const StoredDatabase& database) {
  const absl::Status dropped = seams_.nodes.DropUser(ToServer(user, database), StepDeadline());
  if (!dropped.ok()) {
    seams_.attempts.Failed(NameOf(user.record), dropped);
    return dropped;
  }
  RETURN_IF_ERROR(seams_.catalog.RemoveUser(user));
  seams_.attempts.Forget(NameOf(user.record));
  return absl::OkStatus();
}

absl::StatusOr<Secret> UserProvisioner::Unseal(const StoredUser& user) const {
  return seams_.sealer.Unseal(user.record.sealed_password(),
                              SealContext(user.record, user.record.password_generation()));
}

absl::StatusOr<Secret> UserProvisioner::PasswordOf(const StoredUser& user) const {
  if (user.record.state() != v1::User::STATE_READY) return NotReady(user.record);
  ASSIGN_OR_RETURN(const StoredDatabase database,
                   seams_.catalog.GetDatabase(user.record.database()));
  RETURN_IF_ERROR(CheckReady(database));
  return Unseal(user);
}

absl::Status UserProvisioner::Admit(const StoredUser& user, const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const Secret password, Unseal(user));
  return seams_.nodes.CreateUser(ToServer(user, database), password, StepDeadline());
}

absl::Status UserProvisioner::Finish(const UserName& name) {
  const absl::StatusOr<Holds> holds = Own(name, seams_.clock.Now());
  if (!holds.ok()) return absl::OkStatus();
  const absl::StatusOr<StoredUser> user = seams_.catalog.GetEvenUndone(name);
  if (user.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(user.status());
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetEvenUndone(name.database));
  // What is being done to the database is done to its users too; of a deleted one only
  // what is on the way out goes on.
  const bool deleted = database.record.state() == v1::Database::STATE_DELETED &&
                       user->record.state() == v1::User::STATE_DELETING;
  if (!deleted && !CheckReady(database).ok()) return absl::OkStatus();
  switch (user->record.state()) {
    case v1::User::STATE_DELETING:
      return CompleteDeletion(*user, database);
    case v1::User::STATE_ROTATING:
      return CompleteRotation(*user, database).status();
    case v1::User::STATE_CREATING:
      if (user->record.request_id().empty()) return Undo(*user, database);
      return CompleteCreation(*user, database).status();
    default:
      return absl::OkStatus();
  }
}

absl::Status UserProvisioner::Repair(const UserName& name) {
  ASSIGN_OR_RETURN(const Holds holds, Own(name, seams_.clock.Now()));
  ASSIGN_OR_RETURN(const StoredUser user, seams_.catalog.GetUser(name.database, name.user));
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(name.database));
  const bool is_ready = user.record.state() == v1::User::STATE_READY;
  const bool is_there = is_ready || user.record.state() == v1::User::STATE_ROTATING;
  if (is_there && database.record.state() == v1::Database::STATE_DELETED) {
    return seams_.nodes.LockUser(ToServer(user, database), StepDeadline());
  }
  if (is_ready && database.record.state() == v1::Database::STATE_READY) {
    return Admit(user, database);
  }
  return OwnedByAnother(NameOf(user.record));
}

}  // namespace eds
