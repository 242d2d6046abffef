#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "glog/logging.h"
#include "gtest/gtest.h"
#include "tests/fixtures/temporary_folder.h"
#include "tests/simulation/seeds.h"

namespace eds::simulation {
namespace {

constexpr uint64_t kSeeds = 10'000;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

TEST(SimulationTest, EveryInvariantHoldsWhateverHappens) {
  FLAGS_minloglevel = google::GLOG_FATAL;
  const uint64_t shards = FromEnvironment("SIMULATION_SHARDS", 1);
  const Seeds seeds{.first = FromEnvironment("SIMULATION_SHARD", 0), .end = kSeeds, .step = shards};
  RunSeeds(seeds, [](uint64_t seed, const Outcome& outcome) {
    ADD_FAILURE() << outcome.violation << "\ntools/simulate --seeds 1 --trace --first-seed "
                  << seed;
  });
}

TEST(SimulationTest, ASeedReplaysExactly) {
  FLAGS_minloglevel = google::GLOG_FATAL;
  const std::unique_ptr<TemporaryFolder> folder = TemporaryFolder::New().value();
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Outcome first = RunSeed(seed, folder->File("key"));
    const Outcome second = RunSeed(seed, folder->File("key"));
    EXPECT_EQ(first.trace_hash, second.trace_hash) << "seed " << seed;
    EXPECT_EQ(first.events, second.events) << "seed " << seed;
  }
}

}  // namespace
}  // namespace eds::simulation
