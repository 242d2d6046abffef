#include "controller/database_deleter.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"

namespace eds {
namespace {

using state::v1::DatabaseRecord;
using state::v1::RequestRecord;

constexpr size_t kUserPage = 500;
constexpr size_t kListedUsers = 20;

std::string NameOf(const StoredDatabase& database) {
  return FormatDatabaseName(database.record.id());
}

absl::Status NotFound(const std::string& resource) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                   absl::StrCat("there is no database ", resource));
}

bool IsToBePurged(const DatabaseRecord& record) {
  return record.purge_cause() != v1::Purge::CAUSE_UNSPECIFIED;
}

}  // namespace

std::string EtagOf(int64_t version) { return absl::StrFormat("%x", version); }

absl::Status CheckEtag(const StoredDatabase& database, const std::string& etag) {
  if (etag.empty() || etag == EtagOf(database.version)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kAborted, Reason::kEtagMismatch,
      absl::StrCat(NameOf(database), " has changed since its etag was read: read it again"));
}

absl::Status DatabaseDeleter::Delete(const DatabaseDeletion& request) {
  const std::string resource = FormatDatabaseName(request.id);
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  const auto hold = seams_.locks.Own(resource, earlier ? StepDeadline() : seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  absl::StatusOr<StoredDatabase> database = seams_.catalog.GetDatabase(request.id);
  if (earlier && database.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(database.status());
  if (!earlier) {
    RETURN_IF_ERROR(CheckDeletable(*database, request));
    database = Begin(*database, request);
    RETURN_IF_ERROR(database.status());
  }
  // It may have been completed, and undone by an undeletion, since the first call.
  if (database->record.state() != v1::Database::STATE_DELETING) return absl::OkStatus();
  return Stands(Complete(*database), "deletion");
}

absl::Status DatabaseDeleter::CheckDeletable(const StoredDatabase& database,
                                             const DatabaseDeletion& request) {
  const DatabaseRecord& record = database.record;
  RETURN_IF_ERROR(CheckEtag(database, request.etag));
  if (record.deletion_protection()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kDeletionProtected,
                     absl::StrCat(NameOf(database), " is protected: take its deletion_protection ",
                                  "away first (edsctl database unprotect)"));
  }
  if (record.state() == v1::Database::STATE_DELETED && !request.purge_now) {
    return NotFound(NameOf(database));
  }
  if (request.force || record.cascade()) return absl::OkStatus();
  return CheckNoUsers(record.id());
}

absl::Status DatabaseDeleter::CheckNoUsers(const std::string& id) {
  ASSIGN_OR_RETURN(std::vector<StoredUser> users, seams_.catalog.ListUsers(id, "", kListedUsers));
  std::erase_if(users, [](const StoredUser& user) { return user.record.undo(); });
  if (users.empty()) return absl::OkStatus();
  absl::Status status = MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kDatabaseHasUsers,
      absl::StrCat(FormatDatabaseName(id), " has users: delete them first, or set force"));
  for (const StoredUser& user : users) {
    const std::string name = FormatUserName(id, user.record.id());
    status =
        WithViolation(status, "USER", name, absl::StrCat("logs in as ", user.record.server_name()));
  }
  return status;
}

absl::StatusOr<StoredDatabase> DatabaseDeleter::Begin(const StoredDatabase& database,
                                                      const DatabaseDeletion& request) {
  DatabaseRecord deleting = database.record;
  deleting.set_state(v1::Database::STATE_DELETING);
  deleting.set_cascade(request.force || deleting.cascade());
  if (database.record.state() == v1::Database::STATE_UNDELETING) {
    deleting.clear_delete_time();
    deleting.clear_purge_time();
  }
  ASSIGN_OR_RETURN(const absl::Duration retention, configs_.Retention(deleting.node()));
  // What never was READY holds nothing to bring back.
  const bool unborn = database.record.state() == v1::Database::STATE_CREATING;
  if (request.purge_now || unborn || retention == absl::ZeroDuration()) {
    deleting.set_purge_cause(v1::Purge::CAUSE_REQUESTED);
    deleting.set_purge_request_id(request.request.id);
  }
  // An adoption that is not complete leaves the database to its owner.
  if (unborn && !deleting.adopted_from().empty()) deleting.set_undo(true);
  return seams_.catalog.UpdateDatabase(database, deleting, request.request);
}

absl::Status DatabaseDeleter::Expire(const std::string& id) {
  const auto hold = seams_.locks.Own(FormatDatabaseName(id), seams_.clock.Now());
  if (hold == nullptr) return absl::OkStatus();
  const absl::StatusOr<StoredDatabase> database = seams_.catalog.GetDatabase(id);
  if (database.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(database.status());
  if (database->record.state() != v1::Database::STATE_DELETED ||
      ToTime(database->record.purge_time()) > seams_.clock.Now()) {
    return absl::OkStatus();
  }
  DatabaseRecord purged = database->record;
  purged.set_state(v1::Database::STATE_DELETING);
  purged.set_purge_cause(v1::Purge::CAUSE_EXPIRED);
  ASSIGN_OR_RETURN(const StoredDatabase deleting, seams_.catalog.UpdateDatabase(*database, purged));
  return Complete(deleting);
}

absl::Status DatabaseDeleter::Complete(const StoredDatabase& database) {
  const DatabaseRecord& record = database.record;
  absl::Status status;
  if (record.state() == v1::Database::STATE_UNDELETING) {
    status = CompleteUndeletion(database).status();
    // Without its data there is nothing to bring back.
    if (status.code() == absl::StatusCode::kNotFound) return GiveUpUndeletion(database);
  } else {
    status = record.undo() || IsToBePurged(record) ? Purge(database) : Retire(database);
  }
  if (status.ok()) {
    seams_.attempts.Forget(NameOf(database));
  } else {
    seams_.attempts.Failed(NameOf(database), status);
  }
  return status;
}

absl::Status DatabaseDeleter::Retire(const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const std::vector<StoredUser> users, UsersOf(database));
  RETURN_IF_ERROR(LockOut(database, users));
  DatabaseRecord deleted = database.record;
  deleted.set_state(v1::Database::STATE_DELETED);
  if (!deleted.has_delete_time()) {
    ASSIGN_OR_RETURN(const absl::Duration retention, configs_.Retention(deleted.node()));
    const absl::Time now = seams_.clock.Now();
    *deleted.mutable_delete_time() = ToTimestamp(now);
    *deleted.mutable_purge_time() = ToTimestamp(now + retention);
  }
  return seams_.catalog.UpdateDatabase(database, deleted).status();
}

absl::Status DatabaseDeleter::Purge(const StoredDatabase& database) {
  const DatabaseRecord& record = database.record;
  if (record.undo()) {
    // What was to be adopted is somebody else's, as before.
    if (record.adopted_from().empty()) RETURN_IF_ERROR(Drop(database).status());
    return seams_.catalog.RemoveDatabase(database);
  }
  ASSIGN_OR_RETURN(const int64_t users, Drop(database));
  v1::Purge purge;
  purge.set_resource(NameOf(database));
  purge.set_display_name(record.display_name());
  purge.set_node(FormatNodeName(record.node()));
  purge.set_server_name(record.server_name());
  purge.set_user_count(users);
  purge.set_cause(record.purge_cause());
  purge.set_request_id(record.purge_request_id());
  *purge.mutable_create_time() = record.create_time();
  if (record.has_delete_time()) *purge.mutable_delete_time() = record.delete_time();
  *purge.mutable_purge_time() = ToTimestamp(seams_.clock.Now());
  return seams_.catalog.RemoveDatabase(database, &purge);
}

// Users are locked before the data goes, so that none sees half of it, and dropped
// after it, when they own nothing any more.
absl::StatusOr<int64_t> DatabaseDeleter::Drop(const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const std::vector<StoredUser> users, UsersOf(database));
  RETURN_IF_ERROR(LockOut(database, users));
  RETURN_IF_ERROR(seams_.nodes.DropDatabase(ToServer(database), StepDeadline()));
  for (const StoredUser& user : users) {
    for (const UserOnServer& login : LoginsOf(user, database)) {
      RETURN_IF_ERROR(seams_.nodes.DropUser(login, StepDeadline()));
    }
    RETURN_IF_ERROR(seams_.catalog.RemoveUser(user));
    seams_.attempts.Forget(FormatUserName(user.record.database(), user.record.id()));
  }
  if (database.record.has_first_login()) {
    RETURN_IF_ERROR(seams_.nodes.DropUser(FirstLoginOf(database), StepDeadline()));
  }
  return static_cast<int64_t>(users.size());
}

absl::Status DatabaseDeleter::LockOut(const StoredDatabase& database,
                                      const std::vector<StoredUser>& users) {
  if (database.record.has_first_login()) {
    seams_.pool.TakeAdmitted(database);
    RETURN_IF_ERROR(seams_.nodes.LockUser(FirstLoginOf(database), StepDeadline()));
  }
  for (const StoredUser& user : users) {
    for (const UserOnServer& login : LoginsOf(user, database)) {
      RETURN_IF_ERROR(seams_.nodes.LockUser(login, StepDeadline()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StoredUser>> DatabaseDeleter::UsersOf(const StoredDatabase& database) {
  std::vector<StoredUser> users;
  while (true) {
    ASSIGN_OR_RETURN(
        std::vector<StoredUser> page,
        seams_.catalog.ListUsers(database.record.id(),
                                 users.empty() ? "" : users.back().record.id(), kUserPage));
    const bool last = page.size() < kUserPage;
    std::move(page.begin(), page.end(), std::back_inserter(users));
    if (last) return users;
  }
}

absl::StatusOr<StoredDatabase> DatabaseDeleter::Undelete(const Undeletion& request) {
  const std::string resource = FormatDatabaseName(request.id);
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  const auto hold = seams_.locks.Own(resource, earlier ? StepDeadline() : seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  ASSIGN_OR_RETURN(StoredDatabase database, seams_.catalog.GetDatabase(request.id));
  if (!earlier) {
    ASSIGN_OR_RETURN(database, BeginUndeletion(database, request));
  } else if (database.record.state() != v1::Database::STATE_UNDELETING) {
    RETURN_IF_ERROR(CheckReady(database));
    return database;
  }
  const absl::StatusOr<StoredDatabase> completed = CompleteUndeletion(database);
  if (completed.ok()) {
    seams_.attempts.Forget(resource);
    return completed;
  }
  seams_.attempts.Failed(resource, completed.status());
  if (!IsOutcomeUnknown(completed.status())) RETURN_IF_ERROR(GiveUpUndeletion(database));
  return completed;
}

absl::StatusOr<StoredDatabase> DatabaseDeleter::BeginUndeletion(const StoredDatabase& database,
                                                                const Undeletion& request) {
  if (database.record.state() != v1::Database::STATE_DELETED) {
    RETURN_IF_ERROR(CheckReady(database));
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseNotDeleted,
                     absl::StrCat(NameOf(database), " is not deleted"));
  }
  RETURN_IF_ERROR(seams_.directory.CheckReady(database.record.node()));
  DatabaseRecord undeleting = database.record;
  undeleting.set_state(v1::Database::STATE_UNDELETING);
  if (!request.display_name.empty()) undeleting.set_display_name(request.display_name);
  return seams_.catalog.UpdateDatabase(database, undeleting, request.request);
}

absl::StatusOr<StoredDatabase> DatabaseDeleter::CompleteUndeletion(const StoredDatabase& database) {
  RETURN_IF_ERROR(AdmitUsers(database));
  DatabaseRecord ready = database.record;
  ready.set_state(v1::Database::STATE_READY);
  ready.clear_cascade();
  ready.clear_delete_time();
  ready.clear_purge_time();
  return seams_.catalog.UpdateDatabase(database, ready);
}

// Users that something was being done to are left to whoever finishes that.
absl::Status DatabaseDeleter::AdmitUsers(const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const std::vector<StoredUser> users, UsersOf(database));
  for (const StoredUser& user : users) {
    const v1::User::State state = user.record.state();
    if (state != v1::User::STATE_READY && state != v1::User::STATE_ROTATING) continue;
    RETURN_IF_ERROR(users_.Admit(user, database));
  }
  return absl::OkStatus();
}

// Those who were let in are locked out again; it expires when it would have.
absl::Status DatabaseDeleter::GiveUpUndeletion(const StoredDatabase& database) {
  DatabaseRecord deleting = database.record;
  deleting.set_state(v1::Database::STATE_DELETING);
  ASSIGN_OR_RETURN(const StoredDatabase begun, seams_.catalog.UpdateDatabase(database, deleting));
  Complete(begun).IgnoreError();
  return absl::OkStatus();
}

}  // namespace eds
