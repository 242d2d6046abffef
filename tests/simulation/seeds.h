#ifndef EDS_TESTS_SIMULATION_SEEDS_H_
#define EDS_TESTS_SIMULATION_SEEDS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "tests/simulation/run.h"

namespace eds::simulation {

// Which seeds to run: `first`, and every `step`th after it, below `end`.
struct Seeds {
  uint64_t first = 0;
  uint64_t end = 0;
  uint64_t step = 1;
};

// Runs them one after the other, and tells of each that breaks an invariant. Answers how
// many did.
int RunSeeds(const Seeds& seeds,
             const std::function<void(uint64_t seed, const Outcome& outcome)>& tell);

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SEEDS_H_
