#include "common/work_queue.h"

#include <atomic>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(WorkQueueTest, RunsEveryJobBeforeItGoes) {
  std::atomic<int> runs = 0;
  {
    WorkQueue queue("test", 2, 100);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(queue.Push([&runs] { ++runs; }));
  }
  EXPECT_EQ(runs, 100);
}

TEST(WorkQueueTest, RefusesWhatIsOverItsCapacity) {
  absl::Notification started, go;
  WorkQueue queue("test", 1, 1);
  ASSERT_TRUE(queue.Push([&] {
    started.Notify();
    go.WaitForNotification();
  }));
  started.WaitForNotification();
  std::atomic<bool> ran = false;
  EXPECT_TRUE(queue.Push([&ran] { ran = true; }));
  EXPECT_FALSE(queue.Push([] {}));
  EXPECT_EQ(queue.size(), 2u);
  go.Notify();
}

}  // namespace
}  // namespace eds
