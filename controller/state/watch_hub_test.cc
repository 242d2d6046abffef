#include "controller/state/watch_hub.h"

#include <atomic>
#include <thread>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"

namespace eds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

StoreEvent Changed(const std::string& key) { return {{key, "value", 1}, false}; }

TEST(WatchHubTest, DeliversInTheOrderOfAddingAndOnlyWhenTold) {
  WatchHub hub;
  std::vector<std::string> seen;
  const auto watcher =
      hub.Watch("", [&](const StoreEvent& event) { seen.push_back(event.entry.key); });
  hub.Add({Changed("a"), Changed("b")});
  hub.Add({Changed("c")});
  EXPECT_THAT(seen, IsEmpty());
  hub.Deliver();
  hub.Deliver();
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
}

TEST(WatchHubTest, AWatcherDoesNotSeeWhatWasAddedBeforeIt) {
  WatchHub hub;
  int seen = 0;
  hub.Add({Changed("a")});
  const auto watcher = hub.Watch("", [&](const StoreEvent&) { ++seen; });
  hub.Deliver();
  EXPECT_EQ(seen, 0);
}

TEST(WatchHubTest, AnEndedWatcherDoesNotSeeWhatWasNotDeliveredYet) {
  WatchHub hub;
  int seen = 0;
  auto watcher = hub.Watch("", [&](const StoreEvent&) { ++seen; });
  hub.Add({Changed("a")});
  watcher.reset();
  hub.Deliver();
  EXPECT_EQ(seen, 0);
}

TEST(WatchHubTest, WhatACallbackAddsIsDeliveredAfterIt) {
  WatchHub hub;
  std::vector<std::string> seen;
  const auto watcher = hub.Watch("", [&](const StoreEvent& event) {
    if (event.entry.key == "a") {
      hub.Add({Changed("c")});
      hub.Deliver();
    }
    seen.push_back(event.entry.key);
  });
  hub.Add({Changed("a"), Changed("b")});
  hub.Deliver();
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
}

TEST(WatchHubTest, AThreadDoesNotWaitForAnotherThatDelivers) {
  WatchHub hub;
  absl::Notification running, go;
  std::vector<std::string> seen;
  const auto watcher = hub.Watch("", [&](const StoreEvent& event) {
    seen.push_back(event.entry.key);
    if (event.entry.key != "a") return;
    running.Notify();
    go.WaitForNotification();
  });
  hub.Add({Changed("a")});
  std::thread delivering([&] { hub.Deliver(); });
  running.WaitForNotification();
  hub.Add({Changed("b")});
  hub.Deliver();
  go.Notify();
  delivering.join();
  EXPECT_THAT(seen, ElementsAre("a", "b"));
}

TEST(WatchHubTest, EndingAWatcherWaitsForItsCallback) {
  WatchHub hub;
  absl::Notification running;
  std::atomic<bool> inside = false;
  std::atomic<int> calls = 0;
  auto watcher = hub.Watch("", [&](const StoreEvent&) {
    inside = true;
    if (++calls == 1) running.Notify();
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    inside = false;
  });
  hub.Add({Changed("a"), Changed("a"), Changed("a")});
  std::thread delivering([&] { hub.Deliver(); });
  running.WaitForNotification();
  watcher.reset();
  EXPECT_FALSE(inside);
  const int calls_until_then = calls;
  delivering.join();
  EXPECT_EQ(calls, calls_until_then);
}

}  // namespace
}  // namespace eds
