#include "controller/overdue.h"

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(Overdue, TellsForHowLongALookAfterLookHasFoundAKey) {
  Overdue overdue;
  EXPECT_EQ(overdue.Note("a", absl::Seconds(1)), absl::ZeroDuration());
  overdue.EndLook();
  EXPECT_EQ(overdue.Note("a", absl::Seconds(4)), absl::Seconds(3));
  EXPECT_EQ(overdue.Note("b", absl::Seconds(4)), absl::ZeroDuration());
  overdue.EndLook();
  EXPECT_EQ(overdue.Note("a", absl::Seconds(6)), absl::Seconds(5));
  EXPECT_EQ(overdue.Note("b", absl::Seconds(6)), absl::Seconds(2));
}

TEST(Overdue, BeginsAnewAfterALookThatDidNotFindIt) {
  Overdue overdue;
  overdue.Note("a", absl::Seconds(1));
  overdue.EndLook();
  overdue.EndLook();
  EXPECT_EQ(overdue.Note("a", absl::Seconds(9)), absl::ZeroDuration());
}

}  // namespace
}  // namespace eds
