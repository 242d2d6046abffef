#ifndef EDS_CONTROLLER_STATE_CACHED_STORE_H_
#define EDS_CONTROLLER_STATE_CACHED_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "controller/state/recent_map.h"
#include "controller/state/state_store.h"

namespace eds {

// Answers Get and Count from memory for what was looked up before and has not been changed
// since. Everything must be written through this object: for a store of one process.
class CachedStore final : public StateStore {
 public:
  static constexpr size_t kMaxBytes = 32 << 20;

  // `store` must outlive this one.
  explicit CachedStore(StateStore& store) : store_(store) {}

  absl::StatusOr<StoredEntry> Get(absl::string_view key) override;
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override;
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override;
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override;
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override;

 private:
  static constexpr size_t kShards = 16;

  // What is known of some of the keys.
  struct Shard {
    absl::Mutex mutex;
    // Of the entries, those that are known to be absent, too; nullopt.
    RecentMap<absl::optional<StoredEntry>> entries ABSL_GUARDED_BY(mutex){kMaxBytes / kShards};
    RecentMap<int64_t> counts ABSL_GUARDED_BY(mutex){kMaxBytes / kShards / 8};  // By prefix.
    int64_t changes ABSL_GUARDED_BY(mutex) = 0;  // What was read before one is not kept.
  };

  Shard& ShardOf(absl::string_view key);
  void Forget(const std::string& key);
  void ForgetCounts(const std::string& key);

  StateStore& store_;
  std::array<Shard, kShards> shards_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_CACHED_STORE_H_
