#include "tests/simulation/dice.h"

#include <cmath>

namespace eds::simulation {
namespace {

constexpr double kTwoTo53 = 9007199254740992.0;
constexpr int64_t kShortestPauseUs = 10;

}  // namespace

// SplitMix64.
uint64_t Dice::Next() {
  state_ += 0x9E3779B97F4A7C15;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

bool Dice::Chance(double probability) {
  return static_cast<double>(Next() >> 11) / kTwoTo53 < probability;
}

// Shifts instead of powers: floating point may differ between machines.
absl::Duration Dice::Pause(absl::Duration longest) {
  const int64_t most = absl::ToInt64Microseconds(longest);
  int64_t limit = kShortestPauseUs;
  while (limit < most && Chance(0.75)) limit *= 10;
  return absl::Microseconds(Between(0, std::min(limit, most)));
}

void Dice::Fill(std::span<uint8_t> bytes) {
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(Next() >> 56);
}

}  // namespace eds::simulation
