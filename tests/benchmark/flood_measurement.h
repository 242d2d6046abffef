#ifndef EDS_TESTS_BENCHMARK_FLOOD_MEASUREMENT_H_
#define EDS_TESTS_BENCHMARK_FLOOD_MEASUREMENT_H_

#include "absl/status/status.h"
#include "tests/benchmark/plan.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/server.h"

namespace eds::benchmark {

// Thousands of CreateDatabase at once on a node: how many are answered, and how many refused
// with RetryInfo; any other outcome is an error. Meanwhile CreateDatabase on a node of
// another kind, against what it takes when all is quiet.
absl::Status MeasureFlood(const Server& flooded, const Server& quiet, const Plan& plan,
                          Report& report);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_FLOOD_MEASUREMENT_H_
