#include "common/secret.h"

#include <sstream>
#include <utility>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(SecretTest, PrintsAsRedacted) {
  std::ostringstream out;
  out << Secret("hunter2");
  EXPECT_EQ(out.str(), "[redacted]");
}

TEST(SecretTest, RevealOpensIt) { EXPECT_EQ(Secret("hunter2").Reveal(), "hunter2"); }

TEST(SecretTest, MovedFromIsEmpty) {
  Secret from("hunter2");
  Secret to = std::move(from);
  EXPECT_EQ(to.Reveal(), "hunter2");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): the promise under test.
}

TEST(SecretTest, ComparesByText) {
  EXPECT_EQ(Secret("a"), Secret("a"));
  EXPECT_FALSE(Secret("a") == Secret("b"));
  EXPECT_FALSE(Secret("a") == Secret("ab"));
}

}  // namespace
}  // namespace eds
