#ifndef EDS_TESTS_SIMULATION_SIMULATED_STORE_H_
#define EDS_TESTS_SIMULATION_SIMULATED_STORE_H_

#include <functional>
#include <memory>
#include <vector>

#include "controller/state/state_store.h"
#include "tests/simulation/environment.h"

namespace eds::simulation {

// The store as one incarnation of the controller sees it: it takes time, it may fail with
// or without effect, and the controller may die on either side of a commit.
class SimulatedStore final : public StateStore {
 public:
  // What is in `durable` outlives the controller. All must outlive this object.
  SimulatedStore(StateStore& durable, Environment& environment,
                 const std::shared_ptr<Process>& controller)
      : durable_(durable), environment_(environment), controller_(controller) {}

  absl::StatusOr<StoredEntry> Get(absl::string_view key) override;
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override;
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override;
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override;
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override {
    return durable_.Watch(prefix, std::move(callback));
  }

 private:
  absl::Status BeginRead();
  void PerhapsCrash();

  StateStore& durable_;
  Environment& environment_;
  const std::shared_ptr<Process> controller_;  // Shared with the scheduler.
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SIMULATED_STORE_H_
