#ifndef EDS_TESTS_CONTRACT_STATE_STORE_CONTRACT_H_
#define EDS_TESTS_CONTRACT_STATE_STORE_CONTRACT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/state/state_store.h"
#include "gtest/gtest.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {

// One implementation of StateStore, for the suites below.
struct StateStoreCase {
  std::string name;
  // Opens the store that lives in `folder`; a new one if nothing is there.
  std::function<absl::StatusOr<std::unique_ptr<StateStore>>(const std::string& folder)> open;
};

// What StateStore promises. Instantiate it for every implementation.
class StateStoreContract : public testing::TestWithParam<StateStoreCase> {
 protected:
  void SetUp() override { Open(); }

  void Open();
  StateStore& store() { return *store_; }
  void Close() { store_.reset(); }

  // Each expects success.
  int64_t Put(const std::string& key, const std::string& value);
  int64_t Delete(const std::string& key);
  int64_t VersionOf(const std::string& key);

  std::vector<std::string> KeysUnder(const std::string& prefix, const std::string& after = "",
                                     size_t limit = 1000);

 private:
  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  std::unique_ptr<StateStore> store_;
};

// What a store that outlives its process promises besides.
class DurableStateStoreContract : public StateStoreContract {};

}  // namespace eds

#endif  // EDS_TESTS_CONTRACT_STATE_STORE_CONTRACT_H_
