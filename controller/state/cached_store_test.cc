#include "controller/state/cached_store.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/state/failing_store.h"
#include "controller/state/memory_store.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

// Counts the look-ups that reach the store, and lets a test come between one and its answer.
class WatchedStore final : public StateStore {
 public:
  absl::StatusOr<StoredEntry> Get(absl::string_view key) override {
    ++lookups;
    absl::StatusOr<StoredEntry> entry = store_->Get(key);
    if (after_lookup) std::exchange(after_lookup, nullptr)();
    return entry;
  }
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override {
    return store_->List(prefix, after, limit);
  }
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override {
    ++lookups;
    const absl::StatusOr<int64_t> count = store_->Count(prefix);
    if (after_lookup) std::exchange(after_lookup, nullptr)();
    return count;
  }
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override {
    return store_->Commit(transaction);
  }
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override {
    return store_->Watch(prefix, std::move(callback));
  }

  int lookups = 0;
  std::function<void()> after_lookup;

 private:
  const std::unique_ptr<StateStore> store_ = NewMemoryStore();
};

class CachedStoreTest : public testing::Test {
 protected:
  void Put(const std::string& key, const std::string& value) {
    ASSERT_THAT(store_.Commit({.writes = {{key, value}}}), IsOk());
  }

  WatchedStore watched_;
  CachedStore store_{watched_};
};

TEST_F(CachedStoreTest, ARepeatedLookUpIsAnsweredFromMemory) {
  Put("a/1", "x");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(store_.Get("a/1")->value, "x");
    EXPECT_THAT(store_.Get("a/2"), HasCode(absl::StatusCode::kNotFound));
    EXPECT_EQ(*store_.Count("a/"), 1);
  }
  EXPECT_EQ(watched_.lookups, 3);
}

TEST_F(CachedStoreTest, WhatIsWrittenIsSeenAtOnce) {
  EXPECT_THAT(store_.Get("a/b/1"), HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(*store_.Count("a/"), 0);
  EXPECT_EQ(*store_.Count("a/b/"), 0);
  Put("a/b/1", "x");
  EXPECT_EQ(store_.Get("a/b/1")->value, "x");
  EXPECT_EQ(*store_.Count("a/"), 1);
  EXPECT_EQ(*store_.Count("a/b/"), 1);
  ASSERT_THAT(store_.Commit({.deletes = {"a/b/1"}}), IsOk());
  EXPECT_THAT(store_.Get("a/b/1"), HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(*store_.Count("a/b/"), 0);
}

TEST_F(CachedStoreTest, WhatWasReadBeforeAChangeIsNotKept) {
  Put("a/1", "old");
  watched_.after_lookup = [this] { Put("a/1", "new"); };
  EXPECT_EQ(store_.Get("a/1")->value, "old") << "it was so when it was read";
  EXPECT_EQ(store_.Get("a/1")->value, "new");
  watched_.after_lookup = [this] { Put("b/1", "x"); };
  EXPECT_EQ(*store_.Count("b/"), 0);
  EXPECT_EQ(*store_.Count("b/"), 1);
}

TEST_F(CachedStoreTest, ACommitThatFailedMayHaveHappened) {
  FailingStore failing(watched_);
  CachedStore store(failing);
  EXPECT_THAT(store.Get("a/1"), HasCode(absl::StatusCode::kNotFound));
  failing.FailCommit(1, FailingStore::Outcome::kDone, absl::UnavailableError("disk"));
  EXPECT_THAT(store.Commit({.writes = {{"a/1", "x"}}}), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(store.Get("a/1")->value, "x");
}

TEST_F(CachedStoreTest, WhatAPreconditionFoundChangedIsReadAnew) {
  EXPECT_THAT(store_.Get("a/1"), HasCode(absl::StatusCode::kNotFound));
  ASSERT_THAT(watched_.Commit({.writes = {{"a/1", "x"}}}), IsOk());
  EXPECT_THAT(store_.Commit({.preconditions = {{"a/1", 0}}, .writes = {{"a/1", "y"}}}),
              HasCode(absl::StatusCode::kAborted));
  EXPECT_EQ(store_.Get("a/1")->value, "x");
}

TEST_F(CachedStoreTest, AFailureIsNotRemembered) {
  FailingStore failing(watched_);
  CachedStore store(failing);
  failing.FailEverything(absl::UnavailableError("disk"));
  EXPECT_THAT(store.Get("a/1"), HasCode(absl::StatusCode::kUnavailable));
  failing.FailEverything(absl::OkStatus());
  EXPECT_THAT(store.Get("a/1"), HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace eds
