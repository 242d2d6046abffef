#ifndef EDS_TESTS_SIMULATION_RUN_H_
#define EDS_TESTS_SIMULATION_RUN_H_

#include <cstdint>
#include <string>

#include "tests/simulation/apparatus.h"
#include "tests/simulation/trace.h"

namespace eds::simulation {

struct Outcome {
  std::string violation;    // The invariant that was broken, and how. Empty: none.
  uint64_t trace_hash = 0;  // Equal for equal runs.
  uint64_t events = 0;
};

// Runs one system from its beginning to its end, all that happens to it drawn from `seed`.
Outcome RunSeed(uint64_t seed, Apparatus& apparatus, Trace::Sink sink = {});

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_RUN_H_
