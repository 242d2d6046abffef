#include "controller/dispatcher.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {
namespace {

absl::Status Busy(const std::string& node) {
  return WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy,
                                  absl::StrCat(node.empty() ? "the controller" : node,
                                               " has too much to do: try again later")),
                        absl::Seconds(1));
}

}  // namespace

absl::Status ThreadDispatcher::Push(const std::string& node, std::function<void()> job) {
  absl::MutexLock lock(&mutex_);
  if (draining_) return Busy("");
  std::unique_ptr<WorkQueue>& queue = queues_[node];
  if (queue == nullptr) {
    queue = std::make_unique<WorkQueue>(node.empty() ? "controller" : node, kWorkersPerNode,
                                        kQueuePerNode);
  }
  return queue->Push(std::move(job)) ? absl::OkStatus() : Busy(node);
}

Dispatcher::Activity ThreadDispatcher::ActivityOf(const std::string& node) {
  absl::MutexLock lock(&mutex_);
  const auto found = queues_.find(node);
  if (found == queues_.end()) return {};
  return {.pushed = found->second->pushed(),
          .pending = static_cast<int64_t>(found->second->size())};
}

void ThreadDispatcher::Drain() {
  std::map<std::string, std::unique_ptr<WorkQueue>> queues;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    queues.swap(queues_);
  }
}

}  // namespace eds
