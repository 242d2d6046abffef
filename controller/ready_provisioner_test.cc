#include "controller/ready_provisioner.h"

#include <string>

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;
using Effect = FakeDatabaseServer::Effect;

constexpr char kNode[] = "mysql_node";

absl::Status ServerDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down");
}

class ReadyProvisionerTest : public testing::Test {
 protected:
  StoredReady OnlyReady() {
    const auto all = harness_.catalog().ListReady();
    EXPECT_THAT(all, IsOk());
    EXPECT_EQ(all->size(), 1);
    return all->front();
  }

  size_t CountReady() { return harness_.catalog().ListReady()->size(); }
  size_t Unfinished() { return harness_.catalog().ListUnfinished("", 100)->size(); }
  bool IsServerEmpty() {
    const Inventory everything = harness_.server().Everything();
    return everything.databases.empty() && everything.users.empty();
  }

  ProvisioningHarness harness_;
};

TEST_F(ReadyProvisionerTest, AReadyDatabaseIsThereAndNobodyCanLogIn) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  const auto record = OnlyReady().record;
  EXPECT_TRUE(harness_.server().HasDatabase(record.database().server_name()));
  EXPECT_TRUE(harness_.server().HasUser(record.login().server_name()));
  EXPECT_FALSE(harness_.server().HasOpenLogins(record.database().server_name()));
  EXPECT_EQ(harness_.pool().Count(kNode).databases, 1);
  EXPECT_EQ(harness_.catalog().CountDatabases(kNode), 0);
  EXPECT_TRUE(harness_.catalog().ListDatabases("", 10)->empty());
}

TEST_F(ReadyProvisionerTest, CreateDatabaseClaimsItWithoutAStep) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  const std::string server_name = OnlyReady().record.database().server_name();
  const int64_t steps = harness_.server().steps();
  const auto database = harness_.CreateDatabase("r1", "orders");
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ(harness_.server().steps(), steps);
  EXPECT_EQ(database->record.state(), v1::Database::STATE_READY);
  EXPECT_EQ(database->record.kind(), v1::KIND_MYSQL);
  EXPECT_EQ(database->record.server_name(), server_name);
  EXPECT_EQ(CountReady(), 0);
  EXPECT_EQ(harness_.catalog().CountDatabases(kNode), 1);
  EXPECT_EQ(harness_.CreateDatabase("r1", "orders")->record.id(), database->record.id());
}

TEST_F(ReadyProvisionerTest, ADatabaseWithOptionsIsClaimedByThemAlone) {
  v1::DatabaseOptions latin;
  latin.set_character_set("latin1");
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, latin), IsOk());
  ASSERT_THAT(harness_.CreateDatabase(), IsOk());
  EXPECT_EQ(CountReady(), 1);
  const auto claimed =
      harness_.databases().Create({.kind = v1::KIND_MYSQL, .options = latin}, kNode);
  ASSERT_THAT(claimed, IsOk());
  EXPECT_EQ(claimed->record.options().character_set(), "latin1");
  EXPECT_EQ(CountReady(), 0);
}

TEST_F(ReadyProvisionerTest, ATakenNameLeavesItReady) {
  ASSERT_THAT(harness_.CreateDatabase("", "orders"), IsOk());
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  const auto refused =
      harness_.databases().Create({.display_name = "orders", .kind = v1::KIND_MYSQL}, kNode);
  EXPECT_EQ(ReasonOf(refused.status()), "DISPLAY_NAME_TAKEN");
  EXPECT_THAT(harness_.CreateDatabase("", "other"), IsOk());
  EXPECT_EQ(CountReady(), 0);
}

TEST_F(ReadyProvisionerTest, WhatIsOnAnotherServerIsNotGivenOut) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  v1::Server other;
  other.set_identity("another");
  node::v1::Health health;
  health.set_revision(1);
  *health.mutable_server() = other;
  harness_.directory().Record(kNode, health);
  const std::string made_ahead = OnlyReady().record.database().server_name();
  EXPECT_NE(harness_.CreateDatabase()->record.server_name(), made_ahead);
}

TEST_F(ReadyProvisionerTest, TheFirstOwnerTakesTheLoginThatCameWithTheDatabase) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  const std::string login = OnlyReady().record.login().server_name();
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(database, IsOk());
  const auto user = harness_.CreateUser(database->record.id(), "u1");
  ASSERT_THAT(user, IsOk());
  EXPECT_EQ(user->record.server_name(), login);
  EXPECT_FALSE(user->record.prepared());
  EXPECT_TRUE(harness_.CanLogIn(*user));
  EXPECT_FALSE(harness_.catalog().GetDatabase(database->record.id())->record.has_first_login());
  const auto second = harness_.CreateUser(database->record.id(), "u2");
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(second->record.server_name(), login);
  EXPECT_TRUE(harness_.CanLogIn(*second));
}

TEST_F(ReadyProvisionerTest, OtherUsersTakeASpareLogin) {
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(harness_.ready().PrepareUser(kNode), IsOk());
  const std::string login = OnlyReady().record.login().server_name();
  const auto user = harness_.users().Create(
      {.database = database->record.id(), .role = v1::User::ROLE_READ_ONLY});
  ASSERT_THAT(user, IsOk());
  EXPECT_EQ(user->record.server_name(), login);
  EXPECT_TRUE(harness_.CanLogIn(*user));
  EXPECT_EQ(harness_.pool().Count(kNode).users, 0);
}

TEST_F(ReadyProvisionerTest, ALoginThatSomebodyDroppedIsMadeAnew) {
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(harness_.ready().PrepareUser(kNode), IsOk());
  harness_.server().FailNext(Step::kAdmitUser,
                             MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound, "gone"));
  const auto user = harness_.CreateUser(database->record.id());
  ASSERT_THAT(user, IsOk());
  EXPECT_TRUE(harness_.CanLogIn(*user));
}

TEST_F(ReadyProvisionerTest, AnAdmissionThatWasCutShortIsFinished) {
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(harness_.ready().PrepareUser(kNode), IsOk());
  harness_.server().FailNext(Step::kAdmitUser, ServerDown());
  EXPECT_THAT(harness_.CreateUser(database->record.id(), "u1"),
              HasCode(absl::StatusCode::kUnavailable));
  harness_.Restart();
  ASSERT_THAT(harness_.FinishAll(), IsOk());
  const auto user = harness_.CreateUser(database->record.id(), "u1");
  ASSERT_THAT(user, IsOk());
  EXPECT_TRUE(harness_.CanLogIn(*user));
}

TEST_F(ReadyProvisionerTest, WhatFailedHalfWayIsDropped) {
  for (const Step step : {Step::kCreateDatabase, Step::kPrepareUser}) {
    for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
      harness_.server().FailNext(step, ServerDown(), effect);
      EXPECT_THAT(harness_.ready().PrepareDatabase(kNode, {}),
                  HasCode(absl::StatusCode::kUnavailable));
      EXPECT_EQ(harness_.pool().Count(kNode).databases, 0);
      EXPECT_EQ(Unfinished(), 1);
      harness_.Restart();
      const auto record = OnlyReady().record;
      ASSERT_THAT(harness_.ready().Finish({.node = kNode, .id = record.id()}), IsOk());
      EXPECT_TRUE(IsServerEmpty());
      EXPECT_EQ(CountReady() + Unfinished(), 0);
    }
  }
}

TEST_F(ReadyProvisionerTest, ADropThatWasCutShortIsFinished) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  const StoredReady taken = *harness_.pool().TakeDatabase(kNode, {}, "");
  harness_.server().FailNext(Step::kDropUser, ServerDown());
  EXPECT_THAT(harness_.ready().Drop(taken), HasCode(absl::StatusCode::kUnavailable));
  harness_.Restart();
  EXPECT_EQ(harness_.pool().Count(kNode).databases, 0);
  ASSERT_THAT(harness_.ready().Finish({.node = kNode, .id = taken.record.id()}), IsOk());
  EXPECT_TRUE(IsServerEmpty());
}

TEST_F(ReadyProvisionerTest, WhatIsReadyOutlivesTheController) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  ASSERT_THAT(harness_.ready().PrepareUser(kNode), IsOk());
  harness_.Restart();
  EXPECT_EQ(harness_.pool().Count(kNode).databases, 1);
  EXPECT_EQ(harness_.pool().Count(kNode).users, 1);
}

TEST_F(ReadyProvisionerTest, NothingIsGivenTwice) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  const StoredReady ready = OnlyReady();
  const auto first = harness_.CreateDatabase();
  ASSERT_THAT(first, IsOk());
  harness_.pool().Put(ready);  // As if nobody had taken it.
  const auto second = harness_.CreateDatabase();
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(second->record.server_name(), first->record.server_name());
}

TEST_F(ReadyProvisionerTest, AClaimWhoseOutcomeIsUnknownIsNeitherLostNorGivenTwice) {
  for (const bool happens : {false, true}) {
    ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
    const std::string request = happens ? "r2" : "r1";
    harness_.store().FailCommit(
        1, happens ? FailingStore::Outcome::kDone : FailingStore::Outcome::kNotDone,
        MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable, "disk full"));
    EXPECT_THAT(harness_.CreateDatabase(request), HasCode(absl::StatusCode::kUnavailable));
    const auto database = harness_.CreateDatabase(request);
    ASSERT_THAT(database, IsOk());
    EXPECT_EQ(CountReady(), 0);
    EXPECT_EQ(harness_.server().Everything().databases.size(), happens ? 2 : 1);
  }
}

TEST_F(ReadyProvisionerTest, APurgeLeavesNoLoginBehind) {
  ASSERT_THAT(harness_.ready().PrepareDatabase(kNode, {}), IsOk());
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(harness_.PurgeDatabase(database->record.id()), IsOk());
  EXPECT_TRUE(IsServerEmpty());
}

}  // namespace
}  // namespace eds
