#ifndef EDS_COMMON_RANDOM_H_
#define EDS_COMMON_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "common/secret.h"

namespace eds {

// Where the code that decides takes its randomness from. Thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void Fill(std::span<uint8_t> bytes) = 0;
};

// The kernel's cryptographically secure generator.
class SystemRandom final : public RandomSource {
 public:
  void Fill(std::span<uint8_t> bytes) override;
};

// `length` characters of [a-z2-7], five random bits in each.
std::string RandomBase32(RandomSource& random, size_t length);

// `count` random decimal digits, the first of them not 0.
std::string RandomDigits(RandomSource& random, size_t count);

// 32 characters of [A-Za-z0-9], some 190 bits: safe in a URI, a shell word, a
// configuration file and SQL without quoting.
Secret RandomPassword(RandomSource& random);

}  // namespace eds

#endif  // EDS_COMMON_RANDOM_H_
