#include "tools/cli/terminal.h"

#include "gtest/gtest.h"

namespace eds::cli {
namespace {

TEST(ForTerminal, LeavesTextInAnyLanguageAlone) {
  EXPECT_EQ(ForTerminal("plain Größe 数据 \xF0\x9F\x98\x80"), "plain Größe 数据 \xF0\x9F\x98\x80");
}

TEST(ForTerminal, WritesOutWhatWouldMoveTheCursor) {
  EXPECT_EQ(ForTerminal("\x1b[31mred\r\n\x07"), "\\u001b[31mred\\u000d\\u000a\\u0007");
  EXPECT_EQ(ForTerminal("\x7f"), "\\u007f");
  EXPECT_EQ(ForTerminal("\xC2\x9B"), "\\u009b");
}

TEST(ForTerminal, WritesOutWhatWouldReorderLetters) {
  EXPECT_EQ(ForTerminal("\u202Eabc\u2066"), "\\u202eabc\\u2066");
}

TEST(ForTerminal, WritesOutBytesThatAreNoText) {
  EXPECT_EQ(ForTerminal("a\x9b\xff"), "a\\x9b\\xff");
  EXPECT_EQ(ForTerminal("\xC0\x80"), "\\xc0\\x80");           // Overlong.
  EXPECT_EQ(ForTerminal("\xE2\x82"), "\\xe2\\x82");           // Cut short.
  EXPECT_EQ(ForTerminal("\xE0\x82\x9B"), "\\xe0\\x82\\x9b");  // Overlong C1.
}

TEST(ForTerminal, KeepsNewlinesIfAsked) {
  EXPECT_EQ(ForTerminal("a\nb\t", Newlines::kKeep), "a\nb\\u0009");
}

TEST(Columns, CountsCharactersNotBytes) { EXPECT_EQ(Columns("Größe"), 5u); }

}  // namespace
}  // namespace eds::cli
