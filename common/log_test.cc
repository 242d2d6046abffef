#include "common/log.h"

#include <atomic>
#include <thread>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(LogTailTest, RemembersTheNewestLines) {
  LogTail tail(2);
  LOG(INFO) << "one";
  LOG(WARNING) << "two";
  LOG(INFO) << "three";
  const std::vector<LogLine> lines = tail.Newest(10);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].message, "two");
  EXPECT_EQ(lines[0].severity, "WARNING");
  EXPECT_EQ(lines[1].message, "three");
  EXPECT_EQ(tail.Newest(1).at(0).message, "three");
}

TEST(LogTailTest, AfterWaitsForTheNextLine) {
  LogTail tail(10);
  LOG(INFO) << "one";
  const int64_t seen = tail.Newest(1).at(0).number;
  std::thread writer([] { LOG(INFO) << "two"; });
  const std::vector<LogLine> lines = tail.After(seen, absl::InfiniteFuture());
  writer.join();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].message, "two");
}

TEST(LogTailTest, AfterGivesUpAtTheDeadline) {
  LogTail tail(10);
  EXPECT_TRUE(tail.After(0, absl::Now()).empty());
}

TEST(LogTailTest, AfterEndsWhenItIsStopped) {
  LogTail tail(10);
  std::atomic<bool> stopped = false;
  std::thread stopper([&] {
    stopped = true;
    tail.Wake();
  });
  EXPECT_TRUE(tail.After(0, absl::InfiniteFuture(), stopped).empty());
  stopper.join();
}

}  // namespace
}  // namespace eds
