#include "node/fence.h"

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/error.h"
#include "common/fake_clock.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using absl::StatusCode;

// Lets something happen while somebody waits.
class MeanwhileClock final : public Clock {
 public:
  absl::Time Now() override { return absl::UnixEpoch(); }
  absl::Duration Uptime() override { return absl::ZeroDuration(); }
  bool Await(absl::Mutex& mutex, const absl::Condition& condition, absl::Time) override {
    if (condition.Eval()) return true;
    mutex.Unlock();
    meanwhile();
    mutex.Lock();
    return condition.Eval();
  }

  std::function<void()> meanwhile;
};

class FenceTest : public testing::Test {
 protected:
  // Takes note of the step by the epoch that it has.
  absl::Status Run(int64_t epoch, const std::string& object = "da1") {
    return fence_.Run(object, epoch, absl::InfiniteFuture(), [&] {
      ran_.push_back(epoch);
      return absl::OkStatus();
    });
  }

  FakeClock clock_;
  Fence fence_{clock_};
  std::vector<int64_t> ran_;
};

// A step that runs until it is let go.
class LongStep {
 public:
  LongStep(Fence& fence, int64_t epoch)
      : thread_([this, &fence, epoch] {
          EXPECT_THAT(fence.Run("da1", epoch, absl::InfiniteFuture(),
                                [this] {
                                  begun_.Notify();
                                  go_on_.WaitForNotification();
                                  return absl::OkStatus();
                                }),
                      IsOk());
        }) {
    begun_.WaitForNotification();
  }
  void End() {
    go_on_.Notify();
    thread_.join();
  }

 private:
  absl::Notification begun_;
  absl::Notification go_on_;
  std::thread thread_;
};

TEST_F(FenceTest, ALateStepIsRefusedForGood) {
  EXPECT_THAT(Run(2), IsOk());
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Run(1), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  }
  EXPECT_THAT(ran_, testing::ElementsAre(2));
}

TEST_F(FenceTest, AStepMayBeRepeatedAndALaterOperationMayFollow) {
  for (const int64_t epoch : {1, 1, 3, 3, 4}) EXPECT_THAT(Run(epoch), IsOk());
  EXPECT_THAT(ran_, testing::ElementsAre(1, 1, 3, 3, 4));
}

TEST_F(FenceTest, AStepThatFailedCountsAsWell) {
  EXPECT_THAT(fence_.Run("da1", 2, absl::InfiniteFuture(),
                         [] { return absl::UnavailableError("the reply is lost"); }),
              HasCode(StatusCode::kUnavailable));
  EXPECT_THAT(Run(1), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
}

TEST_F(FenceTest, ObjectsDoNotMindEachOther) {
  EXPECT_THAT(Run(2, "da1"), IsOk());
  EXPECT_THAT(Run(1, "da2"), IsOk());
  LongStep running(fence_, 3);
  EXPECT_THAT(Run(2, "da2"), IsOk());
  running.End();
}

TEST_F(FenceTest, WhatIsPartOfNoOperationIsNeverLateNorMakesOthersLate) {
  EXPECT_THAT(Run(2), IsOk());
  EXPECT_THAT(Run(0), IsOk());
  EXPECT_THAT(Run(2), IsOk());
  EXPECT_THAT(Run(1), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
}

TEST_F(FenceTest, OneStepAtATimeRunsOnAnObject) {
  int running = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) {
        EXPECT_THAT(fence_.Run("da1", j % 2, absl::InfiniteFuture(),
                               [&] {
                                 EXPECT_EQ(++running, 1);
                                 std::this_thread::yield();
                                 --running;
                                 return absl::OkStatus();
                               }),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(FenceTest, WhatDoesNotComeToItsTurnInTimeIsNotRun) {
  LongStep running(fence_, 1);
  const absl::Status status = fence_.Run("da1", 2, clock_.Now(), [] {
    ADD_FAILURE() << "it ran";
    return absl::OkStatus();
  });
  EXPECT_THAT(status, FailsWith(StatusCode::kAborted, Reason::kOperationInProgress));
  EXPECT_TRUE(RetryAfterOf(status).has_value());
  running.End();
  EXPECT_THAT(Run(1), IsOk()) << "a step that did not begin makes none late";
}

TEST_F(FenceTest, AStepThatGrowsStaleWhileItWaitsIsNotRun) {
  MeanwhileClock clock;
  Fence fence(clock);
  LongStep running(fence, 1);
  clock.meanwhile = [&] {
    running.End();
    EXPECT_THAT(fence.Run("da1", 3, absl::InfiniteFuture(), [] { return absl::OkStatus(); }),
                IsOk());
  };
  EXPECT_THAT(fence.Run("da1", 2, absl::InfiniteFuture(),
                        [] {
                          ADD_FAILURE() << "it ran";
                          return absl::OkStatus();
                        }),
              FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
}

TEST_F(FenceTest, AnObjectIsForgottenSomeTimeAfterItsLastStep) {
  for (int i = 0; i < 100; ++i) EXPECT_THAT(Run(2, absl::StrCat("da", i)), IsOk());
  clock_.Advance(Fence::kMemory - absl::Seconds(1));
  EXPECT_THAT(Run(3, "da1"), IsOk());
  EXPECT_EQ(fence_.size(), 100u);
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Run(1, "db1"), IsOk());
  EXPECT_EQ(fence_.size(), 2u) << "da1, which has had a step since, and db1";
  EXPECT_THAT(Run(2, "da1"), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
}

TEST_F(FenceTest, RefusedStepsDoNotKeepAnObjectInMemory) {
  EXPECT_THAT(Run(2), IsOk());
  clock_.Advance(Fence::kMemory - absl::Seconds(1));
  EXPECT_THAT(Run(1), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Run(1, "db1"), IsOk());
  EXPECT_EQ(fence_.size(), 1u);
}

TEST_F(FenceTest, WhatRunsIsNotForgotten) {
  EXPECT_THAT(Run(1), IsOk());
  LongStep running(fence_, 2);
  clock_.Advance(2 * Fence::kMemory);
  EXPECT_THAT(Run(1, "db1"), IsOk());
  EXPECT_EQ(fence_.size(), 2u);
  EXPECT_THAT(Run(1), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  running.End();
}

}  // namespace
}  // namespace eds
