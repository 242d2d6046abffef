#include "common/identifier.h"

#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(IdentifierTest, TakesALowerCaseLetterThenLettersAndDigits) {
  const absl::StatusOr<Identifier> id = Identifier::Parse("d7abc234");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->text(), "d7abc234");
  EXPECT_TRUE(Identifier::Parse(std::string(32, 'a')).ok());
}

class BadIdentifierTest : public testing::TestWithParam<std::string> {};

TEST_P(BadIdentifierTest, IsRefused) {
  EXPECT_EQ(Identifier::Parse(GetParam()).status().code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Names, BadIdentifierTest,
                         testing::Values("", "7a", "A", "aB", "a_b", "a%b", "a-b", "a b", "a'b",
                                         "a\"b", "a`b", "a\\b", std::string("a\0b", 3), "a\nb",
                                         "\xc3\xa9", std::string(33, 'a')));

}  // namespace
}  // namespace eds
