#ifndef EDS_TESTS_SIMULATION_DICE_H_
#define EDS_TESTS_SIMULATION_DICE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/time/time.h"
#include "common/random.h"

namespace eds::simulation {

// Everything that a run leaves to chance, drawn from its seed: the same seed, the same
// draws, on every machine.
class Dice final : public RandomSource {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t Next();

  // From 0 to `count` - 1.
  size_t Below(size_t count) { return Next() % count; }
  int64_t Between(int64_t least, int64_t most) { return least + Below(most - least + 1); }
  bool Chance(double probability);

  // Mostly short: each power of ten up to `longest` is as likely as the next.
  absl::Duration Pause(absl::Duration longest);

  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

  void Fill(std::span<uint8_t> bytes) override;

 private:
  uint64_t state_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_DICE_H_
