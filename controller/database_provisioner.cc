#include "controller/database_provisioner.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"

namespace eds {
namespace {

using state::v1::DatabaseRecord;
using state::v1::RequestRecord;

constexpr size_t kUserPage = 500;
constexpr size_t kListedUsers = 20;
constexpr size_t kFewestDigits = 5;
constexpr size_t kMostDigits = 12;

std::string NameOf(const StoredDatabase& database) {
  return FormatDatabaseName(database.record.id());
}

absl::Status CheckEtag(const StoredDatabase& database, const std::string& etag) {
  if (etag.empty() || etag == EtagOf(database.version)) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kAborted, Reason::kEtagMismatch,
      absl::StrCat(NameOf(database), " has changed since its etag was read: read it again"));
}

absl::Status NotReady(const StoredDatabase& database) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kDatabaseNotReady,
      absl::StrCat(
          NameOf(database), " is being ",
          database.record.state() == v1::Database::STATE_CREATING ? "created" : "deleted"));
}

}  // namespace

std::string EtagOf(int64_t version) { return absl::StrFormat("%x", version); }

absl::StatusOr<std::string> DatabaseProvisioner::NodeFor(const NewDatabase& request) {
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  if (earlier) {
    ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("resource", earlier->resource()));
    const absl::StatusOr<StoredDatabase> database = seams_.catalog.GetDatabase(id);
    if (database.ok()) return database->record.node();
    if (database.status().code() != absl::StatusCode::kNotFound) return database.status();
    return GoneSince(earlier->resource(), Reason::kDatabaseNotFound);
  }
  if (!request.display_name.empty() && seams_.catalog.FindDatabase(request.display_name).ok()) {
    return MakeError(absl::StatusCode::kAlreadyExists, Reason::kDisplayNameTaken,
                     absl::StrCat("a database called ", request.display_name,
                                  " exists already: choose another name"));
  }
  if (request.node.empty()) return placement_.Choose(request.kind);
  ASSIGN_OR_RETURN(const StoredNode node, seams_.catalog.GetNode(request.node));
  if (request.kind != v1::KIND_UNSPECIFIED && request.kind != node.record.kind()) {
    return InvalidField("database.kind", absl::StrCat(request.node, " is a node of kind ",
                                                      KindPrefix(node.record.kind())));
  }
  RETURN_IF_ERROR(placement_.Check(node));
  return request.node;
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Create(const NewDatabase& request,
                                                           const std::string& node) {
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  if (earlier) return Resume(earlier->resource());
  return Insert(request, node);
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Insert(const NewDatabase& request,
                                                           const std::string& node) {
  ASSIGN_OR_RETURN(const StoredNode home, seams_.catalog.GetNode(node));
  DatabaseRecord record;
  record.set_id(RandomBase32(seams_.random, kIdLength));
  record.set_kind(home.record.kind());
  record.set_node(node);
  record.set_state(v1::Database::STATE_CREATING);
  record.set_server_name(absl::StrCat("d", seams_.installation, record.id()));
  record.set_owner_name(absl::StrCat("o", seams_.installation, record.id()));
  const auto hold = seams_.locks.Own(FormatDatabaseName(record.id()), absl::InfiniteFuture());
  absl::StatusOr<StoredDatabase> database;
  // A made-up name may be taken: take a longer one then.
  for (size_t digits = kFewestDigits; digits <= kMostDigits; ++digits) {
    record.set_display_name(
        request.display_name.empty()
            ? absl::StrCat(KindPrefix(record.kind()), "-", RandomDigits(seams_.random, digits))
            : request.display_name);
    database = seams_.catalog.InsertDatabase(record, request.request);
    const bool taken = HasReason(database.status(), Reason::kDisplayNameTaken);
    if (!taken || !request.display_name.empty()) break;
  }
  RETURN_IF_ERROR(database.status());
  RETURN_IF_ERROR(placement_.Taken(node));
  return CompleteOrAbandon(*database);
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Resume(const std::string& resource) {
  const auto hold = seams_.locks.Own(resource, StepDeadline());
  if (hold == nullptr) return OwnedByAnother(resource);
  ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("resource", resource));
  const absl::StatusOr<StoredDatabase> database = seams_.catalog.GetDatabase(id);
  if (database.status().code() == absl::StatusCode::kNotFound) {
    return GoneSince(resource, Reason::kDatabaseNotFound);
  }
  RETURN_IF_ERROR(database.status());
  switch (database->record.state()) {
    case v1::Database::STATE_READY:
      return database;
    case v1::Database::STATE_CREATING:
      return CompleteOrAbandon(*database);
    default:
      return OwnedByAnother(resource);
  }
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::CompleteCreation(
    const StoredDatabase& database) {
  const absl::Status created = seams_.nodes.CreateDatabase(ToServer(database), StepDeadline());
  if (!created.ok()) {
    seams_.attempts.Failed(NameOf(database), created);
    return created;
  }
  StoredDatabase ready = database;
  ready.record.set_state(v1::Database::STATE_READY);
  absl::StatusOr<StoredDatabase> written = seams_.catalog.UpdateDatabase(ready);
  if (written.ok()) seams_.attempts.Forget(NameOf(database));
  return written;
}

// A creation that a caller can repeat, and whose outcome is unknown, is finished later.
// Any other that fails is undone: nobody waits for it.
absl::StatusOr<StoredDatabase> DatabaseProvisioner::CompleteOrAbandon(
    const StoredDatabase& database) {
  absl::StatusOr<StoredDatabase> completed = CompleteCreation(database);
  if (completed.ok()) return completed;
  if (IsOutcomeUnknown(completed.status()) && !database.record.request_id().empty()) {
    return completed;
  }
  RETURN_IF_ERROR(Undo(database));
  return completed;
}

// What cannot be dropped now is dropped later; attempts tell why.
absl::Status DatabaseProvisioner::Undo(const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const StoredDatabase undone, seams_.catalog.UndoDatabase(database));
  CompleteDeletion(undone).IgnoreError();
  return absl::OkStatus();
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Rename(const std::string& id,
                                                           const std::string& etag,
                                                           const std::string& display_name) {
  const std::string resource = FormatDatabaseName(id);
  const auto hold = seams_.locks.Share(resource, seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(id));
  RETURN_IF_ERROR(CheckEtag(database, etag));
  if (database.record.state() != v1::Database::STATE_READY) return NotReady(database);
  return seams_.catalog.RenameDatabase(database, display_name);
}

absl::Status DatabaseProvisioner::Delete(const DatabaseDeletion& request) {
  const std::string resource = FormatDatabaseName(request.id);
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  const auto hold = seams_.locks.Own(resource, earlier ? StepDeadline() : seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  absl::StatusOr<StoredDatabase> database = seams_.catalog.GetDatabase(request.id);
  if (earlier && database.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(database.status());
  if (!earlier) {
    RETURN_IF_ERROR(CheckEtag(*database, request.etag));
    if (!request.force && !database->record.cascade()) RETURN_IF_ERROR(CheckNoUsers(request.id));
    database->record.set_state(v1::Database::STATE_DELETING);
    database->record.set_cascade(request.force || database->record.cascade());
    database = seams_.catalog.UpdateDatabase(*database, request.request);
    RETURN_IF_ERROR(database.status());
  }
  return DeletionStands(CompleteDeletion(*database));
}

absl::Status DatabaseProvisioner::CheckNoUsers(const std::string& id) {
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

absl::Status DatabaseProvisioner::CompleteDeletion(const StoredDatabase& database) {
  const absl::Status status = DropOnServer(database);
  if (!status.ok()) {
    seams_.attempts.Failed(NameOf(database), status);
    return status;
  }
  RETURN_IF_ERROR(seams_.catalog.RemoveDatabase(database));
  seams_.attempts.Forget(NameOf(database));
  return absl::OkStatus();
}

// Users are locked before the data goes, so that none sees half of it, and dropped
// after it, when they own nothing any more.
absl::Status DatabaseProvisioner::DropOnServer(const StoredDatabase& database) {
  const DatabaseOnServer on_server = ToServer(database);
  ASSIGN_OR_RETURN(const std::vector<StoredUser> users, UsersOf(database.record.id()));
  for (const StoredUser& user : users) {
    RETURN_IF_ERROR(seams_.nodes.LockUser(
        {.name = user.record.server_name(), .database = on_server}, StepDeadline()));
  }
  RETURN_IF_ERROR(seams_.nodes.DropDatabase(on_server, StepDeadline()));
  for (const StoredUser& user : users) {
    RETURN_IF_ERROR(seams_.nodes.DropUser(
        {.name = user.record.server_name(), .database = on_server}, StepDeadline()));
    RETURN_IF_ERROR(seams_.catalog.RemoveUser(user));
    seams_.attempts.Forget(FormatUserName(user.record.database(), user.record.id()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StoredUser>> DatabaseProvisioner::UsersOf(const std::string& id) {
  std::vector<StoredUser> users;
  while (true) {
    ASSIGN_OR_RETURN(
        std::vector<StoredUser> page,
        seams_.catalog.ListUsers(id, users.empty() ? "" : users.back().record.id(), kUserPage));
    const bool last = page.size() < kUserPage;
    std::move(page.begin(), page.end(), std::back_inserter(users));
    if (last) return users;
  }
}

absl::Status DatabaseProvisioner::Finish(const std::string& id) {
  const std::string resource = FormatDatabaseName(id);
  const auto hold = seams_.locks.Own(resource, seams_.clock.Now());
  if (hold == nullptr) return absl::OkStatus();
  const absl::StatusOr<StoredDatabase> database = seams_.catalog.GetEvenUndone(id);
  if (database.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(database.status());
  switch (database->record.state()) {
    case v1::Database::STATE_DELETING:
      return CompleteDeletion(*database);
    case v1::Database::STATE_CREATING:
      if (database->record.request_id().empty()) return Undo(*database);
      return CompleteCreation(*database).status();
    default:
      return absl::OkStatus();
  }
}

}  // namespace eds
