#ifndef EDS_COMMON_FAKE_CLOCK_H_
#define EDS_COMMON_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"

namespace eds {

// Stands still until it is told to advance.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'800'000'000)) : now_(now) {}

  absl::Time Now() override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  // Waits in real time, for as long as `deadline` is away.
  bool Await(absl::Mutex& mutex, const absl::Condition& condition, absl::Time deadline) override {
    return mutex.AwaitWithTimeout(condition, deadline - Now());
  }
  absl::Duration Uptime() override {
    absl::MutexLock lock(&mutex_);
    return uptime_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
    uptime_ += by;
  }
  // As if somebody set the clock: no time passes.
  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  absl::Duration uptime_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
};

}  // namespace eds

#endif  // EDS_COMMON_FAKE_CLOCK_H_
