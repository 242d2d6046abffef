#include "controller/lock_table.h"

#include <thread>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(LockTableTest, AnOwnerKeepsAllOthersOut) {
  LockTable locks;
  const auto owner = locks.Own("a", absl::InfinitePast());
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(locks.Own("a", absl::InfinitePast()), nullptr);
  EXPECT_EQ(locks.Share("a", absl::InfinitePast()), nullptr);
  EXPECT_NE(locks.Own("b", absl::InfinitePast()), nullptr);
}

TEST(LockTableTest, SharersKeepOwnersOutUntilTheLastIsGone) {
  LockTable locks;
  auto one = locks.Share("a", absl::InfinitePast());
  auto two = locks.Share("a", absl::InfinitePast());
  ASSERT_NE(two, nullptr);
  one.reset();
  EXPECT_EQ(locks.Own("a", absl::InfinitePast()), nullptr);
  two.reset();
  EXPECT_NE(locks.Own("a", absl::InfinitePast()), nullptr);
}

TEST(LockTableTest, WhoWaitsGetsTheLockWhenItComesFree) {
  LockTable locks;
  auto owner = locks.Own("a", absl::InfinitePast());
  std::thread waiter([&locks] { EXPECT_NE(locks.Own("a", absl::InfiniteFuture()), nullptr); });
  owner.reset();
  waiter.join();
}

}  // namespace
}  // namespace eds
