#include "controller/lock_table.h"

#include <thread>

#include "common/clock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(LockTableTest, AnOwnerKeepsAllOthersOut) {
  SystemClock clock;
  LockTable locks(clock);
  const auto owner = locks.Own("a", absl::InfinitePast());
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(locks.Own("a", absl::InfinitePast()), nullptr);
  EXPECT_EQ(locks.Share("a", absl::InfinitePast()), nullptr);
  EXPECT_NE(locks.Own("b", absl::InfinitePast()), nullptr);
}

TEST(LockTableTest, SharersKeepOwnersOutUntilTheLastIsGone) {
  SystemClock clock;
  LockTable locks(clock);
  auto one = locks.Share("a", absl::InfinitePast());
  auto two = locks.Share("a", absl::InfinitePast());
  ASSERT_NE(two, nullptr);
  one.reset();
  EXPECT_EQ(locks.Own("a", absl::InfinitePast()), nullptr);
  two.reset();
  EXPECT_NE(locks.Own("a", absl::InfinitePast()), nullptr);
}

TEST(LockTableTest, WhoWaitsGetsTheLockWhenItComesFree) {
  SystemClock clock;
  LockTable locks(clock);
  auto owner = locks.Own("a", absl::InfinitePast());
  std::thread waiter([&locks] { EXPECT_NE(locks.Own("a", absl::InfiniteFuture()), nullptr); });
  owner.reset();
  waiter.join();
}

}  // namespace
}  // namespace eds
