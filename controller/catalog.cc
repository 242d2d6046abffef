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

namespace eds {
namespace {

using state::v1::ConfigRecord;
using state::v1::DatabaseRecord;
using state::v1::NodeRecord;
using state::v1::RequestRecord;
using state::v1::UserRecord;

constexpr char kDatabases[] = "databases/";
constexpr char kDisplayNames[] = "display-names/";
constexpr char kNodes[] = "nodes/";
constexpr char kConfigs[] = "configs/";
constexpr char kRequests[] = "requests/";
constexpr char kUnfinished[] = "unfinished/";
constexpr size_t kScanPage = 1000;

std::string Key(absl::string_view prefix, absl::string_view id) { return absl::StrCat(prefix, id); }
std::string UsersOf(absl::string_view database) { return absl::StrCat("users/", database, "/"); }
std::string KeyOf(const DatabaseRecord& record) { return Key(kDatabases, record.id()); }
std::string KeyOf(const UserRecord& record) { return Key(UsersOf(record.database()), record.id()); }
std::string NameOf(const DatabaseRecord& record) { return FormatDatabaseName(record.id()); }
std::string NameOf(const UserRecord& record) {
  return FormatUserName(record.database(), record.id());
}
bool IsFinal(const DatabaseRecord& record) { return record.state() == v1::Database::STATE_READY; }
bool IsFinal(const UserRecord& record) { return record.state() == v1::User::STATE_READY; }

template <typename Record>
absl::StatusOr<Stored<Record>> Decode(const StoredEntry& entry) {
  Stored<Record> stored;
  stored.version = entry.version;
  if (!stored.record.ParseFromString(entry.value)) {
    return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                     absl::StrCat("the record ", entry.key, " cannot be read"));
  }
  return stored;
}

template <typename Record>
absl::StatusOr<std::vector<Stored<Record>>> DecodeAll(
    absl::StatusOr<std::vector<StoredEntry>> entries) {
  RETURN_IF_ERROR(entries.status());
  std::vector<Stored<Record>> records;
  records.reserve(entries->size());
  for (const StoredEntry& entry : *entries) {
    ASSIGN_OR_RETURN(records.emplace_back(), Decode<Record>(entry));
  }
  return records;
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

absl::Status Changed(const absl::Status& status, absl::string_view name) {
  if (status.code() != absl::StatusCode::kAborted) return status;
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                absl::StrCat(name, " was changed by another operation: try again")),
      absl::Milliseconds(100));
}

// Writes `record`, which is at `version`, and its mark as unfinished.
template <typename Record>
Transaction WriteOf(const Record& record, int64_t version) {
  Transaction transaction;
  transaction.preconditions.push_back({KeyOf(record), version});
  transaction.writes.push_back({KeyOf(record), record.SerializeAsString()});
  const std::string mark = Key(kUnfinished, NameOf(record));
  if (IsFinal(record)) {
    transaction.deletes.push_back(mark);
  } else {
    transaction.writes.push_back({mark, ""});
  }
  return transaction;
}

template <typename Record>
Transaction RemovalOf(const Stored<Record>& stored) {
  Transaction transaction;
  transaction.preconditions.push_back({KeyOf(stored.record), stored.version});
  transaction.deletes = {KeyOf(stored.record), Key(kUnfinished, NameOf(stored.record))};
  return transaction;
}

// Commits `transaction`, which writes `stored`.
template <typename Record>
absl::StatusOr<Stored<Record>> CommitRecord(StateStore& store, Stored<Record> stored,
                                            const Transaction& transaction) {
  const absl::StatusOr<int64_t> revision = store.Commit(transaction);
  if (!revision.ok()) return Changed(revision.status(), NameOf(stored.record));
  stored.version = *revision;
  return stored;
}

void Remember(Transaction& transaction, const RequestRecord& request) {
  if (request.id().empty()) return;
  const std::string key = Key(kRequests, request.id());
  transaction.preconditions.push_back({key, 0});
  transaction.writes.push_back({key, request.SerializeAsString()});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Catalog>> Catalog::Open(StateStore& store, Clock& clock) {
  std::unique_ptr<Catalog> catalog(new Catalog(store, clock));
  RETURN_IF_ERROR(catalog->CountAll());
  return catalog;
}

absl::Status Catalog::CountAll() {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<StoredDatabase> page, ListDatabases(after, kScanPage));
    for (const StoredDatabase& database : page) AddToCount(database.record.node(), 1);
    if (page.size() < kScanPage) return absl::OkStatus();
    after = page.back().record.id();
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

absl::StatusOr<absl::optional<RequestRecord>> Catalog::FindRequest(const RequestKey& request) {
  if (request.id.empty()) return absl::optional<RequestRecord>();
  const absl::StatusOr<StoredEntry> entry = store_.Get(Key(kRequests, request.id));
  if (entry.status().code() == absl::StatusCode::kNotFound) return absl::optional<RequestRecord>();
  RETURN_IF_ERROR(entry.status());
  ASSIGN_OR_RETURN(const Stored<RequestRecord> stored, Decode<RequestRecord>(*entry));
  if (stored.record.method() != request.method ||
      stored.record.fingerprint() != request.fingerprint) {
    return MakeError(absl::StatusCode::kAlreadyExists, Reason::kRequestIdReused,
                     absl::StrCat("request_id ", request.id, " was used for another ",
                                  stored.record.method(), ": take a new one"));
  }
  return absl::optional<RequestRecord>(stored.record);
}

RequestRecord Catalog::NewRequest(const RequestKey& request, absl::string_view resource) const {
  RequestRecord record;
  record.set_id(request.id);
  record.set_method(request.method);
  record.set_fingerprint(request.fingerprint);
  record.set_resource(std::string(resource));
  *record.mutable_create_time() = ToTimestamp(clock_.Now());
  return record;
}

absl::StatusOr<StoredDatabase> Catalog::InsertDatabase(const DatabaseRecord& record,
                                                       const RequestKey& request) {
  StoredDatabase stored{.record = record};
  *stored.record.mutable_create_time() = ToTimestamp(clock_.Now());
  *stored.record.mutable_update_time() = stored.record.create_time();
  stored.record.set_request_id(request.id);
  const std::string name_key = Key(kDisplayNames, record.display_name());
  Transaction transaction = WriteOf(stored.record, 0);
  transaction.preconditions.push_back({name_key, 0});
  transaction.writes.push_back({name_key, record.id()});
  Remember(transaction, NewRequest(request, NameOf(record)));
  absl::StatusOr<StoredDatabase> written = CommitRecord(store_, std::move(stored), transaction);
  if (written.status().code() == absl::StatusCode::kAborted && store_.Get(name_key).ok()) {
    return NameTaken(record.display_name());
  }
  // A commit that failed may have happened.
  if (written.ok() || store_.Get(KeyOf(record)).ok()) AddToCount(record.node(), 1);
  return written;
}

absl::StatusOr<StoredUser> Catalog::InsertUser(const UserRecord& record,
                                               const RequestKey& request) {
  StoredUser stored{.record = record};
  *stored.record.mutable_create_time() = ToTimestamp(clock_.Now());
  stored.record.set_request_id(request.id);
  return UpdateUser(stored, request);
}

absl::StatusOr<StoredDatabase> Catalog::UpdateDatabase(const StoredDatabase& database,
                                                       const RequestKey& request) {
  StoredDatabase stored = database;
  *stored.record.mutable_update_time() = ToTimestamp(clock_.Now());
  Transaction transaction = WriteOf(stored.record, stored.version);
  Remember(transaction, NewRequest(request, NameOf(stored.record)));
  return CommitRecord(store_, std::move(stored), transaction);
}

absl::StatusOr<StoredUser> Catalog::UpdateUser(const StoredUser& user, const RequestKey& request) {
  StoredUser stored = user;
  *stored.record.mutable_update_time() = ToTimestamp(clock_.Now());
  Transaction transaction = WriteOf(stored.record, stored.version);
  Remember(transaction, NewRequest(request, NameOf(stored.record)));
  return CommitRecord(store_, std::move(stored), transaction);
}

absl::StatusOr<StoredDatabase> Catalog::RenameDatabase(const StoredDatabase& database,
                                                       absl::string_view display_name) {
  StoredDatabase stored = database;
  const std::string old_key = Key(kDisplayNames, stored.record.display_name());
  const std::string new_key = Key(kDisplayNames, display_name);
  if (old_key == new_key) return stored;
  stored.record.set_display_name(std::string(display_name));
  *stored.record.mutable_update_time() = ToTimestamp(clock_.Now());
  Transaction transaction = WriteOf(stored.record, stored.version);
  transaction.preconditions.push_back({new_key, 0});
  transaction.writes.push_back({new_key, stored.record.id()});
  transaction.deletes.push_back(old_key);
  absl::StatusOr<StoredDatabase> written = CommitRecord(store_, std::move(stored), transaction);
  if (written.status().code() == absl::StatusCode::kAborted && store_.Get(new_key).ok()) {
    return NameTaken(display_name);
  }
  return written;
}

absl::StatusOr<StoredDatabase> Catalog::UndoDatabase(const StoredDatabase& database) {
  StoredDatabase stored = database;
  stored.record.set_state(v1::Database::STATE_DELETING);
  stored.record.set_undo(true);
  Transaction transaction = WriteOf(stored.record, stored.version);
  transaction.deletes.push_back(Key(kDisplayNames, stored.record.display_name()));
  transaction.deletes.push_back(Key(kRequests, stored.record.request_id()));
  return CommitRecord(store_, std::move(stored), transaction);
}

absl::StatusOr<StoredUser> Catalog::UndoUser(const StoredUser& user) {
  StoredUser stored = user;
  stored.record.set_state(v1::User::STATE_DELETING);
  stored.record.set_undo(true);
  Transaction transaction = WriteOf(stored.record, stored.version);
  transaction.deletes.push_back(Key(kRequests, stored.record.request_id()));
  return CommitRecord(store_, std::move(stored), transaction);
}

absl::Status Catalog::RemoveDatabase(const StoredDatabase& database) {
  Transaction transaction = RemovalOf(database);
  // The name of an undone creation may be another database's by now.
  if (!database.record.undo()) {
    transaction.deletes.push_back(Key(kDisplayNames, database.record.display_name()));
  }
  const absl::StatusOr<int64_t> revision = store_.Commit(transaction);
  // A commit that failed, but not for its preconditions, may have happened.
  const bool is_open = !revision.ok() && !absl::IsAborted(revision.status());
  if (revision.ok() || (is_open && absl::IsNotFound(store_.Get(KeyOf(database.record)).status()))) {
    AddToCount(database.record.node(), -1);
  }
  return Changed(revision.status(), NameOf(database.record));
}

absl::Status Catalog::RemoveUser(const StoredUser& user) {
  return Changed(store_.Commit(RemovalOf(user)).status(), NameOf(user.record));
}

absl::StatusOr<StoredNode> Catalog::PutNode(const StoredNode& node) {
  const std::string key = Key(kNodes, node.record.id());
  const absl::StatusOr<int64_t> revision = store_.Commit(
      {.preconditions = {{key, node.version}}, .writes = {{key, node.record.SerializeAsString()}}});
  if (!revision.ok()) return Changed(revision.status(), FormatNodeName(node.record.id()));
  return StoredNode{.record = node.record, .version = *revision};
}

absl::StatusOr<StoredConfig> Catalog::PutConfig(const StoredConfig& config) {
  const std::string key = Key(kConfigs, config.record.node());
  const absl::StatusOr<int64_t> revision =
      store_.Commit({.preconditions = {{key, config.version}},
                     .writes = {{key, config.record.SerializeAsString()}}});
  if (!revision.ok()) return Changed(revision.status(), FormatConfigName(config.record.node()));
  return StoredConfig{.record = config.record, .version = *revision};
}

absl::StatusOr<bool> Catalog::Exists(const RequestRecord& request) {
  absl::Status status;
  if (absl::StrContains(request.resource(), "/users/")) {
    ASSIGN_OR_RETURN(const UserName name, ParseUserName("resource", request.resource()));
    status = GetUser(name.database, name.user).status();
  } else {
    ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("resource", request.resource()));
    status = GetDatabase(id).status();
  }
  if (status.code() == absl::StatusCode::kNotFound) return false;
  RETURN_IF_ERROR(status);
  return true;
}

absl::Status Catalog::ForgetRequests(absl::Time before) {
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<StoredEntry> page, store_.List(kRequests, after, kScanPage));
    Transaction transaction;
    for (const StoredEntry& entry : page) {
      ASSIGN_OR_RETURN(const Stored<RequestRecord> request, Decode<RequestRecord>(entry));
      if (ToTime(request.record.create_time()) >= before) continue;
      ASSIGN_OR_RETURN(const bool exists, Exists(request.record));
      if (exists) continue;
      transaction.preconditions.push_back({entry.key, entry.version});
      transaction.deletes.push_back(entry.key);
    }
    if (!transaction.deletes.empty()) RETURN_IF_ERROR(store_.Commit(transaction).status());
    if (page.size() < kScanPage) return absl::OkStatus();
    after = page.back().key;
  }
}

}  // namespace eds
