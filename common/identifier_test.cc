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

TEST(IdentifierTest, APartMayBeginWithADigit) {
  EXPECT_EQ(Identifier::ParsePart("7abc234")->text(), "7abc234");
  for (const std::string& text :
       {std::string(), std::string("7A"), std::string("7_"), std::string(33, '7')}) {
    EXPECT_EQ(Identifier::ParsePart(text).status().code(), absl::StatusCode::kInvalidArgument);
  }
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
