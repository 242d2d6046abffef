#include "controller/attempts.h"

#include "common/error.h"
#include "common/fake_clock.h"
#include "common/random.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

class AttemptsTest : public testing::Test {
 protected:
  // How long until it is due, to the tenth of a second.
  absl::Duration Pause() {
    absl::Duration pause;
    while (!attempts_.IsDue("a")) {
      clock_.Advance(absl::Milliseconds(100));
      pause += absl::Milliseconds(100);
    }
    return pause;
  }

  FakeClock clock_;
  SystemRandom random_;
  Attempts attempts_{clock_, random_};
};

TEST_F(AttemptsTest, WhatNeverFailedIsDue) { EXPECT_TRUE(attempts_.IsDue("a")); }

TEST_F(AttemptsTest, PausesGrowToFiveMinutesWithJitter) {
  absl::Duration expected = absl::Seconds(1);
  for (int i = 0; i < 12; ++i) {
    attempts_.Failed("a", absl::UnavailableError("down"));
    const absl::Duration pause = Pause();
    EXPECT_GE(pause, expected * 0.8 - absl::Milliseconds(100)) << i;
    EXPECT_LE(pause, expected * 1.2 + absl::Milliseconds(100)) << i;
    expected = std::min(expected * 2, absl::Minutes(5));
  }
}

TEST_F(AttemptsTest, AClockThatIsSetChangesNoPause) {
  const absl::Time now = clock_.Now();
  for (const absl::Duration step : {-absl::Hours(24 * 365), absl::Hours(24 * 365)}) {
    attempts_.Failed("a", absl::UnavailableError("down"));
    clock_.Set(now + step);
    EXPECT_FALSE(attempts_.IsDue("a"));
    EXPECT_LE(Pause(), absl::Seconds(3));
  }
}

TEST_F(AttemptsTest, TellsWhyTheLastOneFailed) {
  attempts_.Failed("a", absl::UnavailableError("down"));
  EXPECT_EQ(attempts_.Condition("a"), "down");
  attempts_.Forget("a");
  EXPECT_EQ(attempts_.Condition("a"), "");
  EXPECT_TRUE(attempts_.IsDue("a"));
}

TEST_F(AttemptsTest, RemembersCountReasonAndNextTry) {
  EXPECT_FALSE(attempts_.Find("a").has_value());
  for (int i = 0; i < 3; ++i) {
    attempts_.Failed("a", MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                                    "the server cannot be reached"));
  }
  const absl::optional<Attempt> attempt = attempts_.Find("a");
  ASSERT_TRUE(attempt.has_value());
  EXPECT_EQ(attempt->count, 3);
  EXPECT_EQ(attempt->reason, "SERVER_UNREACHABLE");
  EXPECT_EQ(attempt->condition, "the server cannot be reached");
  EXPECT_GT(attempt->next, clock_.Now());
}

TEST_F(AttemptsTest, AClockThatIsSetBackDelaysNothing) {
  attempts_.Failed("a", absl::UnavailableError("down"));
  clock_.Set(clock_.Now() - absl::Hours(2));
  EXPECT_LT(Pause(), absl::Seconds(2));
}

TEST_F(AttemptsTest, ANodeThatIsBackMakesAllDue) {
  attempts_.Failed("a", absl::UnavailableError("down"));
  EXPECT_FALSE(attempts_.IsDue("a"));
  attempts_.MakeAllDue();
  EXPECT_TRUE(attempts_.IsDue("a"));
}

}  // namespace
}  // namespace eds
