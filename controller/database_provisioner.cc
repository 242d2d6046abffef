#include "controller/database_provisioner.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/config_keys.h"
#include "common/creation_options.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"

namespace eds {
namespace {

using state::v1::DatabaseRecord;
using state::v1::RequestRecord;

constexpr size_t kFewestDigits = 5;
constexpr size_t kMostDigits = 12;

std::string NameOf(const StoredDatabase& database) {
  return FormatDatabaseName(database.record.id());
}

// The record that takes the place of what was made ahead.
DatabaseRecord ReadyToBe(const StoredReady& ready) {
  DatabaseRecord record;
  record.set_id(ready.record.id());
  record.set_node(ready.record.node());
  record.set_state(v1::Database::STATE_READY);
  record.set_server_name(ready.record.database().server_name());
  record.set_owner_name(ready.record.database().owner_name());
  *record.mutable_options() = ready.record.database().options();
  record.set_kind(ready.record.database().kind());
  *record.mutable_first_login() = ready.record.login();
  return record;
}

// An answer of the server that says whose the database is, or that there is none.
bool IsHopeless(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
         HasReason(status, Reason::kOwnerMismatch);
}

// A failure of the first attempt of an adoption that leaves no doubt that the database is
// as its owner has it. A later one may fail so although an earlier one succeeded.
bool IsRefusal(const absl::Status& status) {
  return IsHopeless(status) || absl::IsFailedPrecondition(status);
}

}  // namespace

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
  ASSIGN_OR_RETURN(const std::string node, ChooseNode(request));
  RETURN_IF_ERROR(CheckOptions(request.options, node));
  return node;
}

absl::StatusOr<std::string> DatabaseProvisioner::ChooseNode(const NewDatabase& request) {
  if (request.node.empty()) return placement_.Choose(request.kind);
  ASSIGN_OR_RETURN(const StoredNode node, seams_.catalog.GetNode(request.node));
  if (request.kind != v1::KIND_UNSPECIFIED && request.kind != node.record.kind()) {
    return InvalidField("database.kind", absl::StrCat(request.node, " is a node of kind ",
                                                      KindPrefix(node.record.kind())));
  }
  RETURN_IF_ERROR(placement_.Check(node));
  return request.node;
}

absl::Status DatabaseProvisioner::CheckOptions(const v1::DatabaseOptions& options,
                                               const std::string& node) {
  ASSIGN_OR_RETURN(const StoredNode home, seams_.catalog.GetNode(node));
  RETURN_IF_ERROR(CheckDatabaseOptions(home.record.kind(), options, "database.options"));
  if (options.extensions().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> allowed, configs_.Extensions(node));
  for (int i = 0; i < options.extensions_size(); ++i) {
    if (absl::c_linear_search(allowed, options.extensions(i))) continue;
    return InvalidField(
        absl::StrCat("database.options.extensions[", i, "]"),
        absl::StrCat(node, " does not allow ", options.extensions(i),
                     "; postgresql/extensions allows ", absl::StrJoin(allowed, ", ")));
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Create(const NewDatabase& request,
                                                           const std::string& node) {
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  if (earlier) return Resume(earlier->resource());
  ASSIGN_OR_RETURN(absl::optional<StoredDatabase> claimed, Claim(request, node));
  if (claimed) return *std::move(claimed);
  ASSIGN_OR_RETURN(DatabaseRecord record, NewRecord(node));
  record.set_display_name(request.display_name);
  record.set_server_name(absl::StrCat("d", seams_.installation, record.id()));
  record.set_deletion_protection(request.deletion_protection);
  *record.mutable_options() = request.options;
  absl::StatusOr<StoredDatabase> created = Insert(std::move(record), request.request);
  if (created.ok()) seams_.pool.NoteKind(node, request.options);
  return created;
}

absl::StatusOr<absl::optional<StoredDatabase>> DatabaseProvisioner::Claim(
    const NewDatabase& request, const std::string& node) {
  const std::string identity = seams_.directory.ServerIdentity(node);
  while (auto ready = seams_.pool.TakeDatabase(node, request.options, identity)) {
    DatabaseRecord record = ReadyToBe(*ready);
    record.set_display_name(request.display_name);
    record.set_deletion_protection(request.deletion_protection);
    const absl::StatusOr<StoredDatabase> claimed =
        InsertNamed(std::move(record), [&](const DatabaseRecord& named) {
          return seams_.catalog.InsertDatabase(named, request.request, *ready);
        });
    if (claimed.ok()) {
      seams_.pool.LetGo(*ready);
      seams_.pool.NoteClaimed(claimed->record);
      return absl::make_optional(*claimed);
    }
    ASSIGN_OR_RETURN(const bool is_there, seams_.pool.PutBack(*ready));
    if (is_there || !absl::IsAborted(claimed.status())) return claimed.status();
  }
  return absl::optional<StoredDatabase>();
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Adopt(const Adoption& request) {
  ASSIGN_OR_RETURN(const absl::optional<RequestRecord> earlier,
                   seams_.catalog.FindRequest(request.request));
  if (earlier) return Resume(earlier->resource());
  ASSIGN_OR_RETURN(DatabaseRecord record, NewRecord(request.node));
  RETURN_IF_ERROR(seams_.directory.CheckReady(request.node));
  RETURN_IF_ERROR(CheckUnknown(request.server_name));
  record.set_display_name(request.display_name);
  record.set_server_name(request.server_name);
  record.set_adopted_from(request.expected_owner);
  return Insert(std::move(record), request.request);
}

// A name of ours belongs to the record that it was made for, as long as there is one.
absl::Status DatabaseProvisioner::CheckUnknown(const std::string& server_name) {
  absl::string_view id = server_name;
  if (!absl::ConsumePrefix(&id, absl::StrCat("d", seams_.installation))) return absl::OkStatus();
  const absl::StatusOr<StoredDatabase> known = seams_.catalog.GetEvenUndone(id);
  if (known.status().code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  RETURN_IF_ERROR(known.status());
  return MakeError(absl::StatusCode::kAlreadyExists, Reason::kDatabaseAdopted,
                   absl::StrCat(server_name, " is in the records already, as ",
                                FormatDatabaseName(id), " on ", known->record.node()));
}

absl::StatusOr<DatabaseRecord> DatabaseProvisioner::NewRecord(const std::string& node) {
  ASSIGN_OR_RETURN(const StoredNode home, seams_.catalog.GetNode(node));
  DatabaseRecord record;
  record.set_id(RandomBase32(seams_.random, kIdLength));
  record.set_kind(home.record.kind());
  record.set_node(node);
  record.set_state(v1::Database::STATE_CREATING);
  record.set_owner_name(absl::StrCat("o", seams_.installation, record.id()));
  return record;
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Insert(DatabaseRecord record,
                                                           const RequestKey& request) {
  const auto hold = seams_.locks.Own(FormatDatabaseName(record.id()), absl::InfiniteFuture());
  const absl::StatusOr<StoredDatabase> database = InsertNamed(
      std::move(record),
      [&](const DatabaseRecord& named) { return seams_.catalog.InsertDatabase(named, request); });
  RETURN_IF_ERROR(database.status());
  RETURN_IF_ERROR(placement_.Taken(database->record.node()));
  return CompleteOrAbandon(*database, Attempt::kFirst);
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::InsertNamed(DatabaseRecord record,
                                                                const Inserter& insert) {
  const bool named = !record.display_name().empty();
  absl::StatusOr<StoredDatabase> database;
  // A made-up name may be taken: take a longer one then.
  for (size_t digits = kFewestDigits; digits <= kMostDigits; ++digits) {
    if (!named) {
      record.set_display_name(
          absl::StrCat(KindPrefix(record.kind()), "-", RandomDigits(seams_.random, digits)));
    }
    database = insert(record);
    if (named || !HasReason(database.status(), Reason::kDisplayNameTaken)) break;
  }
  return database;
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
      return CompleteOrAbandon(*database, Attempt::kRepeat);
    case v1::Database::STATE_DELETED:
      return GoneSince(resource, Reason::kDatabaseNotFound);
    default:
      return OwnedByAnother(resource);
  }
}

absl::Status DatabaseProvisioner::CreateOnServer(const StoredDatabase& database) {
  const std::string& adopted_from = database.record.adopted_from();
  if (adopted_from.empty()) return seams_.nodes.CreateDatabase(ToServer(database), StepDeadline());
  return seams_.nodes.AdoptDatabase(ToServer(database), adopted_from, StepDeadline());
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::CompleteCreation(
    const StoredDatabase& database) {
  const absl::Status created = CreateOnServer(database);
  if (!created.ok()) {
    seams_.attempts.Failed(NameOf(database), created);
    return created;
  }
  DatabaseRecord ready = database.record;
  ready.set_state(v1::Database::STATE_READY);
  absl::StatusOr<StoredDatabase> written = seams_.catalog.UpdateDatabase(database, ready);
  if (written.ok()) seams_.attempts.Forget(NameOf(database));
  return written;
}

// A creation that a caller can repeat, and whose outcome is unknown, is finished later;
// so is an adoption, which cannot be taken back. Any other that fails is undone: nobody
// waits for it.
absl::StatusOr<StoredDatabase> DatabaseProvisioner::CompleteOrAbandon(
    const StoredDatabase& database, Attempt attempt) {
  absl::StatusOr<StoredDatabase> completed = CompleteCreation(database);
  if (completed.ok()) return completed;
  if (database.record.adopted_from().empty()) {
    const bool can_be_repeated = !database.record.request_id().empty();
    if (IsOutcomeUnknown(completed.status()) && can_be_repeated) return completed;
  } else {
    const bool refused =
        attempt == Attempt::kFirst ? IsRefusal(completed.status()) : IsHopeless(completed.status());
    if (!refused) return Stands(completed.status(), "adoption");
  }
  RETURN_IF_ERROR(Undo(database));
  return completed;
}

// What cannot be dropped now is dropped later; attempts tell why.
absl::Status DatabaseProvisioner::Undo(const StoredDatabase& database) {
  ASSIGN_OR_RETURN(const StoredDatabase undone, seams_.catalog.UndoDatabase(database));
  deleter_.Complete(undone).IgnoreError();
  return absl::OkStatus();
}

absl::StatusOr<StoredDatabase> DatabaseProvisioner::Update(const DatabaseUpdate& request) {
  const std::string resource = FormatDatabaseName(request.id);
  const auto hold = seams_.locks.Share(resource, seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(request.id));
  RETURN_IF_ERROR(CheckEtag(database, request.etag));
  RETURN_IF_ERROR(CheckReady(database));
  DatabaseRecord updated = database.record;
  if (request.display_name) updated.set_display_name(*request.display_name);
  if (request.deletion_protection) updated.set_deletion_protection(*request.deletion_protection);
  if (updated.display_name() == database.record.display_name() &&
      updated.deletion_protection() == database.record.deletion_protection()) {
    return database;
  }
  return seams_.catalog.UpdateDatabase(database, updated);
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
    case v1::Database::STATE_UNDELETING:
      return deleter_.Complete(*database);
    case v1::Database::STATE_CREATING:
      return FinishCreation(*database);
    default:
      return absl::OkStatus();
  }
}

absl::Status DatabaseProvisioner::FinishCreation(const StoredDatabase& database) {
  if (!database.record.adopted_from().empty()) {
    const absl::Status adopted = CompleteCreation(database).status();
    return IsHopeless(adopted) ? Undo(database) : adopted;
  }
  if (database.record.request_id().empty()) return Undo(database);
  return CompleteCreation(database).status();
}

absl::Status DatabaseProvisioner::Repair(const std::string& id) {
  const std::string resource = FormatDatabaseName(id);
  const auto hold = seams_.locks.Share(resource, seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  ASSIGN_OR_RETURN(const StoredDatabase database, seams_.catalog.GetDatabase(id));
  if (database.record.state() != v1::Database::STATE_READY) return OwnedByAnother(resource);
  const std::string& adopted_from = database.record.adopted_from();
  if (adopted_from.empty()) return seams_.nodes.CreateDatabase(ToServer(database), StepDeadline());
  return seams_.nodes.AdoptDatabase(ToServer(database), adopted_from, StepDeadline());
}

}  // namespace eds
