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

const StateStoreCase kMemory = {"Memory", OpenMemory};
const StateStoreCase kSqlite = {"Sqlite", OpenSqlite};

std::string NameOf(const testing::TestParamInfo<StateStoreCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(All, StateStoreContract, testing::Values(kMemory, kSqlite), NameOf);
INSTANTIATE_TEST_SUITE_P(All, DurableStateStoreContract, testing::Values(kSqlite), NameOf);

}  // namespace
}  // namespace eds
