#include "controller/password_rotator.h"

#include <string>
#include <utility>

#include "common/error.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "controller/object_name.h"
#include "controller/user_passwords.h"

namespace eds {
namespace {

using state::v1::RequestRecord;
using state::v1::UserRecord;

bool Overlaps(const UserRecord& record) { return record.has_previous_password_expire_time(); }

void ForgetPrevious(UserRecord& record) {
  record.clear_sealed_previous_password();
  record.clear_previous_server_name();
  record.clear_previous_password_expire_time();
}

// What the record says once the next password is the current one.
UserRecord Rotated(const UserRecord& rotating, absl::Time now) {
  UserRecord ready = rotating;
  ForgetPrevious(ready);
  if (rotating.has_overlap()) {
    ready.set_sealed_previous_password(rotating.sealed_password());
    *ready.mutable_previous_password_expire_time() =
        ToTimestamp(now + absl::Seconds(rotating.overlap().seconds()));
  }
  if (!rotating.next_server_name().empty()) {
    ready.set_previous_server_name(rotating.server_name());
    ready.set_server_name(rotating.next_server_name());
  }
  ready.set_state(v1::User::STATE_READY);
  ready.set_password_generation(rotating.password_generation() + 1);
  ready.set_sealed_password(rotating.sealed_next_password());
  ready.clear_sealed_next_password();
  ready.clear_next_server_name();
  ready.clear_overlap();
  ready.clear_rotation_request_id();
  return ready;
}

}  // namespace

absl::StatusOr<PasswordRotator::Subject> PasswordRotator::Own(const RequestKey& request,
                                                              const UserName& name) {
  Subject subject;
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request));
  subject.is_repeat = earlier.has_value();
  const absl::Time deadline = subject.is_repeat ? StepDeadline() : seams_.clock.Now();
  ASSIGN_OR_RETURN(subject.holds, OwnUser(seams_, name, deadline));
  ASSIGN_OR_RETURN(subject.user, seams_.catalog.GetUser(name.database, name.user));
  ASSIGN_OR_RETURN(subject.database, seams_.catalog.GetDatabase(name.database));
  RETURN_IF_ERROR(CheckReady(subject.database));
  const bool is_ready = subject.user.record.state() == v1::User::STATE_READY;
  if (!subject.is_repeat && !is_ready) return NotReady(subject.user.record);
  return subject;
}

absl::StatusOr<StoredUser> PasswordRotator::Rotate(const PasswordRotation& request) {
  ASSIGN_OR_RETURN(Subject subject, Own(request.request, request.user));
  StoredUser& user = subject.user;
  if (!subject.is_repeat) {
    RETURN_IF_ERROR(seams_.directory.CheckReady(subject.database.record.node()));
    ASSIGN_OR_RETURN(user, Begin(user, subject.database, request));
  }
  if (user.record.state() == v1::User::STATE_READY) return user;
  if (user.record.state() != v1::User::STATE_ROTATING) return NotReady(user.record);
  return CompleteRotation(user, subject.database);
}

absl::StatusOr<StoredUser> PasswordRotator::Begin(const StoredUser& user,
                                                  const StoredDatabase& database,
                                                  const PasswordRotation& request) {
  UserRecord rotating = user.record;
  rotating.set_state(v1::User::STATE_ROTATING);
  rotating.set_rotation_request_id(request.request.id);
  rotating.set_sealed_next_password(SealPassword(seams_.sealer, user.record,
                                                 user.record.password_generation() + 1,
                                                 RandomPassword(seams_.random)));
  if (request.overlap > absl::ZeroDuration()) {
    rotating.mutable_overlap()->set_seconds(absl::ToInt64Seconds(request.overlap));
    if (database.record.kind() == v1::KIND_POSTGRESQL) {
      rotating.set_next_server_name(OtherLoginName(user.record.server_name()));
    }
  }
  return seams_.catalog.UpdateUser(user, rotating, request.request);
}

absl::StatusOr<StoredUser> PasswordRotator::CompleteRotation(const StoredUser& rotating,
                                                             const StoredDatabase& database) {
  const absl::StatusOr<StoredUser> room = MakeRoom(rotating, database);
  if (!room.ok()) {
    seams_.attempts.Failed(NameOf(rotating.record), room.status());
    return Stands(room.status(), "rotation");
  }
  const StoredUser& user = *room;
  const absl::Status changed = ChangeOnServer(user, database);
  if (HasReason(changed, Reason::kOptionUnsupported)) {
    // Known before anything was done; nobody has seen the new password.
    RETURN_IF_ERROR(seams_.catalog.AbandonRotation(user).status());
    seams_.attempts.Forget(NameOf(user.record));
    return changed;
  }
  if (!changed.ok()) {
    // The old password may work no more, so there is no way back: only forward.
    seams_.attempts.Failed(NameOf(user.record), changed);
    return Stands(changed, "rotation");
  }
  absl::StatusOr<StoredUser> written =
      seams_.catalog.UpdateUser(user, Rotated(user.record, seams_.clock.Now()));
  if (written.ok()) seams_.attempts.Forget(NameOf(user.record));
  return written;
}

// The record is written anew between the drop of a login and a creation of the same name, so
// that a drop which is late is told from one of later.
absl::StatusOr<StoredUser> PasswordRotator::MakeRoom(const StoredUser& user,
                                                     const StoredDatabase& database) {
  if (user.record.previous_server_name().empty()) return user;
  UserOnServer previous = ToServer(user, database);
  previous.name = user.record.previous_server_name();
  RETURN_IF_ERROR(seams_.nodes.DropUser(previous, StepDeadline()));
  UserRecord alone = user.record;
  ForgetPrevious(alone);
  return seams_.catalog.UpdateUser(user, alone);
}

absl::Status PasswordRotator::ChangeOnServer(const StoredUser& user,
                                             const StoredDatabase& database) {
  const UserRecord& record = user.record;
  ASSIGN_OR_RETURN(Passwords passwords, NextPassword(seams_.sealer, record));
  UserOnServer login = ToServer(user, database);
  if (!record.next_server_name().empty()) {
    login.name = record.next_server_name();
    return seams_.nodes.CreateUser(login, passwords, StepDeadline());
  }
  if (record.has_overlap()) {
    ASSIGN_OR_RETURN(passwords.previous, CurrentPassword(seams_.sealer, record));
  }
  return SetPasswords(login, passwords);
}

absl::Status PasswordRotator::SetPasswords(const UserOnServer& user, const Passwords& passwords) {
  const absl::Status set = seams_.nodes.SetUserPassword(user, passwords, StepDeadline());
  if (set.code() != absl::StatusCode::kNotFound) return set;
  return seams_.nodes.CreateUser(user, passwords, StepDeadline());
}

absl::StatusOr<StoredUser> PasswordRotator::EndOverlap(const OverlapEnd& request) {
  ASSIGN_OR_RETURN(Subject subject, Own(request.request, request.user));
  StoredUser& user = subject.user;
  if (!subject.is_repeat) {
    // From here on it is due, whatever becomes of this call, and of the clock.
    UserRecord ended = user.record;
    if (Overlaps(ended)) {
      *ended.mutable_previous_password_expire_time() = ToTimestamp(absl::UnixEpoch());
    }
    ASSIGN_OR_RETURN(user, seams_.catalog.UpdateUser(user, ended, request.request));
  }
  // A later rotation may have begun another overlap since the first call.
  if (user.record.state() != v1::User::STATE_READY || !IsDue(user.record)) return user;
  absl::StatusOr<StoredUser> completed = CompleteOverlap(user, subject.database);
  if (!completed.ok()) return Stands(completed.status(), "end of the overlap");
  return completed;
}

bool PasswordRotator::IsDue(const UserRecord& record) const {
  return Overlaps(record) && ToTime(record.previous_password_expire_time()) <= seams_.clock.Now();
}

absl::Status PasswordRotator::Expire(const UserName& name) {
  const absl::StatusOr<UserHolds> holds = OwnUser(seams_, name, seams_.clock.Now());
  if (!holds.ok()) return absl::OkStatus();
  const absl::StatusOr<StoredUser> user = seams_.catalog.GetUser(name.database, name.user);
  if (user.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(user.status());
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetEvenUndone(name.database));
  const bool is_there = database.record.state() == v1::Database::STATE_READY ||
                        database.record.state() == v1::Database::STATE_DELETED;
  if (!is_there || user->record.state() != v1::User::STATE_READY || !IsDue(user->record)) {
    return absl::OkStatus();
  }
  return CompleteOverlap(*user, database).status();
}

absl::StatusOr<StoredUser> PasswordRotator::CompleteOverlap(const StoredUser& user,
                                                            const StoredDatabase& database) {
  const absl::Status ended = EndOnServer(user, database);
  if (!ended.ok()) {
    seams_.attempts.Failed(NameOf(user.record), ended);
    return ended;
  }
  UserRecord alone = user.record;
  ForgetPrevious(alone);
  absl::StatusOr<StoredUser> written = seams_.catalog.UpdateUser(user, alone);
  if (written.ok()) seams_.attempts.Forget(NameOf(user.record));
  return written;
}

absl::Status PasswordRotator::EndOnServer(const StoredUser& user, const StoredDatabase& database) {
  UserOnServer login = ToServer(user, database);
  if (!user.record.previous_server_name().empty()) {
    login.name = user.record.previous_server_name();
    return seams_.nodes.DropUser(login, StepDeadline());
  }
  ASSIGN_OR_RETURN(const Secret password, CurrentPassword(seams_.sealer, user.record));
  if (database.record.state() == v1::Database::STATE_READY) return SetPasswords(login, password);
  // It is locked, and must not be brought back.
  const absl::Status set = seams_.nodes.SetUserPassword(login, password, StepDeadline());
  return set.code() == absl::StatusCode::kNotFound ? absl::OkStatus() : set;
}

}  // namespace eds
