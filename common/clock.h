#ifndef EDS_COMMON_CLOCK_H_
#define EDS_COMMON_CLOCK_H_

#include <chrono>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace eds {

// Where the code that decides takes the time from, and waits. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;

  // The time since some moment in the past, by a clock that nobody sets: for pauses, and
  // for what must not happen early because Now() jumped.
  virtual absl::Duration Uptime() = 0;

  // Waits until `condition` holds, or until `deadline`; tells whether it holds. `mutex` is
  // held by the caller, given up while it waits, and held again at the end.
  virtual bool Await(absl::Mutex& mutex, const absl::Condition& condition, absl::Time deadline) = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }
  absl::Duration Uptime() override {
    return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
  }
  bool Await(absl::Mutex& mutex, const absl::Condition& condition, absl::Time deadline) override {
    return mutex.AwaitWithDeadline(condition, deadline);
  }
};

}  // namespace eds

#endif  // EDS_COMMON_CLOCK_H_
