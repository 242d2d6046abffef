#ifndef EDS_TESTS_BENCHMARK_SCALE_MEASUREMENT_H_
#define EDS_TESTS_BENCHMARK_SCALE_MEASUREMENT_H_

#include "absl/status/status.h"
#include "tests/benchmark/plan.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/server.h"

namespace eds::benchmark {

// Controllers with 1,000, 10,000 … records of databases, side by side: what CreateDatabase
// from a warm pool and the first page of ListDatabases take, in turns; how long each took
// to start, and the memory it needs.
absl::Status MeasureScale(const Server& server, const Plan& plan, Report& report);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_SCALE_MEASUREMENT_H_
