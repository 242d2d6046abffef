#include "controller/state/memory_store.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/status_macros.h"
#include "controller/state/store_rules.h"
#include "controller/state/watch_hub.h"

namespace eds {
namespace {

class MemoryStore final : public StateStore {
 public:
  absl::StatusOr<StoredEntry> Get(absl::string_view key) override;
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override;
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override;
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override;
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override {
    return hub_.Watch(prefix, std::move(callback));
  }

 private:
  absl::Status CheckPreconditions(const Transaction& transaction) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<StoreEvent> Apply(const Transaction& transaction)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  WatchHub hub_;
  absl::Mutex mutex_;
  std::map<std::string, StoredEntry, std::less<>> entries_ ABSL_GUARDED_BY(mutex_);
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
};

absl::StatusOr<StoredEntry> MemoryStore::Get(absl::string_view key) {
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return NoSuchEntry(key);
  return found->second;
}

absl::StatusOr<std::vector<StoredEntry>> MemoryStore::List(absl::string_view prefix,
                                                           absl::string_view after, size_t limit) {
  const KeyRange range = KeysUnder(prefix, after);
  std::vector<StoredEntry> page;
  absl::MutexLock lock(&mutex_);
  for (auto next = entries_.lower_bound(range.begin);
       next != entries_.end() && next->first < range.end && page.size() < limit; ++next) {
    page.push_back(next->second);
  }
  return page;
}

absl::StatusOr<int64_t> MemoryStore::Count(absl::string_view prefix) {
  const KeyRange range = KeysUnder(prefix);
  absl::MutexLock lock(&mutex_);
  int64_t count = 0;
  for (auto next = entries_.lower_bound(range.begin);
       next != entries_.end() && next->first < range.end; ++next) {
    ++count;
  }
  return count;
}

absl::StatusOr<int64_t> MemoryStore::Commit(const Transaction& transaction) {
  RETURN_IF_ERROR(CheckTransaction(transaction));
  int64_t revision = 0;
  {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckPreconditions(transaction));
    revision = ++revision_;
    hub_.Add(Apply(transaction));
  }
  hub_.Deliver();
  return revision;
}

absl::Status MemoryStore::CheckPreconditions(const Transaction& transaction) const {
  for (const Precondition& precondition : transaction.preconditions) {
    const auto found = entries_.find(precondition.key);
    const int64_t version = found == entries_.end() ? 0 : found->second.version;
    if (version != precondition.version) return PreconditionFailed(precondition.key);
  }
  return absl::OkStatus();
}

std::vector<StoreEvent> MemoryStore::Apply(const Transaction& transaction) {
  std::vector<StoreEvent> events;
  for (const Write& write : transaction.writes) {
    StoredEntry entry = {write.key, write.value, revision_};
    entries_.insert_or_assign(write.key, entry);
    events.push_back({std::move(entry), false});
  }
  for (const std::string& key : transaction.deletes) {
    if (entries_.erase(key) > 0) events.push_back({{key, "", revision_}, true});
  }
  return events;
}

}  // namespace

std::unique_ptr<StateStore> NewMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace eds
