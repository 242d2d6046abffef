#include "controller/state/group_commit.h"

#include <algorithm>
#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"

namespace eds {
namespace {

using testing::ElementsAre;

TEST(GroupCommitTest, ALoneCallerIsWrittenByItself) {
  std::vector<size_t> batches;
  GroupCommit commits([&](GroupCommit::Batch batch) {
    batches.push_back(batch.size());
    batch[0]->answer = 7;
  });
  EXPECT_EQ(*commits.Commit({}), 7);
  EXPECT_EQ(*commits.Commit({}), 7);
  EXPECT_THAT(batches, ElementsAre(1u, 1u));
}

TEST(GroupCommitTest, CallersThatMeetShareAWriteAndEachGetsItsOwnAnswer) {
  constexpr int kFollowers = 5;
  absl::Notification writing, go;
  std::vector<size_t> batches;
  GroupCommit commits([&](GroupCommit::Batch batch) {
    batches.push_back(batch.size());
    for (PendingCommit* pending : batch) {
      pending->answer = std::stoi(pending->transaction.deletes[0]);
    }
    if (batches.size() > 1) return;
    writing.Notify();
    go.WaitForNotification();
  });
  const auto commit = [&](int number) {
    EXPECT_EQ(*commits.Commit({.deletes = {std::to_string(number)}}), number);
  };
  std::vector<std::thread> threads;
  threads.emplace_back(commit, 0);
  writing.WaitForNotification();
  for (int i = 1; i <= kFollowers; ++i) threads.emplace_back(commit, i);
  while (commits.waiting() < kFollowers) std::this_thread::yield();
  go.Notify();
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(batches, ElementsAre(1u, static_cast<size_t>(kFollowers)));
}

}  // namespace
}  // namespace eds
