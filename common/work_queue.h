#ifndef EDS_COMMON_WORK_QUEUE_H_
#define EDS_COMMON_WORK_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace eds {

// A bounded queue of jobs and the threads that run them, first in, first out.
// Thread-safe.
class WorkQueue {
 public:
  // At most `capacity` jobs wait at a time, not counting the ones that run.
  WorkQueue(std::string name, size_t workers, size_t capacity);

  // Runs the jobs that are waiting, then ends the threads.
  ~WorkQueue();

  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // False, and `job` is not run, if the queue is full.
  [[nodiscard]] bool Push(std::function<void()> job);

  // Jobs that wait or run.
  size_t size() const;
  // Jobs taken so far.
  int64_t pushed() const;

 private:
  void Work();

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  std::deque<std::function<void()>> jobs_ ABSL_GUARDED_BY(mutex_);
  size_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t pushed_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> workers_;
};

}  // namespace eds

#endif  // EDS_COMMON_WORK_QUEUE_H_
