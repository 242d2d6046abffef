#include "tests/simulation/seeds.h"

#include "tests/fixtures/temporary_folder.h"

namespace eds::simulation {

int RunSeeds(const Seeds& seeds,
             const std::function<void(uint64_t seed, const Outcome& outcome)>& tell) {
  const std::unique_ptr<TemporaryFolder> folder = TemporaryFolder::New().value();
  int failures = 0;
  for (uint64_t seed = seeds.first; seed < seeds.end; seed += seeds.step) {
    const Outcome outcome = RunSeed(seed, folder->File("key"));
    if (outcome.violation.empty()) continue;
    ++failures;
    tell(seed, outcome);
  }
  return failures;
}

}  // namespace eds::simulation
