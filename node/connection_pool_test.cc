#include "node/connection_pool.h"

#include <memory>

#include "common/fake_clock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

struct FakeConnection {
  bool broken() const { return is_broken; }
  int number = 0;
  bool is_broken = false;
};

absl::Status LostConnection() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "gone");
}

class ConnectionPoolTest : public testing::Test {
 protected:
  FakeClock clock_;
  int opened_ = 0;
  absl::Status open_status_;
  ConnectionPool<FakeConnection> pool_{
      1, clock_, [this](absl::Time) -> absl::StatusOr<std::unique_ptr<FakeConnection>> {
        ++opened_;
        if (!open_status_.ok()) return open_status_;
        return std::make_unique<FakeConnection>(FakeConnection{.number = opened_});
      }};
};

TEST_F(ConnectionPoolTest, KeepsAConnectionForTheNextStep) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(
        pool_.Run(absl::InfiniteFuture(), [](FakeConnection&) { return absl::OkStatus(); }).ok());
  }
  EXPECT_EQ(opened_, 1);
}

TEST_F(ConnectionPoolTest, RepeatsTheStepOnAFreshConnectionIfAKeptOneWasDead) {
  ASSERT_TRUE(
      pool_.Run(absl::InfiniteFuture(), [](FakeConnection&) { return absl::OkStatus(); }).ok());
  int runs = 0;
  EXPECT_TRUE(pool_
                  .Run(absl::InfiniteFuture(),
                       [&runs](FakeConnection& connection) {
                         ++runs;
                         if (connection.number == 2) return absl::OkStatus();
                         connection.is_broken = true;
                         return LostConnection();
                       })
                  .ok());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(opened_, 2);
}

TEST_F(ConnectionPoolTest, DoesNotRepeatAStepThatFailedOnAFreshConnection) {
  int runs = 0;
  const absl::Status status =
      pool_.Run(absl::InfiniteFuture(), [&runs](FakeConnection& connection) {
        ++runs;
        connection.is_broken = true;
        return LostConnection();
      });
  EXPECT_TRUE(HasReason(status, Reason::kServerUnreachable));
  EXPECT_EQ(runs, 1);
}

TEST_F(ConnectionPoolTest, PausesAfterAFailureToConnect) {
  open_status_ = LostConnection();
  const auto step = [](FakeConnection&) { return absl::OkStatus(); };
  EXPECT_FALSE(pool_.Run(absl::InfiniteFuture(), step).ok());
  const absl::Status refused = pool_.Run(absl::InfiniteFuture(), step);
  EXPECT_TRUE(HasReason(refused, Reason::kServerUnreachable));
  EXPECT_TRUE(RetryAfterOf(refused).has_value());
  EXPECT_EQ(opened_, 1);
  clock_.Advance(absl::Seconds(1));
  open_status_ = absl::OkStatus();
  EXPECT_TRUE(pool_.Run(absl::InfiniteFuture(), step).ok());
  EXPECT_EQ(opened_, 2);
}

TEST_F(ConnectionPoolTest, AClockThatIsSetBackDoesNotLengthenThePause) {
  open_status_ = LostConnection();
  const auto step = [](FakeConnection&) { return absl::OkStatus(); };
  EXPECT_FALSE(pool_.Run(absl::InfiniteFuture(), step).ok());
  clock_.Set(clock_.Now() - absl::Hours(24 * 365));
  clock_.Advance(absl::Seconds(1));
  open_status_ = absl::OkStatus();
  EXPECT_TRUE(pool_.Run(absl::InfiniteFuture(), step).ok());
}

TEST_F(ConnectionPoolTest, AnswersBusyWhenNoConnectionComesFree) {
  const absl::Status outer = pool_.Run(absl::InfiniteFuture(), [this](FakeConnection&) {
    return pool_.Run(absl::Now(), [](FakeConnection&) { return absl::OkStatus(); });
  });
  EXPECT_EQ(outer.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(HasReason(outer, Reason::kNodeBusy));
}

}  // namespace
}  // namespace eds
