#include "tests/simulation/seeds.h"

#include "tests/simulation/apparatus.h"

namespace eds::simulation {

int RunSeeds(const Seeds& seeds,
             const std::function<void(uint64_t seed, const Outcome& outcome)>& tell) {
  Apparatus apparatus;
  int failures = 0;
  for (uint64_t seed = seeds.first; seed < seeds.end; seed += seeds.step) {
    const Outcome outcome = RunSeed(seed, apparatus);
    if (outcome.violation.empty()) continue;
    ++failures;
    tell(seed, outcome);
  }
  return failures;
}

}  // namespace eds::simulation
