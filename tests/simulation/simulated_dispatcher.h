#ifndef EDS_TESTS_SIMULATION_SIMULATED_DISPATCHER_H_
#define EDS_TESTS_SIMULATION_SIMULATED_DISPATCHER_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "controller/dispatcher.h"
#include "tests/simulation/environment.h"

namespace eds::simulation {

// A bounded queue for each node, worked off by fibers of the controller.
class SimulatedDispatcher final : public Dispatcher {
 public:
  struct Limits {
    size_t workers = 0;
    size_t waiting = 0;
  };

  // `scheduler` must outlive the dispatcher.
  SimulatedDispatcher(Scheduler& scheduler, const std::shared_ptr<Process>& controller,
                      Limits limits)
      : scheduler_(scheduler), controller_(controller), limits_(limits) {}

  absl::Status Push(const std::string& node, std::function<void()> job) override;
  Activity ActivityOf(const std::string& node) override;

  bool IsIdle() const;

 private:
  struct Queue {
    size_t workers = 0;  // Each has a job.
    int64_t pushed = 0;
    std::deque<std::function<void()>> waiting;
  };

  Scheduler& scheduler_;
  const std::shared_ptr<Process> controller_;  // Shared with the scheduler.
  const Limits limits_;
  std::map<std::string, Queue> queues_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SIMULATED_DISPATCHER_H_
