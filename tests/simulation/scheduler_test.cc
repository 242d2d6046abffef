#include "tests/simulation/scheduler.h"

#include <string>

#include "absl/synchronization/mutex.h"
#include "gtest/gtest.h"
#include "tests/simulation/simulated_clock.h"

namespace eds::simulation {
namespace {

class SchedulerTest : public testing::Test {
 protected:
  void Spawn(std::function<void()> body) { scheduler_.Spawn(process_, std::move(body)); }
  bool RunAll() {
    return scheduler_.Run([this] { return done_; }, scheduler_.Now() + absl::Hours(1));
  }

  Dice dice_{1};
  Trace trace_{{}};
  StackPool stacks_;
  Scheduler scheduler_{dice_, trace_, stacks_};
  std::shared_ptr<Process> process_ = std::make_shared<Process>("p");
  bool done_ = false;
};

TEST_F(SchedulerTest, TimePassesOnlyWhenNothingCanGoOn) {
  const absl::Time start = scheduler_.Now();
  absl::Time yielded;
  Spawn([&] {
    for (int i = 0; i < 100; ++i) scheduler_.Yield();
    yielded = scheduler_.Now();
  });
  Spawn([&] {
    scheduler_.Sleep(absl::Minutes(5));
    done_ = true;
  });
  ASSERT_TRUE(RunAll());
  EXPECT_EQ(yielded, start);
  EXPECT_EQ(scheduler_.Now(), start + absl::Minutes(5));
}

TEST_F(SchedulerTest, AWaitEndsWithItsConditionOrItsDeadline) {
  bool set = false;
  bool held = false;
  bool held_in_vain = true;
  Spawn([&] {
    held = scheduler_.WaitUntil([&] { return set; }, absl::InfiniteFuture());
    held_in_vain = scheduler_.WaitUntil([] { return false; }, scheduler_.Now() + absl::Seconds(1));
    done_ = true;
  });
  Spawn([&] { set = true; });
  ASSERT_TRUE(RunAll());
  EXPECT_TRUE(held);
  EXPECT_FALSE(held_in_vain);
}

TEST_F(SchedulerTest, AProcessThatIsKilledUnwindsEveryStackAndThenEnds) {
  const auto victim = std::make_shared<Process>("victim");
  std::string order;
  victim->on_end = [&] {
    order += "e";
    done_ = true;
  };
  for (int i = 0; i < 3; ++i) {
    scheduler_.Spawn(victim, [&] {
      const std::shared_ptr<int> guard(new int(0), [&order](int* value) {
        order += "u";
        delete value;
      });
      scheduler_.Sleep(absl::InfiniteDuration());
    });
  }
  Spawn([&] {
    scheduler_.Sleep(absl::Seconds(1));
    scheduler_.Kill(victim);
  });
  ASSERT_TRUE(RunAll());
  EXPECT_EQ(order, "uuue");
}

TEST_F(SchedulerTest, AProcessThatIsPausedGoesOnLater) {
  const auto sleeper = std::make_shared<Process>("sleeper");
  absl::Time woken;
  scheduler_.Spawn(sleeper, [&] {
    scheduler_.Sleep(absl::Seconds(1));
    woken = scheduler_.Now();
    done_ = true;
  });
  const absl::Time start = scheduler_.Now();
  Spawn([&] {
    scheduler_.Sleep(absl::Milliseconds(1));  // Until it sleeps, whoever began.
    scheduler_.Pause(*sleeper, absl::Seconds(30));
  });
  ASSERT_TRUE(RunAll());
  EXPECT_EQ(woken, start + absl::Milliseconds(1) + absl::Seconds(30));
}

TEST_F(SchedulerTest, AClockThatIsSetAheadEndsAWait) {
  SimulatedClock clock(scheduler_);
  absl::Mutex mutex;
  const absl::Time start = scheduler_.Now();
  Spawn([&] {
    const bool never = false;
    absl::MutexLock lock(&mutex);
    EXPECT_FALSE(clock.Await(mutex, absl::Condition(&never), clock.Now() + absl::Minutes(10)));
    done_ = true;
  });
  Spawn([&] {
    scheduler_.Sleep(absl::Milliseconds(1));  // Until it waits, whoever began.
    clock.Jump(absl::Hours(1));
  });
  ASSERT_TRUE(RunAll());
  EXPECT_EQ(scheduler_.Now(), start + absl::Milliseconds(1));
}

}  // namespace
}  // namespace eds::simulation
