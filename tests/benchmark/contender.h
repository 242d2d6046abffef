#ifndef EDS_TESTS_BENCHMARK_CONTENDER_H_
#define EDS_TESTS_BENCHMARK_CONTENDER_H_

#include <string>

#include "absl/status/status.h"

namespace eds::benchmark {

// What is done in a round, and by how many at once.
struct RoundPlan {
  int callers = 1;
  int operations = 1;  // All callers' together.
};

// One of those who do the same thing in turn: raw SQL, or EDS. It does one kind of
// operation; only Run is timed.
class Contender {
 public:
  virtual ~Contender() = default;

  // As in "sql" or "eds".
  virtual std::string name() const = 0;

  // Before a round: opens connections, fills or empties pools.
  virtual absl::Status Prepare(const RoundPlan& plan) = 0;

  // Does the operation with this number, each once in a round, for a caller. Called by
  // one thread for each caller at the same time.
  virtual absl::Status Run(int caller, int operation) = 0;

  // After a round: checks that what was answered is true, and takes it away again.
  virtual absl::Status Settle() = 0;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_CONTENDER_H_
