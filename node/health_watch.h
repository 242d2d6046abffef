#ifndef EDS_NODE_HEALTH_WATCH_H_
#define EDS_NODE_HEALTH_WATCH_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "node/server_slot.h"

namespace eds {

// Probes the server in the slot at a steady pace, in a thread of its own, and
// records there how it does. Asks nothing of one that another agent has claimed.
class HealthWatch {
 public:
  // `slot` must outlive the watch.
  HealthWatch(absl::Duration interval, ServerSlot& slot);

  // Waits for the probe that runs.
  ~HealthWatch();

  HealthWatch(const HealthWatch&) = delete;
  HealthWatch& operator=(const HealthWatch&) = delete;

 private:
  void Run();

  const absl::Duration interval_;
  ServerSlot& slot_;
  absl::Mutex mutex_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace eds

#endif  // EDS_NODE_HEALTH_WATCH_H_
