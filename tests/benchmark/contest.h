#ifndef EDS_TESTS_BENCHMARK_CONTEST_H_
#define EDS_TESTS_BENCHMARK_CONTEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/benchmark/contender.h"
#include "tests/benchmark/series.h"

namespace eds::benchmark {

// Lets the contenders take turns, A B A B …, for `rounds` rounds each, so that whatever
// else the machine does strikes all of them. One operation of each caller, of every
// contender alike, comes before and does not count: it opens what is kept open. Operations
// that fail are counted and told, never left out in silence; an error of what is around
// them ends the contest.
absl::StatusOr<std::vector<Series>> Compete(const std::string& subject,
                                            const std::vector<Contender*>& contenders,
                                            const RoundPlan& plan, int rounds);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_CONTEST_H_
