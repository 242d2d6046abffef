#ifndef EDS_NODE_BACKOFF_H_
#define EDS_NODE_BACKOFF_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "absl/time/time.h"
#include "common/random.h"

namespace eds {

// The shortest and the longest pause between attempts.
struct PauseRange {
  absl::Duration first;
  absl::Duration longest;
};

// How long to wait after each failure in a row: twice as long each time, and
// spread, so that agents that failed together do not come back together. Not
// thread-safe.
class Backoff {
 public:
  // `random` must outlive the object.
  Backoff(PauseRange range, RandomSource& random) : range_(range), random_(random) {}

  // Between half of the pause whose turn it is and all of it.
  absl::Duration Next() {
    pause_ = std::clamp(pause_ * 2, range_.first, range_.longest);
    std::array<uint8_t, sizeof(uint32_t)> bytes;
    random_.Fill(bytes);
    uint32_t number = 0;
    std::memcpy(&number, bytes.data(), bytes.size());
    return pause_ / 2 + pause_ / 2 * (number / 4294967295.0);
  }

  void Reset() { pause_ = absl::ZeroDuration(); }

 private:
  const PauseRange range_;
  RandomSource& random_;
  absl::Duration pause_ = absl::ZeroDuration();
};

}  // namespace eds

#endif  // EDS_NODE_BACKOFF_H_
