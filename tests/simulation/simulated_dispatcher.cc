#include "tests/simulation/simulated_dispatcher.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "common/error.h"

namespace eds::simulation {

absl::Status SimulatedDispatcher::Push(const std::string& node, std::function<void()> job) {
  Queue& queue = queues_[node];
  if (queue.waiting.size() >= limits_.waiting) {
    return WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy,
                                    "too much to do: try again later"),
                          absl::Seconds(1));
  }
  queue.waiting.push_back(std::move(job));
  ++queue.pushed;
  if (queue.workers == limits_.workers) return absl::OkStatus();
  ++queue.workers;
  scheduler_.Spawn(controller_, [&queue] {
    while (!queue.waiting.empty()) {
      const std::function<void()> next = std::move(queue.waiting.front());
      queue.waiting.pop_front();
      next();
    }
    --queue.workers;
  });
  return absl::OkStatus();
}

Dispatcher::Activity SimulatedDispatcher::ActivityOf(const std::string& node) {
  const Queue& queue = queues_[node];
  return {.pushed = queue.pushed,
          .pending = static_cast<int64_t>(queue.workers + queue.waiting.size())};
}

bool SimulatedDispatcher::IsIdle() const {
  return absl::c_all_of(queues_, [](const auto& entry) { return entry.second.workers == 0; });
}

}  // namespace eds::simulation
