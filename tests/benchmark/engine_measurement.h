#ifndef EDS_TESTS_BENCHMARK_ENGINE_MEASUREMENT_H_
#define EDS_TESTS_BENCHMARK_ENGINE_MEASUREMENT_H_

#include "absl/status/status.h"
#include "tests/benchmark/plan.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/server.h"

namespace eds::benchmark {

// CreateDatabase, from a warm and an empty pool, and CreateUser against raw SQL on the same
// server; what the processes need when they are idle.
absl::Status MeasureEngine(const Server& server, const Plan& plan, Report& report);

// GetDatabase against a call that does nothing.
absl::Status MeasureReads(const Server& server, const Plan& plan, Report& report);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_ENGINE_MEASUREMENT_H_
