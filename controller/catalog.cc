#include "controller/catalog.h"

#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "controller/catalog_changes.h"
#include "controller/catalog_keys.h"

namespace eds {
namespace {

using state::v1::ConfigRecord;
using state::v1::DatabaseRecord;
using state::v1::NodeRecord;
using state::v1::RequestRecord;
using state::v1::UserRecord;

using catalog_keys::kConfigs;
using catalog_keys::kDatabases;
using catalog_keys::kDisplayNames;
using catalog_keys::kExpiring;
using catalog_keys::Key;
using catalog_keys::kNodes;
using catalog_keys::kOverlaps;
using catalog_keys::kPurges;
using catalog_keys::kRequests;
using catalog_keys::kUnfinished;
using catalog_keys::UsersOf;

constexpr size_t kScanPage = 1000;

std::string NameOf(const DatabaseRecord& record) { return FormatDatabaseName(record.id()); }
std::string NameOf(const UserRecord& record) {
  return FormatUserName(record.database(), record.id());
}

absl::Status NoSuchDatabase(absl::string_view name) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                   absl::StrCat("there is no database ", name));
}

absl::Status NoSuchUser(const UserName& name) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat("there is no user ", FormatUserName(name.database, name.user)));
}

absl::Status NameTaken(absl::string_view display_name) {
  return MakeError(
      absl::StatusCode::kAlreadyExists, Reason::kDisplayNameTaken,
      absl::StrCat("a database called ", display_name, " exists already: choose another name"));
}

absl::Status AlreadyAdopted(absl::string_view server_name, absl::string_view id) {
  return MakeError(
      absl::StatusCode::kAlreadyExists, Reason::kDatabaseAdopted,
      absl::StrCat(server_name, " is in the records already, as ", FormatDatabaseName(id)));
}

absl::Status Changed(const absl::Status& status, absl::string_view name) {
  if (status.code() != absl::StatusCode::kAborted) return status;
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                absl::StrCat(name, " was changed by another operation: try again")),
      absl::Milliseconds(100));
}

// Commits `transaction`, which writes `record`.
template <typename Record>
absl::StatusOr<Stored<Record>> CommitRecord(StateStore& store, Record record,
                                            const Transaction& transaction) {
  const absl::StatusOr<int64_t> revision = store.Commit(transaction);
  if (!revision.ok()) return Changed(revision.status(), NameOf(record));
  return Stored<Record>{.record = std::move(record), .version = *revision};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Catalog>> Catalog::Open(StateStore& store, Clock& clock) {
  std::unique_ptr<Catalog> catalog(new Catalog(store, clock));
  RETURN_IF_ERROR(catalog->CountAll());
  ASSIGN_OR_RETURN(const std::vector<StoredReady> all_ready, catalog->ListReady());
  for (const StoredReady& ready : all_ready) catalog->CountReady(ready, absl::OkStatus(), 1);
  return catalog;
}

absl::Status Catalog::CountAll() {
  DatabaseRecord record;
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<StoredEntry> page,
                     store_.List(kDatabases, after, kScanPage));
    for (const StoredEntry& entry : page) {
      RETURN_IF_ERROR(DecodeInto(record, entry));
      AddToCount(record.node(), 1);
    }
    if (page.size() < kScanPage) return absl::OkStatus();
    after = page.back().key;
  }
}

void Catalog::AddToCount(const std::string& node, int64_t change) {
  absl::MutexLock lock(&mutex_);
  database_counts_[node] += change;
}

int64_t Catalog::CountDatabases(absl::string_view node) const {
  absl::MutexLock lock(&mutex_);
  const auto found = database_counts_.find(std::string(node));
  return found == database_counts_.end() ? 0 : found->second;
}

absl::StatusOr<StoredDatabase> Catalog::GetDatabase(absl::string_view id) {
  ASSIGN_OR_RETURN(StoredDatabase database, GetEvenUndone(id));
  if (database.record.undo()) return NoSuchDatabase(FormatDatabaseName(id));
  return database;
}

absl::StatusOr<StoredUser> Catalog::GetUser(absl::string_view database, absl::string_view id) {
  const UserName name{.database = std::string(database), .user = std::string(id)};
  ASSIGN_OR_RETURN(StoredUser user, GetEvenUndone(name));
  if (user.record.undo()) return NoSuchUser(name);
  return user;
}

absl::StatusOr<StoredDatabase> Catalog::GetEvenUndone(absl::string_view database) {
  const absl::StatusOr<StoredEntry> entry = store_.Get(Key(kDatabases, database));
  if (entry.ok()) return Decode<DatabaseRecord>(*entry);
  if (entry.status().code() != absl::StatusCode::kNotFound) return entry.status();
  return NoSuchDatabase(FormatDatabaseName(database));
}

absl::StatusOr<StoredUser> Catalog::GetEvenUndone(const UserName& user) {
  const absl::StatusOr<StoredEntry> entry = store_.Get(Key(UsersOf(user.database), user.user));
  if (entry.ok()) return Decode<UserRecord>(*entry);
  if (entry.status().code() != absl::StatusCode::kNotFound) return entry.status();
  return NoSuchUser(user);
}

absl::StatusOr<StoredNode> Catalog::GetNode(absl::string_view id) {
  const absl::StatusOr<StoredEntry> entry = store_.Get(Key(kNodes, id));
  if (entry.ok()) return Decode<NodeRecord>(*entry);
  if (entry.status().code() != absl::StatusCode::kNotFound) return entry.status();
  return MakeError(absl::StatusCode::kNotFound, Reason::kNodeNotFound,
                   absl::StrCat("there is no node ", id, ": a node appears when it first joins"));
}

absl::StatusOr<StoredConfig> Catalog::GetConfig(absl::string_view node) {
  const absl::StatusOr<StoredEntry> entry = store_.Get(Key(kConfigs, node));
  if (entry.status().code() == absl::StatusCode::kNotFound) {
    StoredConfig config;
    config.record.set_node(std::string(node));
    return config;
  }
  RETURN_IF_ERROR(entry.status());
  return Decode<ConfigRecord>(*entry);
}

absl::StatusOr<std::string> Catalog::FindDatabase(absl::string_view display_name) {
  const absl::StatusOr<StoredEntry> entry = store_.Get(Key(kDisplayNames, display_name));
  if (entry.ok()) return entry->value;
  if (entry.status().code() == absl::StatusCode::kNotFound) return NoSuchDatabase(display_name);
  return entry.status();
}

absl::StatusOr<std::vector<StoredDatabase>> Catalog::ListDatabases(absl::string_view after,
                                                                   size_t limit) {
  return DecodeAll<DatabaseRecord>(
      store_.List(kDatabases, after.empty() ? "" : Key(kDatabases, after), limit));
}

absl::StatusOr<std::vector<StoredUser>> Catalog::ListUsers(absl::string_view database,
                                                           absl::string_view after, size_t limit) {
  const std::string prefix = UsersOf(database);
  return DecodeAll<UserRecord>(store_.List(prefix, after.empty() ? "" : Key(prefix, after), limit));
}

absl::StatusOr<std::vector<StoredNode>> Catalog::ListNodes() {
  return DecodeAll<NodeRecord>(store_.List(kNodes, "", kScanPage));
}

absl::StatusOr<std::vector<StoredConfig>> Catalog::ListConfigs() {
  return DecodeAll<ConfigRecord>(store_.List(kConfigs, "", kScanPage));
}

absl::StatusOr<int64_t> Catalog::CountUsers(absl::string_view database) {
  return store_.Count(UsersOf(database));
}

absl::StatusOr<std::string> Catalog::FindAdopted(const std::string& node,
                                                 const std::string& server_name) {
  DatabaseRecord record;
  record.set_node(node);
  record.set_server_name(server_name);
  const absl::StatusOr<StoredEntry> entry = store_.Get(catalog_keys::Adopted(record));
  if (entry.ok()) return entry->value;
  if (entry.status().code() == absl::StatusCode::kNotFound) return NoSuchDatabase(server_name);
  return entry.status();
}

absl::StatusOr<std::vector<ExpiredDatabase>> Catalog::ListExpired(absl::Time now,
                                                                  absl::string_view after,
                                                                  size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<StoredEntry> entries, store_.List(kExpiring, after, limit));
  const std::string end = catalog_keys::ExpiringAfter(now);
  std::vector<ExpiredDatabase> expired;
  for (const StoredEntry& entry : entries) {
    if (entry.key >= end) break;
    expired.push_back({.key = entry.key, .id = catalog_keys::DatabaseOfExpiring(entry.key)});
  }
  return expired;
}

absl::StatusOr<std::vector<EndedOverlap>> Catalog::ListEndedOverlaps(absl::Time now,
                                                                     absl::string_view after,
                                                                     size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<StoredEntry> entries, store_.List(kOverlaps, after, limit));
  const std::string end = catalog_keys::OverlapsAfter(now);
  std::vector<EndedOverlap> ended;
  for (const StoredEntry& entry : entries) {
    if (entry.key >= end) break;
    ended.push_back({.key = entry.key, .user = catalog_keys::UserOfOverlap(entry.key)});
  }
  return ended;
}

absl::StatusOr<std::vector<std::string>> Catalog::ListUnfinished(absl::string_view after,
                                                                 size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<StoredEntry> entries,
                   store_.List(kUnfinished, after.empty() ? "" : Key(kUnfinished, after), limit));
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const StoredEntry& entry : entries) {
    names.emplace_back(absl::StripPrefix(entry.key, kUnfinished));
  }
  return names;
}

// Tells a conflict about a name from one about the record.
absl::StatusOr<StoredDatabase> Catalog::Write(const StoredDatabase& before,
                                              const DatabaseRecord& after,
                                              Transaction transaction) {
  absl::StatusOr<StoredDatabase> written = CommitRecord(store_, after, transaction);
  if (written.status().code() != absl::StatusCode::kAborted) return written;
  const bool takes_name =
      HoldsDisplayName(after) && (before.version == 0 || !HoldsDisplayName(before.record) ||
                                  before.record.display_name() != after.display_name());
  if (takes_name && store_.Get(catalog_keys::DisplayName(after)).ok()) {
    return NameTaken(after.display_name());
  }
  if (before.version == 0 && !after.adopted_from().empty()) {
    const absl::StatusOr<std::string> id = FindAdopted(after.node(), after.server_name());
    if (id.ok()) return AlreadyAdopted(after.server_name(), *id);
  }
  return written;
}

absl::StatusOr<StoredDatabase> Catalog::InsertDatabase(const DatabaseRecord& record,
                                                       const RequestKey& request) {
  return Insert(record, request, {});
}

absl::StatusOr<StoredDatabase> Catalog::Insert(const DatabaseRecord& record,
                                               const RequestKey& request, Transaction transaction) {
  DatabaseRecord inserted = record;
  *inserted.mutable_create_time() = ToTimestamp(clock_.Now());
  *inserted.mutable_update_time() = inserted.create_time();
  inserted.set_request_id(request.id);
  Add(transaction, Replace(StoredDatabase(), inserted));
  Remember(transaction, request, NameOf(inserted));
  absl::StatusOr<StoredDatabase> written = Write({}, inserted, std::move(transaction));
  // A commit that failed may have happened.
  if (written.ok() || store_.Get(catalog_keys::Of(record)).ok()) AddToCount(record.node(), 1);
  return written;
}

absl::StatusOr<StoredUser> Catalog::InsertUser(const UserRecord& record,
                                               const RequestKey& request) {
  return Insert(record, request, {});
}

absl::StatusOr<StoredUser> Catalog::Insert(const UserRecord& record, const RequestKey& request,
                                           Transaction transaction) {
  UserRecord inserted = record;
  *inserted.mutable_create_time() = ToTimestamp(clock_.Now());
  *inserted.mutable_update_time() = inserted.create_time();
  inserted.set_request_id(request.id);
  Add(transaction, Replace(StoredUser(), inserted));
  Remember(transaction, request, NameOf(inserted));
  return CommitRecord(store_, inserted, transaction);
}

absl::StatusOr<StoredDatabase> Catalog::UpdateDatabase(const StoredDatabase& before,
                                                       const DatabaseRecord& after,
                                                       const RequestKey& request) {
  DatabaseRecord changed = after;
  *changed.mutable_update_time() = ToTimestamp(clock_.Now());
  Transaction transaction = Replace(before, changed);
  Remember(transaction, request, NameOf(changed));
  return Write(before, changed, std::move(transaction));
}

absl::StatusOr<StoredUser> Catalog::UpdateUser(const StoredUser& before, const UserRecord& after,
                                               const RequestKey& request) {
  UserRecord changed = after;
  *changed.mutable_update_time() = ToTimestamp(clock_.Now());
  Transaction transaction = Replace(before, changed);
  Remember(transaction, request, NameOf(changed));
  return CommitRecord(store_, changed, transaction);
}

absl::StatusOr<StoredDatabase> Catalog::UndoDatabase(const StoredDatabase& database) {
  DatabaseRecord undone = database.record;
  undone.set_state(v1::Database::STATE_DELETING);
  undone.set_undo(true);
  Transaction transaction = Replace(database, undone);
  transaction.deletes.push_back(Key(kRequests, undone.request_id()));
  return CommitRecord(store_, undone, transaction);
}

absl::StatusOr<StoredUser> Catalog::UndoUser(const StoredUser& user) {
  UserRecord undone = user.record;
  undone.set_state(v1::User::STATE_DELETING);
  undone.set_undo(true);
  Transaction transaction = Replace(user, undone);
  transaction.deletes.push_back(Key(kRequests, undone.request_id()));
  return CommitRecord(store_, undone, transaction);
}

absl::StatusOr<StoredUser> Catalog::AbandonRotation(const StoredUser& user) {
  UserRecord ready = user.record;
  ready.set_state(v1::User::STATE_READY);
  ready.clear_sealed_next_password();
  ready.clear_next_server_name();
  ready.clear_overlap();
  ready.clear_rotation_request_id();
  Transaction transaction = Replace(user, ready);
  transaction.deletes.push_back(Key(kRequests, user.record.rotation_request_id()));
  return CommitRecord(store_, ready, transaction);
}

absl::Status Catalog::RemoveDatabase(const StoredDatabase& database, const v1::Purge* purge) {
  Transaction transaction = Remove(database);
  if (purge != nullptr) Note(transaction, *purge);
  const absl::StatusOr<int64_t> revision = store_.Commit(transaction);
  // A commit that failed, but not for its preconditions, may have happened.
  const bool is_open = !revision.ok() && !absl::IsAborted(revision.status());
  const std::string key = catalog_keys::Of(database.record);
  if (revision.ok() || (is_open && absl::IsNotFound(store_.Get(key).status()))) {
    AddToCount(database.record.node(), -1);
  }
  return Changed(revision.status(), NameOf(database.record));
}

absl::Status Catalog::RemoveUser(const StoredUser& user) {
  return Changed(store_.Commit(Remove(user)).status(), NameOf(user.record));
}

absl::StatusOr<StoredNode> Catalog::PutNode(const StoredNode& node) {
  const std::string key = Key(kNodes, node.record.id());
  const absl::StatusOr<int64_t> revision = store_.Commit(
      {.preconditions = {{key, node.version}}, .writes = {{key, node.record.SerializeAsString()}}});
  if (!revision.ok()) return Changed(revision.status(), FormatNodeName(node.record.id()));
  return StoredNode{.record = node.record, .version = *revision};
}

absl::StatusOr<StoredConfig> Catalog::PutConfig(const StoredConfig& config,
                                                const RequestKey& request) {
  Transaction transaction;
  Remember(transaction, request, FormatConfigName(config.record.node()));
  return Write(config, std::move(transaction));
}

absl::StatusOr<StoredConfig> Catalog::AbandonRotation(const StoredConfig& config) {
  StoredConfig abandoned = config;
  abandoned.record.clear_sealed_next_pass();
  abandoned.record.clear_rotation_request_id();
  return Write(abandoned, {.deletes = {Key(kRequests, config.record.rotation_request_id())}});
}

absl::StatusOr<StoredConfig> Catalog::Write(const StoredConfig& config, Transaction transaction) {
  const std::string& node = config.record.node();
  const std::string key = Key(kConfigs, node);
  transaction.preconditions.push_back({key, config.version});
  transaction.writes.push_back({key, config.record.SerializeAsString()});
  const std::map<std::string, std::string> beside = Beside(config.record);
  for (const auto& [entry, value] : beside) transaction.writes.push_back({entry, value});
  if (beside.empty()) transaction.deletes.push_back(Key(kUnfinished, FormatNodeName(node)));
  const absl::StatusOr<int64_t> revision = store_.Commit(transaction);
  if (!revision.ok()) return Changed(revision.status(), FormatConfigName(node));
  return StoredConfig{.record = config.record, .version = *revision};
}

}  // namespace eds
