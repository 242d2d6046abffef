#include "common/work_queue.h"

#include <pthread.h>

#include <utility>

namespace eds {

WorkQueue::WorkQueue(std::string name, size_t workers, size_t capacity) : capacity_(capacity) {
  name.resize(std::min<size_t>(name.size(), 15));  // What the kernel keeps of a thread's name.
  for (size_t i = 0; i < workers; ++i) {
    workers_.emplace_back([this] { Work(); });
    pthread_setname_np(workers_.back().native_handle(), name.c_str());
  }
}

WorkQueue::~WorkQueue() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  for (std::thread& worker : workers_) worker.join();
}

bool WorkQueue::Push(std::function<void()> job) {
  absl::MutexLock lock(&mutex_);
  if (closing_ || jobs_.size() >= capacity_) return false;
  jobs_.push_back(std::move(job));
  ++pushed_;
  return true;
}

size_t WorkQueue::size() const {
  absl::MutexLock lock(&mutex_);
  return jobs_.size() + running_;
}

int64_t WorkQueue::pushed() const {
  absl::MutexLock lock(&mutex_);
  return pushed_;
}

void WorkQueue::Work() {
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closing_ || !jobs_.empty();
  };
  while (true) {
    std::function<void()> job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&ready));
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
      ++running_;
    }
    job();
    job = nullptr;
    absl::MutexLock lock(&mutex_);
    --running_;
  }
}

}  // namespace eds
