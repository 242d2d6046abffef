#ifndef EDS_NODE_FENCE_H_
#define EDS_NODE_FENCE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"

namespace eds {

// Keeps late steps from doing harm: of the steps on an object one runs at a time, and
// none that is part of an earlier operation than one that has run. Thread-safe.
class Fence {
 public:
  // For how long an object is remembered after its last step: longer than a step of the
  // same controller can be late.
  static constexpr absl::Duration kMemory = absl::Minutes(10);

  // `clock` must outlive the fence.
  explicit Fence(Clock& clock) : clock_(clock) {}

  // Waits until no other step on `object` runs, then runs `step` and answers its status.
  // `epoch` is that of the operation; 0: it is part of none, which is never too late.
  // Besides, without having run it, kAborted:
  //   kStaleOperation       a step of a later operation has begun, perhaps meanwhile;
  //   kOperationInProgress  another step was still running at `deadline`.
  absl::Status Run(const std::string& object, int64_t epoch, absl::Time deadline,
                   const std::function<absl::Status()>& step);

  // How many objects are remembered.
  size_t size() const;

 private:
  struct Entry {
    int64_t epoch = 0;  // The highest that began.
    bool running = false;
    absl::Duration ended = absl::ZeroDuration();  // Its last step, by the uptime.
  };

  absl::Status Enter(const std::string& object, int64_t epoch, absl::Time deadline);
  void Leave(const std::string& object);
  void ForgetOld() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Clock& clock_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  // When steps ended, in order. An entry without a running step has its last one here.
  std::deque<std::pair<absl::Duration, std::string>> ended_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_NODE_FENCE_H_
