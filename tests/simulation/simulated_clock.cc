#include "tests/simulation/simulated_clock.h"

namespace eds::simulation {
namespace {

// Holds the mutex again when it goes, as does a fiber that is killed while it waits.
class Released {
 public:
  explicit Released(absl::Mutex& mutex) : mutex_(mutex) { mutex_.Unlock(); }
  ~Released() { mutex_.Lock(); }

 private:
  absl::Mutex& mutex_;
};

}  // namespace

bool SimulatedClock::Await(absl::Mutex& mutex, const absl::Condition& condition,
                           absl::Time deadline) {
  while (!condition.Eval()) {
    if (Now() >= deadline) return false;
    const absl::Duration skew = skew_;
    const auto look = [&] {
      absl::MutexLock lock(&mutex);
      return condition.Eval() || skew_ != skew;
    };
    const Released released(mutex);
    scheduler_.WaitUntil(look, deadline - skew);
  }
  return true;
}

}  // namespace eds::simulation
