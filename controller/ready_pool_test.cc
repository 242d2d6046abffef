#include "controller/ready_pool.h"

#include <string>

#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

constexpr char kNode[] = "mysql_node";

class ReadyPoolTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(harness_.ready().PrepareUser(kNode), IsOk()); }

  absl::optional<StoredReady> Take() {
    return pool().TakeUser(kNode, harness_.directory().ServerIdentity(kNode));
  }
  void LoadAgain() {
    pool().MakeStale();
    ASSERT_THAT(pool().LoadIfStale(), IsOk());
  }
  int64_t Count() { return pool().Count(kNode).users; }
  ReadyPool& pool() { return harness_.pool(); }

  ProvisioningHarness harness_;
};

TEST_F(ReadyPoolTest, GivesNothingTwice) {
  EXPECT_TRUE(Take());
  EXPECT_FALSE(Take());
}

TEST_F(ReadyPoolTest, WhatIsTakenIsNotLoadedAgain) {
  const auto taken = Take();
  ASSERT_TRUE(taken);
  LoadAgain();
  EXPECT_EQ(Count(), 0);
  EXPECT_TRUE(pool().PutBack(*taken).value());
  EXPECT_EQ(Count(), 1);
}

TEST_F(ReadyPoolTest, WhatIsAboutToBePutIsNotLoadedBefore) {
  const auto ready = Take();
  ASSERT_TRUE(ready);
  pool().LetGo(*ready);
  pool().Reserve(*ready);
  LoadAgain();
  pool().Put(*ready);
  EXPECT_EQ(Count(), 1);
}

TEST_F(ReadyPoolTest, WhatIsGoneIsNotPutBack) {
  const auto taken = Take();
  ASSERT_TRUE(taken);
  ASSERT_THAT(harness_.catalog().RemoveReady(*taken), IsOk());
  EXPECT_FALSE(pool().PutBack(*taken).value());
  EXPECT_EQ(Count(), 0);
}

TEST_F(ReadyPoolTest, WhatCouldNotBeDroppedIsStillThere) {
  const auto taken = Take();
  ASSERT_TRUE(taken);
  StoredReady outdated = *taken;
  --outdated.version;
  EXPECT_FALSE(harness_.ready().Drop(outdated).ok());
  EXPECT_TRUE(pool().PutBack(*taken).value());
  EXPECT_EQ(Count(), 1);
}

}  // namespace
}  // namespace eds
