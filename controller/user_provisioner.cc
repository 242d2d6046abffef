#include "controller/user_provisioner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/creation_options.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/object_name.h"
#include "controller/user_holds.h"
#include "controller/user_passwords.h"

namespace eds {
namespace {

using state::v1::ReadyLogin;
using state::v1::RequestRecord;
using state::v1::UserRecord;

}  // namespace

absl::StatusOr<StoredUser> UserProvisioner::Create(const NewUser& request) {
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  if (earlier) return Resume(earlier->resource());
  const std::string name = FormatDatabaseName(request.database);
  const auto hold = seams_.locks.Share(name, seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(name);
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(request.database));
  RETURN_IF_ERROR(CheckReady(database));
  RETURN_IF_ERROR(CheckUserOptions(database.record.kind(), request.options, "user.options"));
  RETURN_IF_ERROR(seams_.directory.CheckReady(database.record.node()));
  return Insert(request, database);
}

absl::StatusOr<StoredUser> UserProvisioner::Insert(const NewUser& request,
                                                   const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const absl::optional<StoredUser> claimed, Claim(request, database));
  if (claimed) return *claimed;
  const std::string id = RandomBase32(seams_.random, kIdLength);
  const UserRecord record =
      NewRecord(request, id, FormatObjectName(ObjectLetter::kUser, seams_.installation, id),
                RandomPassword(seams_.random));
  const auto hold = seams_.locks.Own(NameOf(record), absl::InfiniteFuture());
  ASSIGN_OR_RETURN(const StoredUser user, seams_.catalog.InsertUser(record, request.request));
  return CompleteOrAbandon(user, database);
}

UserRecord UserProvisioner::NewRecord(const NewUser& request, const std::string& id,
                                      const std::string& server_name, const Secret& password) {
  UserRecord record;
  record.set_id(id);
  record.set_database(request.database);
  record.set_role(request.role);
  record.set_state(v1::User::STATE_CREATING);
  record.set_server_name(server_name);
  record.set_password_generation(1);
  record.set_sealed_password(SealPassword(seams_.sealer, record, 1, password));
  *record.mutable_options() = request.options;
  return record;
}

absl::StatusOr<UserRecord> UserProvisioner::ReadyToBe(const NewUser& request,
                                                      const ReadyLogin& login) {
  ASSIGN_OR_RETURN(const Secret password, ReadyPassword(seams_.sealer, login));
  UserRecord record = NewRecord(request, login.id(), login.server_name(), password);
  record.set_prepared(true);
  return record;
}

absl::StatusOr<absl::optional<StoredUser>> UserProvisioner::Claim(const NewUser& request,
                                                                  const StoredDatabase& database) {
  if (request.role == v1::User::ROLE_OWNER && database.record.has_first_login()) {
    ASSIGN_OR_RETURN(absl::optional<StoredUser> claimed, ClaimFirstLogin(request, database));
    if (claimed) return claimed;
  }
  const std::string& node = database.record.node();
  const std::string identity = seams_.directory.ServerIdentity(node);
  while (auto ready = seams_.pool.TakeUser(node, identity)) {
    ASSIGN_OR_RETURN(const UserRecord record, ReadyToBe(request, ready->record.login()));
    const auto hold = seams_.locks.Own(NameOf(record), absl::InfiniteFuture());
    const absl::StatusOr<StoredUser> user =
        seams_.catalog.InsertUser(record, request.request, *ready);
    if (user.ok()) {
      seams_.pool.LetGo(*ready);
      ASSIGN_OR_RETURN(StoredUser completed, CompleteOrAbandon(*user, database));
      return absl::make_optional(std::move(completed));
    }
    ASSIGN_OR_RETURN(const bool is_there, seams_.pool.PutBack(*ready));
    if (is_there || !absl::IsAborted(user.status())) return user.status();
  }
  return absl::optional<StoredUser>();
}

absl::StatusOr<absl::optional<StoredUser>> UserProvisioner::ClaimFirstLogin(
    const NewUser& request, const StoredDatabase& database) {
  ASSIGN_OR_RETURN(UserRecord record, ReadyToBe(request, database.record.first_login()));
  const bool is_plain = request.options.ByteSizeLong() == 0;
  const bool is_admitted = is_plain && seams_.pool.TakeAdmitted(database);
  if (is_admitted) {
    record.set_state(v1::User::STATE_READY);
    record.clear_prepared();
  } else {
    record.set_has_rights(true);
  }
  const auto hold = seams_.locks.Own(NameOf(record), absl::InfiniteFuture());
  const absl::StatusOr<StoredUser> user =
      seams_.catalog.InsertUser(record, request.request, database);
  // Somebody else has got it, or has changed the database.
  if (absl::IsAborted(user.status())) return absl::optional<StoredUser>();
  RETURN_IF_ERROR(user.status());
  if (is_admitted) return absl::make_optional(*user);
  ASSIGN_OR_RETURN(StoredUser completed, CompleteOrAbandon(*user, database));
  return absl::make_optional(std::move(completed));
}

// Keeps nobody from the database: what is done to it meanwhile has a later epoch.
absl::Status UserProvisioner::AdmitFirstLogin(const std::string& id) {
  const absl::StatusOr<StoredDatabase> database = seams_.catalog.GetDatabase(id);
  if (absl::IsNotFound(database.status())) return absl::OkStatus();
  RETURN_IF_ERROR(database.status());
  if (!CheckReady(*database).ok() || !database->record.has_first_login()) return absl::OkStatus();
  RETURN_IF_ERROR(
      seams_.nodes.AdmitUser(FirstLoginOf(*database), /*has_rights=*/true, StepDeadline()));
  seams_.pool.NoteAdmitted(*database);
  return absl::OkStatus();
}

absl::StatusOr<StoredUser> UserProvisioner::Resume(const std::string& resource) {
  ASSIGN_OR_RETURN(const UserName name, ParseUserName("resource", resource));
  ASSIGN_OR_RETURN(const UserHolds holds, OwnUser(seams_, name, StepDeadline()));
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
  const absl::Status created =
      user.record.prepared() ? AdmitPrepared(user, database) : Admit(user, database);
  if (!created.ok()) {
    seams_.attempts.Failed(NameOf(user.record), created);
    return created;
  }
  UserRecord ready = user.record;
  ready.set_state(v1::User::STATE_READY);
  ready.clear_prepared();
  ready.clear_has_rights();
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

absl::Status UserProvisioner::Delete(const UserDeletion& request) {
  const UserName& name = request.user;
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  ASSIGN_OR_RETURN(const UserHolds holds,
                   OwnUser(seams_, name, earlier ? StepDeadline() : seams_.clock.Now()));
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
  for (const UserOnServer& login : LoginsOf(user, database)) {
    const absl::Status dropped = seams_.nodes.DropUser(login, StepDeadline());
    if (dropped.ok()) continue;
    seams_.attempts.Failed(NameOf(user.record), dropped);
    return dropped;
  }
  RETURN_IF_ERROR(seams_.catalog.RemoveUser(user));
  seams_.attempts.Forget(NameOf(user.record));
  return absl::OkStatus();
}

absl::StatusOr<Secret> UserProvisioner::PasswordOf(const StoredUser& user) const {
  if (user.record.state() != v1::User::STATE_READY) return NotReady(user.record);
  ASSIGN_OR_RETURN(const StoredDatabase database,
                   seams_.catalog.GetDatabase(user.record.database()));
  RETURN_IF_ERROR(CheckReady(database));
  return CurrentPassword(seams_.sealer, user.record);
}

absl::Status UserProvisioner::Admit(const StoredUser& user, const StoredDatabase& database) {
  UserOnServer login = ToServer(user, database);
  ASSIGN_OR_RETURN(const Passwords passwords, AcceptedPasswords(seams_.sealer, user.record));
  RETURN_IF_ERROR(seams_.nodes.CreateUser(login, passwords, StepDeadline()));
  if (user.record.previous_server_name().empty()) return absl::OkStatus();
  login.name = user.record.previous_server_name();
  ASSIGN_OR_RETURN(const Secret previous, PreviousPassword(seams_.sealer, user.record));
  return seams_.nodes.CreateUser(login, previous, StepDeadline());
}

absl::Status UserProvisioner::AdmitPrepared(const StoredUser& user,
                                            const StoredDatabase& database) {
  const absl::Status admitted =
      seams_.nodes.AdmitUser(ToServer(user, database), user.record.has_rights(), StepDeadline());
  // Somebody has dropped it.
  return HasReason(admitted, Reason::kUserNotFound) ? Admit(user, database) : admitted;
}

absl::Status UserProvisioner::Finish(const UserName& name) {
  const absl::StatusOr<UserHolds> holds = OwnUser(seams_, name, seams_.clock.Now());
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
      return rotator_.CompleteRotation(*user, database).status();
    case v1::User::STATE_CREATING:
      if (user->record.request_id().empty()) return Undo(*user, database);
      return CompleteCreation(*user, database).status();
    default:
      return absl::OkStatus();
  }
}

absl::Status UserProvisioner::Repair(const UserName& name) {
  ASSIGN_OR_RETURN(const UserHolds holds, OwnUser(seams_, name, seams_.clock.Now()));
  ASSIGN_OR_RETURN(const StoredUser user, seams_.catalog.GetUser(name.database, name.user));
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(name.database));
  const bool is_ready = user.record.state() == v1::User::STATE_READY;
  const bool is_there = is_ready || user.record.state() == v1::User::STATE_ROTATING;
  if (is_there && database.record.state() == v1::Database::STATE_DELETED) {
    for (const UserOnServer& login : LoginsOf(user, database)) {
      RETURN_IF_ERROR(seams_.nodes.LockUser(login, StepDeadline()));
    }
    return absl::OkStatus();
  }
  if (is_ready && database.record.state() == v1::Database::STATE_READY) {
    return Admit(user, database);
  }
  return OwnedByAnother(NameOf(user.record));
}

}  // namespace eds
