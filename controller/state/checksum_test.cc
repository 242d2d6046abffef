#include "controller/state/checksum.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(Checksum, EveryBitOfKeyVersionAndValueCounts) {
  const std::string text = "databases/1";
  std::set<uint64_t> seen = {ChecksumOf(text, 7, text)};
  size_t count = 1;
  for (size_t bit = 0; bit < text.size() * 8; ++bit, count += 2) {
    std::string changed = text;
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
    seen.insert(ChecksumOf(changed, 7, text));
    seen.insert(ChecksumOf(text, 7, changed));
  }
  for (int bit = 0; bit < 63; ++bit, ++count) seen.insert(ChecksumOf(text, 7 ^ 1LL << bit, text));
  EXPECT_EQ(seen.size(), count);
}

TEST(Checksum, TheBorderOfKeyAndValueCounts) {
  EXPECT_NE(ChecksumOf("ab", 1, "c"), ChecksumOf("a", 1, "bc"));
  EXPECT_NE(ChecksumOf("a", 1, ""), ChecksumOf("", 1, "a"));
  EXPECT_NE(ChecksumOf("a", 1, ""), ChecksumOf("a", 1, std::string(1, '\0')));
}

// Files are read by other machines, and by later builds.
TEST(Checksum, StaysTheSameForEver) {
  EXPECT_EQ(ChecksumOf("databases/1", 7, "one"), 7359844409022329162u);
}

}  // namespace
}  // namespace eds
