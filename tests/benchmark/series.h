#ifndef EDS_TESTS_BENCHMARK_SERIES_H_
#define EDS_TESTS_BENCHMARK_SERIES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace eds::benchmark {

// All rounds of one contender at one number of callers.
struct Series {
  std::string subject;    // As in "postgresql.create".
  std::string contender;  // As in "sql".
  int callers = 1;
  std::vector<absl::Duration> times = {};  // Of each operation that succeeded.
  std::vector<double> rates = {};          // Of each round, in operations per second.
  absl::Duration elapsed = absl::ZeroDuration();
  int errors = 0;
  std::string first_error = {};

  // The time that `share` of the operations, 0.5 for the median, did not exceed.
  absl::Duration Percentile(double share) const;
  // In operations per second, over all rounds.
  double Rate() const;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_SERIES_H_
