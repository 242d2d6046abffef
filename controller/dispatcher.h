#ifndef EDS_CONTROLLER_DISPATCHER_H_
#define EDS_CONTROLLER_DISPATCHER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/work_queue.h"

namespace eds {

// Runs what takes time away from the threads that serve calls: a bounded queue for
// each node, so that a slow one delays nobody else's work, and one for what concerns
// no node. Thread-safe.
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;

  // kResourceExhausted (kNodeBusy), and `job` is not run, if the queue is full.
  // `node` empty: concerns no node.
  virtual absl::Status Push(const std::string& node, std::function<void()> job) = 0;

  // What has been going on in a queue.
  struct Activity {
    int64_t pushed = 0;   // Jobs taken so far.
    int64_t pending = 0;  // Jobs that wait or run.
  };
  virtual Activity ActivityOf(const std::string& node) = 0;
};

// On threads of its own.
class ThreadDispatcher final : public Dispatcher {
 public:
  static constexpr size_t kWorkersPerNode = 16;
  static constexpr size_t kQueuePerNode = 1000;

  absl::Status Push(const std::string& node, std::function<void()> job) override;
  Activity ActivityOf(const std::string& node) override;

  // Runs what is waiting, and takes nothing more.
  void Drain();

 private:
  absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<WorkQueue>> queues_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_DISPATCHER_H_
