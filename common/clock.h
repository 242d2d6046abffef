#ifndef EDS_COMMON_CLOCK_H_
#define EDS_COMMON_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace eds {

// Where the code that decides takes the time from. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }
};

}  // namespace eds

#endif  // EDS_COMMON_CLOCK_H_
