#include "tests/benchmark/callers.h"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"

namespace eds::benchmark {

void ForEachOperation(const RoundPlan& plan, const std::function<void(int, int)>& operation) {
  std::atomic<int> next = 0;
  std::latch begin(plan.callers);
  std::vector<std::jthread> threads;
  for (int caller = 0; caller < plan.callers; ++caller) {
    threads.emplace_back([&, caller] {
      begin.arrive_and_wait();
      for (int number = next++; number < plan.operations; number = next++) {
        operation(caller, number);
      }
    });
  }
}

absl::Status TryEachOperation(const RoundPlan& plan,
                              const std::function<absl::Status(int, int)>& operation) {
  absl::Mutex mutex;
  absl::Status result;
  ForEachOperation(plan, [&](int caller, int number) {
    const absl::Status status = operation(caller, number);
    if (status.ok()) return;
    absl::MutexLock lock(&mutex);
    result = status;
  });
  return result;
}

}  // namespace eds::benchmark
