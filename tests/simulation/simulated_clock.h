#ifndef EDS_TESTS_SIMULATION_SIMULATED_CLOCK_H_
#define EDS_TESTS_SIMULATION_SIMULATED_CLOCK_H_

#include "absl/time/time.h"
#include "common/clock.h"
#include "tests/simulation/scheduler.h"

namespace eds::simulation {

// The wall clock of a machine: the scheduler's time, off by what its clock was set to.
class SimulatedClock final : public Clock {
 public:
  // `scheduler` must outlive the clock.
  explicit SimulatedClock(Scheduler& scheduler) : scheduler_(scheduler) {}

  absl::Time Now() override { return scheduler_.Now() + skew_; }
  absl::Duration Uptime() override { return scheduler_.Now() - absl::UnixEpoch(); }
  bool Await(absl::Mutex& mutex, const absl::Condition& condition, absl::Time deadline) override;

  // Sets the clock forward, or back.
  void Jump(absl::Duration by) { skew_ += by; }

 private:
  Scheduler& scheduler_;
  absl::Duration skew_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SIMULATED_CLOCK_H_
