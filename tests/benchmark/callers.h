#ifndef EDS_TESTS_BENCHMARK_CALLERS_H_
#define EDS_TESTS_BENCHMARK_CALLERS_H_

#include <functional>

#include "absl/status/status.h"
#include "tests/benchmark/contender.h"

namespace eds::benchmark {

// Runs `operation(caller, number)` for each number from 0 on, once, by as many threads as
// there are callers: who is done takes the next number. All begin at the same moment.
void ForEachOperation(const RoundPlan& plan, const std::function<void(int, int)>& operation);

// The same for what must succeed: answers an error, if there was one.
absl::Status TryEachOperation(const RoundPlan& plan,
                              const std::function<absl::Status(int, int)>& operation);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_CALLERS_H_
