#include "controller/state/failing_store.h"

#include "controller/state/memory_store.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

const absl::Status kDown = absl::UnavailableError("down");

class FailingStoreTest : public testing::Test {
 protected:
  absl::Status Put(const std::string& key) {
    return store_.Commit({.writes = {{key, ""}}}).status();
  }

  const std::unique_ptr<StateStore> memory_ = NewMemoryStore();
  FailingStore store_{*memory_};
};

TEST_F(FailingStoreTest, PassesCallsOn) {
  int seen = 0;
  const auto watcher = store_.Watch("", [&](const StoreEvent&) { ++seen; });
  EXPECT_TRUE(Put("a").ok());
  EXPECT_TRUE(store_.Get("a").ok());
  EXPECT_EQ(store_.List("", "", 10)->size(), 1u);
  EXPECT_EQ(*store_.Count(""), 1);
  EXPECT_EQ(seen, 1);
}

TEST_F(FailingStoreTest, FailsEverythingUntilToldOtherwise) {
  store_.FailEverything(kDown);
  EXPECT_EQ(Put("a"), kDown);
  EXPECT_EQ(store_.Get("a").status(), kDown);
  EXPECT_EQ(store_.List("", "", 10).status(), kDown);
  EXPECT_EQ(store_.Count("").status(), kDown);
  EXPECT_EQ(*memory_->Count(""), 0);
  store_.FailEverything(absl::OkStatus());
  EXPECT_TRUE(Put("a").ok());
}

TEST_F(FailingStoreTest, FailsTheCommitItIsToldTo) {
  store_.FailCommit(2, FailingStore::Outcome::kNotDone, kDown);
  EXPECT_TRUE(Put("a").ok());
  EXPECT_EQ(Put("b"), kDown);
  EXPECT_TRUE(Put("c").ok());
  EXPECT_FALSE(store_.Get("b").ok());
  EXPECT_EQ(store_.commits(), 3);
}

TEST_F(FailingStoreTest, AFailedCommitMayHaveHappened) {
  store_.FailCommit(1, FailingStore::Outcome::kDone, kDown);
  EXPECT_EQ(Put("a"), kDown);
  EXPECT_TRUE(store_.Get("a").ok());
}

}  // namespace
}  // namespace eds
