#include "node/backoff.h"

#include <algorithm>
#include <span>

#include "gtest/gtest.h"

namespace eds {
namespace {

class ConstantRandom final : public RandomSource {
 public:
  explicit ConstantRandom(uint8_t byte) : byte_(byte) {}
  void Fill(std::span<uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), byte_); }

 private:
  const uint8_t byte_;
};

constexpr PauseRange kRange{.first = absl::Seconds(1), .longest = absl::Seconds(5)};

TEST(BackoffTest, PausesDoubleUpToTheLongest) {
  ConstantRandom random(0xff);
  Backoff backoff(kRange, random);
  for (const int seconds : {1, 2, 4, 5, 5}) EXPECT_EQ(backoff.Next(), absl::Seconds(seconds));
}

TEST(BackoffTest, APauseIsAtLeastHalfOfItsTurn) {
  ConstantRandom random(0);
  Backoff backoff(kRange, random);
  EXPECT_EQ(backoff.Next(), absl::Seconds(0.5));
  EXPECT_EQ(backoff.Next(), absl::Seconds(1));
}

TEST(BackoffTest, ResetBeginsAnew) {
  ConstantRandom random(0xff);
  Backoff backoff(kRange, random);
  backoff.Next();
  backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), absl::Seconds(1));
}

}  // namespace
}  // namespace eds
