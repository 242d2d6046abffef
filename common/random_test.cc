#include "common/random.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(RandomTest, Base32IsLowerCaseAndOfTheLengthAsked) {
  SystemRandom random;
  const std::string text = RandomBase32(random, 1000);
  EXPECT_EQ(text.size(), 1000u);
  EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  EXPECT_EQ(std::set<char>(text.begin(), text.end()).size(), 32u);
}

TEST(RandomTest, DigitsDoNotStartWithZero) {
  SystemRandom random;
  for (int i = 0; i < 200; ++i) {
    const std::string digits = RandomDigits(random, 5);
    EXPECT_EQ(digits.size(), 5u);
    EXPECT_NE(digits[0], '0');
    EXPECT_TRUE(std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit));
  }
}

TEST(RandomTest, PasswordsDifferAndNeedNoQuoting) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Secret password = RandomPassword(random);
    EXPECT_EQ(password.Reveal().size(), 32u);
    EXPECT_TRUE(
        std::all_of(password.Reveal().begin(), password.Reveal().end(), absl::ascii_isalnum));
    seen.insert(password.Reveal());
  }
  EXPECT_EQ(seen.size(), 100u);
}

}  // namespace
}  // namespace eds
