#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/status_macros.h"
#include "controller/state/cached_store.h"
#include "controller/state/memory_store.h"
#include "controller/state/sqlite_store.h"
#include "tests/contract/state_store_contract.h"

namespace eds {
namespace {

absl::StatusOr<std::unique_ptr<StateStore>> OpenMemory(const std::string&) {
  return NewMemoryStore();
}

absl::StatusOr<std::unique_ptr<StateStore>> OpenSqlite(const std::string& folder) {
  return OpenSqliteStore(folder + "/state.db");
}

// A store with memory in front of it.
class CachedSqlite final : public StateStore {
 public:
  explicit CachedSqlite(std::unique_ptr<StateStore> store) : store_(std::move(store)) {}

  absl::StatusOr<StoredEntry> Get(absl::string_view key) override { return cached_.Get(key); }
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override {
    return cached_.List(prefix, after, limit);
  }
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override { return cached_.Count(prefix); }
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override {
    return cached_.Commit(transaction);
  }
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override {
    return cached_.Watch(prefix, std::move(callback));
  }

 private:
  const std::unique_ptr<StateStore> store_;
  CachedStore cached_{*store_};
};

absl::StatusOr<std::unique_ptr<StateStore>> OpenCached(const std::string& folder) {
  ASSIGN_OR_RETURN(std::unique_ptr<StateStore> store, OpenSqlite(folder));
  return std::make_unique<CachedSqlite>(std::move(store));
}

const StateStoreCase kMemory = {"Memory", OpenMemory};
const StateStoreCase kSqlite = {"Sqlite", OpenSqlite};
const StateStoreCase kCached = {"Cached", OpenCached};

std::string NameOf(const testing::TestParamInfo<StateStoreCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(All, StateStoreContract, testing::Values(kMemory, kSqlite, kCached),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(All, DurableStateStoreContract, testing::Values(kSqlite, kCached), NameOf);

}  // namespace
}  // namespace eds
