#ifndef EDS_TESTS_BENCHMARK_LOADED_MEASUREMENT_H_
#define EDS_TESTS_BENCHMARK_LOADED_MEASUREMENT_H_

#include "absl/status/status.h"
#include "tests/benchmark/plan.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/server.h"

namespace eds::benchmark {

// CreateDatabase and CreateUser from warm pools on a server with many databases and users of
// EDS, in turns with an empty one; which share of a processor its node and it take while
// nobody calls.
absl::Status MeasureLoaded(const Server& server, const Plan& plan, Report& report);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_LOADED_MEASUREMENT_H_
