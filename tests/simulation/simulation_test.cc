#include "glog/logging.h"
#include "gtest/gtest.h"
#include "tests/simulation/apparatus.h"
#include "tests/simulation/seeds.h"

namespace eds::simulation {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kSeeds = 400;
#else
constexpr uint64_t kSeeds = 10'000;
#endif
constexpr uint64_t kBlocks = 40;

// So that blocks can be run at the same time.
class SimulationTest : public testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override { FLAGS_minloglevel = google::GLOG_FATAL; }
};

TEST_P(SimulationTest, EveryInvariantHoldsWhateverHappens) {
  const Seeds seeds{.first = GetParam(), .end = kSeeds, .step = kBlocks};
  RunSeeds(seeds, [](uint64_t seed, const Outcome& outcome) {
    ADD_FAILURE() << outcome.violation << "\ntools/simulate --seeds 1 --trace --first-seed "
                  << seed;
  });
}

TEST_P(SimulationTest, ASeedReplaysExactly) {
  Apparatus apparatus;
  const Outcome first = RunSeed(GetParam(), apparatus);
  const Outcome second = RunSeed(GetParam(), apparatus);
  EXPECT_EQ(first.trace_hash, second.trace_hash);
  EXPECT_EQ(first.events, second.events);
}

INSTANTIATE_TEST_SUITE_P(Blocks, SimulationTest, testing::Range<uint64_t>(0, kBlocks));

}  // namespace
}  // namespace eds::simulation
