#include "controller/pool_keeper.h"

#include <string>

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/inline_dispatcher.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;

constexpr char kNode[] = "mysql_node";

class PoolKeeperTest : public testing::Test {
 protected:
  void SetUp() override { Configure(3, 2, 10); }

  void Configure(int databases, int users, int rate) {
    ASSERT_THAT(harness_.configs().Set(kNode,
                                       {{"mysql/ready_databases", std::to_string(databases)},
                                        {"mysql/ready_users", std::to_string(users)},
                                        {"mysql/ready_rate", std::to_string(rate)}},
                                       false, false),
                IsOk());
  }

  void Cordon(bool cordoned) {
    StoredNode node = *harness_.catalog().GetNode(kNode);
    node.record.set_cordoned(cordoned);
    ASSERT_THAT(harness_.catalog().PutNode(node), IsOk());
  }

  void TickFor(absl::Duration time) {
    for (absl::Duration passed; passed < time; passed += PoolKeeper::kInterval) {
      ASSERT_THAT(keeper_.Tick(), IsOk());
      harness_.clock().Advance(PoolKeeper::kInterval);
    }
  }

  ReadyCount Count() { return harness_.pool().Count(kNode); }

  ProvisioningHarness harness_;
  InlineDispatcher dispatcher_;
  PoolKeeper keeper_{harness_.catalog(), harness_.directory(), harness_.configs(),
                     harness_.pool(),    harness_.ready(),     harness_.users(),
                     dispatcher_,        harness_.clock()};
};

TEST_F(PoolKeeperTest, FillsThePool) {
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 3);
  EXPECT_EQ(Count().users, 2);
}

TEST_F(PoolKeeperTest, MakesNoMoreInASecondThanItMay) {
  Configure(100, 0, 4);
  TickFor(absl::Seconds(5));
  EXPECT_GE(Count().databases, 19);
  EXPECT_LE(Count().databases, 21);
}

TEST_F(PoolKeeperTest, MakesManyInASecondIfItMay) {
  Configure(100, 0, 1000);
  TickFor(absl::Seconds(1));
  EXPECT_EQ(Count().databases, 100);
}

TEST_F(PoolKeeperTest, ReplacesWhatIsClaimed) {
  TickFor(absl::Seconds(2));
  ASSERT_THAT(harness_.CreateDatabase(), IsOk());
  EXPECT_EQ(Count().databases, 2);
  TickFor(absl::Seconds(1));
  EXPECT_EQ(Count().databases, 3);
}

TEST_F(PoolKeeperTest, GivesWayToOthers) {
  dispatcher_.BeginJob();
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 0);
  dispatcher_.EndJob();
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 3);
}

TEST_F(PoolKeeperTest, ThoseWhoComeAllTheTimeAreNotDisturbed) {
  for (int i = 0; i < 40; ++i) {
    dispatcher_.BeginJob();
    dispatcher_.EndJob();
    TickFor(PoolKeeper::kInterval);
  }
  EXPECT_EQ(Count().databases, 0);
}

TEST_F(PoolKeeperTest, MakesNothingOnACordonedNode) {
  Cordon(true);
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 0);
  Cordon(false);
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 3);
}

TEST_F(PoolKeeperTest, DropsWhatIsTooMuchEvenOnACordonedNode) {
  TickFor(absl::Seconds(2));
  Cordon(true);
  Configure(1, 0, 10);
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 1);
  Configure(0, 0, 10);
  TickFor(absl::Seconds(2));
  EXPECT_TRUE(harness_.server().Everything().databases.empty());
  EXPECT_TRUE(harness_.server().Everything().users.empty());
}

TEST_F(PoolKeeperTest, MakesNoMoreThanTheNodeMayHave) {
  ASSERT_THAT(harness_.configs().Set(kNode, {{"mysql/max_databases", "2"}}, false, false), IsOk());
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 2);
  ASSERT_THAT(harness_.CreateDatabase(), IsOk());
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 1);
}

TEST_F(PoolKeeperTest, KeepsReadyWhatIsAskedFor) {
  v1::DatabaseOptions latin;
  latin.set_character_set("latin1");
  ASSERT_THAT(harness_.databases().Create({.kind = v1::KIND_MYSQL, .options = latin}, kNode),
              IsOk());
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 6);
  harness_.clock().Advance(ReadyPool::kKindMemory);
  TickFor(absl::Seconds(2));
  EXPECT_EQ(Count().databases, 3) << "nobody asks for it any more";
}

TEST_F(PoolKeeperTest, LetsTheFirstLoginInBeforeAnybodyAsksForIt) {
  TickFor(absl::Seconds(2));
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(database, IsOk());
  const std::string& server_name = database->record.server_name();
  EXPECT_FALSE(harness_.server().HasOpenLogins(server_name));
  TickFor(PoolKeeper::kInterval);
  EXPECT_TRUE(harness_.server().HasOpenLogins(server_name));
  const int64_t steps = harness_.server().steps();
  const auto user = harness_.CreateUser(database->record.id());
  ASSERT_THAT(user, IsOk());
  EXPECT_EQ(harness_.server().steps(), steps);
  EXPECT_EQ(user->record.state(), v1::User::STATE_READY);
  EXPECT_TRUE(harness_.CanLogIn(*user));
}

TEST_F(PoolKeeperTest, ADeletedDatabaseHasNoOpenLogin) {
  TickFor(absl::Seconds(2));
  const auto database = harness_.CreateDatabase();
  TickFor(PoolKeeper::kInterval);
  ASSERT_THAT(harness_.DeleteDatabase(database->record.id()), IsOk());
  EXPECT_FALSE(harness_.server().HasOpenLogins(database->record.server_name()));
  ASSERT_THAT(harness_.UndeleteDatabase(database->record.id()), IsOk());
  const auto user = harness_.CreateUser(database->record.id());
  ASSERT_THAT(user, IsOk());
  EXPECT_TRUE(harness_.CanLogIn(*user));
}

TEST_F(PoolKeeperTest, WhatFailsIsTriedLessAndLessOften) {
  for (int i = 0; i < 100; ++i) {
    harness_.server().FailNext(
        Step::kCreateDatabase,
        MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down"));
  }
  const int64_t before = harness_.server().steps();
  TickFor(absl::Seconds(60));
  EXPECT_LE(harness_.server().steps() - before, 8);
}

TEST_F(PoolKeeperTest, DropsWhatIsOnAnotherServer) {
  TickFor(absl::Seconds(2));
  v1::Server other;
  other.set_identity("another");
  node::v1::Health health;
  health.set_revision(1);
  *health.mutable_server() = other;
  harness_.directory().Record(kNode, health);
  TickFor(absl::Seconds(2));
  const auto all = harness_.catalog().ListReady();
  EXPECT_EQ(all->size(), 5);
  for (const StoredReady& ready : *all) {
    EXPECT_EQ(ready.record.server_identity(), "another");
  }
}

}  // namespace
}  // namespace eds
