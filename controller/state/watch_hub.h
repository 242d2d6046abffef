#ifndef EDS_CONTROLLER_STATE_WATCH_HUB_H_
#define EDS_CONTROLLER_STATE_WATCH_HUB_H_

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "controller/state/state_store.h"

namespace eds {

// Hands the changes made in this process to those who watch them, in the order of
// Add(). Thread-safe, and without a thread of its own.
//
// Adding and delivering are apart, so that a store can add under the lock that
// orders its commits, and callbacks run under no lock at all. One thread delivers
// at a time; the others leave their events to it.
class WatchHub {
 public:
  // The hub must outlive the watcher. Its destructor waits for a callback that runs,
  // so it must not be called by that callback, nor under a lock the callback takes.
  std::unique_ptr<StateStore::Watcher> Watch(absl::string_view prefix,
                                             std::function<void(const StoreEvent&)> callback);

  // Queues `events` for those who watch their keys now.
  void Add(const std::vector<StoreEvent>& events);

  // Calls back for what was added so far, unless another thread is at it.
  void Deliver();

 private:
  struct Subscription {
    std::string prefix;
    std::function<void(const StoreEvent&)> callback;
  };
  struct Delivery {
    const Subscription* subscription;
    StoreEvent event;
  };
  using Subscriptions = std::list<Subscription>;
  class Registration;

  void End(Subscriptions::iterator subscription);

  absl::Mutex mutex_;
  Subscriptions subscriptions_ ABSL_GUARDED_BY(mutex_);
  std::deque<Delivery> queue_ ABSL_GUARDED_BY(mutex_);
  bool delivering_ ABSL_GUARDED_BY(mutex_) = false;
  // Whose callback runs now.
  const Subscription* running_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_WATCH_HUB_H_
