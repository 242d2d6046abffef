#include "controller/catalog_changes.h"

#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "common/resource_name.h"
#include "controller/catalog_keys.h"

namespace eds {
namespace {

using state::v1::ConfigRecord;
using state::v1::DatabaseRecord;
using state::v1::ReadyRecord;
using state::v1::UserRecord;

// Whether a key may be written only if it is free.
bool IsUnique(const std::string& key) {
  return key.starts_with(catalog_keys::kDisplayNames) || key.starts_with(catalog_keys::kAdopted);
}

template <typename Record>
Transaction Difference(const Stored<Record>& before, const Record* after) {
  Transaction transaction;
  const std::string key = catalog_keys::Of(after == nullptr ? before.record : *after);
  transaction.preconditions.push_back({key, before.version});
  std::map<std::string, std::string> old_entries;
  std::map<std::string, std::string> new_entries;
  if (before.version > 0) old_entries = Beside(before.record);
  if (after != nullptr) {
    new_entries = Beside(*after);
    transaction.writes.push_back({key, after->SerializeAsString()});
  } else {
    transaction.deletes.push_back(key);
  }
  for (const auto& [entry, value] : new_entries) {
    if (old_entries.contains(entry)) continue;
    if (IsUnique(entry)) transaction.preconditions.push_back({entry, 0});
    transaction.writes.push_back({entry, value});
  }
  for (const auto& [entry, value] : old_entries) {
    if (!new_entries.contains(entry)) transaction.deletes.push_back(entry);
  }
  return transaction;
}

}  // namespace

std::map<std::string, std::string> Beside(const DatabaseRecord& record) {
  std::map<std::string, std::string> entries;
  if (HoldsDisplayName(record)) entries[catalog_keys::DisplayName(record)] = record.id();
  if (!record.adopted_from().empty()) entries[catalog_keys::Adopted(record)] = record.id();
  if (record.state() == v1::Database::STATE_DELETED) entries[catalog_keys::Expiring(record)] = "";
  if (!IsFinal(record)) {
    entries[catalog_keys::Key(catalog_keys::kUnfinished, FormatDatabaseName(record.id()))] = "";
  }
  return entries;
}

std::map<std::string, std::string> Beside(const UserRecord& record) {
  std::map<std::string, std::string> entries;
  const bool overlaps = record.has_previous_password_expire_time();
  if (IsFinal(record) && overlaps) entries[catalog_keys::Overlap(record)] = "";
  if (!IsFinal(record)) {
    entries[catalog_keys::Key(catalog_keys::kUnfinished,
                              FormatUserName(record.database(), record.id()))] = "";
  }
  return entries;
}

std::map<std::string, std::string> Beside(const ConfigRecord& record) {
  std::map<std::string, std::string> entries;
  if (!record.sealed_next_pass().empty()) {
    entries[catalog_keys::Key(catalog_keys::kUnfinished, FormatNodeName(record.node()))] = "";
  }
  return entries;
}

std::map<std::string, std::string> Beside(const ReadyRecord& record) {
  std::map<std::string, std::string> entries;
  if (!IsFinal(record)) {
    entries[catalog_keys::Key(catalog_keys::kUnfinished,
                              FormatReadyName(record.node(), record.id()))] = "";
  }
  return entries;
}

bool HoldsDisplayName(const DatabaseRecord& record) {
  if (record.undo()) return false;
  return !record.has_delete_time() || record.state() == v1::Database::STATE_UNDELETING;
}

bool IsFinal(const DatabaseRecord& record) {
  return record.state() == v1::Database::STATE_READY ||
         record.state() == v1::Database::STATE_DELETED;
}

bool IsFinal(const UserRecord& record) { return record.state() == v1::User::STATE_READY; }

bool IsFinal(const ReadyRecord& record) { return record.state() == state::v1::READY_STATE_READY; }

Transaction Replace(const StoredDatabase& before, const DatabaseRecord& after) {
  return Difference(before, &after);
}

Transaction Replace(const StoredUser& before, const UserRecord& after) {
  return Difference(before, &after);
}

Transaction Replace(const StoredReady& before, const ReadyRecord& after) {
  return Difference(before, &after);
}

Transaction Remove(const StoredDatabase& database) {
  return Difference<DatabaseRecord>(database, nullptr);
}

Transaction Remove(const StoredUser& user) { return Difference<UserRecord>(user, nullptr); }

Transaction Remove(const StoredReady& ready) { return Difference<ReadyRecord>(ready, nullptr); }

void Add(Transaction& transaction, Transaction other) {
  absl::c_move(other.preconditions, std::back_inserter(transaction.preconditions));
  absl::c_move(other.writes, std::back_inserter(transaction.writes));
  absl::c_move(other.deletes, std::back_inserter(transaction.deletes));
}

void Note(Transaction& transaction, const v1::Purge& purge) {
  state::v1::PurgeRecord record;
  *record.mutable_purge() = purge;
  transaction.writes.push_back({catalog_keys::Purge(purge), record.SerializeAsString()});
}

}  // namespace eds
