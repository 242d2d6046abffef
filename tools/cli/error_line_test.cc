#include "tools/cli/error_line.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "gtest/gtest.h"

namespace eds::cli {
namespace {

TEST(ErrorLine, EndsWithTheReason) {
  const absl::Status status =
      MakeError(absl::StatusCode::kAlreadyExists, Reason::kDisplayNameTaken, "orders is taken.");
  EXPECT_EQ(ErrorLine(status, {}), "orders is taken [DISPLAY_NAME_TAKEN]");
}

TEST(ErrorLine, NamesFieldsAsTheCommandLineDoes) {
  const absl::Status status = InvalidField("database.display_name", "must begin with a letter");
  EXPECT_EQ(ErrorLine(status, {{"database.display_name", "--name"}}),
            "--name: must begin with a letter [INVALID_FIELD]");
  EXPECT_EQ(ErrorLine(status, {}),
            "database.display_name: must begin with a letter [INVALID_FIELD]");
}

TEST(ErrorLine, SaysWhenToTryAgainInWholeSeconds) {
  const absl::Status status = WithRetryAfter(
      MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy, "mysql_node is busy"),
      absl::Milliseconds(1500));
  EXPECT_EQ(ErrorLine(status, {}), "mysql_node is busy; try again in 2 s [NODE_BUSY]");
}

TEST(ErrorLine, ListsSomeOfWhatHoldsItBack) {
  absl::Status status =
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseHasUsers, "it has users");
  for (int i = 1; i <= 7; ++i) {
    status = WithViolation(status, "USER", absl::StrCat("u", i), "exists");
  }
  EXPECT_EQ(ErrorLine(status, {}),
            "it has users (u1: exists; u2: exists; u3: exists; u4: exists; u5: exists; and 2 more) "
            "[DATABASE_HAS_USERS]");
}

TEST(ErrorLine, DoesNotSayAThingTwice) {
  const absl::Status status = WithViolation(
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeCordoned, "n1: is cordoned"),
      "NODE", "n1", "is cordoned");
  EXPECT_EQ(ErrorLine(status, {}), "n1: is cordoned [NODE_CORDONED]");
}

TEST(ErrorLine, IsOneLineWhateverTheServerSays) {
  EXPECT_EQ(ErrorLine(absl::InternalError("a\nb\x1b[2J"), {}), "a\\u000ab\\u001b[2J");
  EXPECT_EQ(ErrorLine(absl::Status(absl::StatusCode::kUnknown, ""), {}), "UNKNOWN");
}

TEST(UsageError, IsToldFromOthers) {
  EXPECT_TRUE(IsUsageError(UsageError("no")));
  EXPECT_FALSE(IsUsageError(InvalidField("f", "no")));
}

}  // namespace
}  // namespace eds::cli
