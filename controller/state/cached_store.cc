#include "controller/state/cached_store.h"

#include <functional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "controller/state/store_rules.h"

namespace eds {

// The same in every process, unlike Abseil's hash: a simulation replays exactly.
CachedStore::Shard& CachedStore::ShardOf(absl::string_view key) {
  return shards_[std::hash<std::string_view>()({key.data(), key.size()}) % kShards];
}

absl::StatusOr<StoredEntry> CachedStore::Get(absl::string_view key) {
  Shard& shard = ShardOf(key);
  int64_t changes = 0;
  {
    absl::MutexLock lock(&shard.mutex);
    if (const absl::optional<StoredEntry>* known = shard.entries.Find(key)) {
      if (!*known) return NoSuchEntry(key);
      return **known;
    }
    changes = shard.changes;
  }
  absl::StatusOr<StoredEntry> read = store_.Get(key);
  const bool is_absent = absl::IsNotFound(read.status());
  if (!read.ok() && !is_absent) return read;
  absl::MutexLock lock(&shard.mutex);
  if (shard.changes != changes) return read;
  absl::optional<StoredEntry> known;
  if (read.ok()) known = *read;
  const size_t bytes = read.ok() ? read->key.size() + read->value.size() : 0;
  shard.entries.Put(std::string(key), std::move(known), bytes);
  return read;
}

absl::StatusOr<int64_t> CachedStore::Count(absl::string_view prefix) {
  // Of others a change would have to look for too many.
  if (prefix.empty() || prefix.back() != '/') return store_.Count(prefix);
  Shard& shard = ShardOf(prefix);
  int64_t changes = 0;
  {
    absl::MutexLock lock(&shard.mutex);
    if (const int64_t* known = shard.counts.Find(prefix)) return *known;
    changes = shard.changes;
  }
  const absl::StatusOr<int64_t> counted = store_.Count(prefix);
  if (!counted.ok()) return counted;
  absl::MutexLock lock(&shard.mutex);
  if (shard.changes == changes) {
    shard.counts.Put(std::string(prefix), *counted, sizeof(int64_t));
  }
  return counted;
}

// Before anybody is told of the commit, and after one that failed too: it may have
// happened, or failed for what others have changed.
absl::StatusOr<int64_t> CachedStore::Commit(const Transaction& transaction) {
  const absl::StatusOr<int64_t> revision = store_.Commit(transaction);
  for (const Precondition& precondition : transaction.preconditions) Forget(precondition.key);
  for (const Write& write : transaction.writes) {
    Forget(write.key);
    ForgetCounts(write.key);
  }
  for (const std::string& key : transaction.deletes) {
    Forget(key);
    ForgetCounts(key);
  }
  return revision;
}

void CachedStore::Forget(const std::string& key) {
  Shard& shard = ShardOf(key);
  absl::MutexLock lock(&shard.mutex);
  ++shard.changes;
  shard.entries.Erase(key);
}

// Of every prefix that Count() keeps.
void CachedStore::ForgetCounts(const std::string& key) {
  for (size_t end = key.find('/'); end != std::string::npos; end = key.find('/', end + 1)) {
    const std::string prefix = key.substr(0, end + 1);
    Shard& shard = ShardOf(prefix);
    absl::MutexLock lock(&shard.mutex);
    ++shard.changes;
    shard.counts.Erase(prefix);
  }
}

absl::StatusOr<std::vector<StoredEntry>> CachedStore::List(absl::string_view prefix,
                                                           absl::string_view after, size_t limit) {
  return store_.List(prefix, after, limit);
}

std::unique_ptr<StateStore::Watcher> CachedStore::Watch(
    absl::string_view prefix, std::function<void(const StoreEvent&)> callback) {
  return store_.Watch(prefix, std::move(callback));
}

}  // namespace eds
