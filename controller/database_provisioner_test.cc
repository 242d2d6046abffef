#include "controller/database_provisioner.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/identifier.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;
using Effect = FakeDatabaseServer::Effect;

absl::Status ServerDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down");
}

absl::Status LacksPrivilege() {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing,
                   "lacks CREATE");
}

class DatabaseProvisionerTest : public testing::Test {
 protected:
  bool OnServer(const StoredDatabase& database) {
    return harness_.server().HasDatabase(database.record.server_name());
  }
  size_t Unfinished() { return harness_.catalog().ListUnfinished("", 100)->size(); }
  size_t Records() { return harness_.catalog().ListDatabases("", 100)->size(); }

  ProvisioningHarness harness_;
};

TEST_F(DatabaseProvisionerTest, CreatesADatabaseUnderAnOpaqueName) {
  const auto database = harness_.CreateDatabase("r1");
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ(database->record.state(), v1::Database::STATE_READY);
  EXPECT_EQ(database->record.node(), "mysql_node");
  EXPECT_TRUE(Identifier::Parse(database->record.server_name()).ok());
  EXPECT_EQ(database->record.server_name().substr(0, 9), "dabcdefgh");
  EXPECT_TRUE(OnServer(*database));
  EXPECT_EQ(Unfinished(), 0u);
}

TEST_F(DatabaseProvisionerTest, MakesADisplayNameOfTheKindAndFiveDigits) {
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(database->record.display_name(), testing::MatchesRegex("mysql-[1-9][0-9]{4}"));
}

TEST_F(DatabaseProvisionerTest, RefusesADisplayNameThatIsTaken) {
  ASSERT_THAT(harness_.CreateDatabase("", "shop"), IsOk());
  EXPECT_THAT(harness_.CreateDatabase("", "shop"),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kDisplayNameTaken));
  EXPECT_EQ(Records(), 1u);
}

TEST_F(DatabaseProvisionerTest, ARepeatAnswersTheSameDatabase) {
  const auto first = harness_.CreateDatabase("r1");
  const auto second = harness_.CreateDatabase("r1");
  harness_.Restart();
  const auto third = harness_.CreateDatabase("r1");
  ASSERT_THAT(third, IsOk());
  EXPECT_EQ(second->record.id(), first->record.id());
  EXPECT_EQ(third->record.id(), first->record.id());
  EXPECT_EQ(Records(), 1u);
}

TEST_F(DatabaseProvisionerTest, TheSameRequestIdWithOtherParametersChangesNothing) {
  ASSERT_THAT(harness_.CreateDatabase("r1", "one"), IsOk());
  EXPECT_THAT(harness_.CreateDatabase("r1", "two"),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kRequestIdReused));
  EXPECT_EQ(Records(), 1u);
}

TEST_F(DatabaseProvisionerTest, RetryAfterLostReplyReturnsTheSameDatabase) {
  harness_.server().FailNext(Step::kCreateDatabase, ServerDown(), Effect::kHappened);
  EXPECT_THAT(harness_.CreateDatabase("r1"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Unfinished(), 1u);
  const auto database = harness_.CreateDatabase("r1");
  ASSERT_THAT(database, IsOk());
  EXPECT_TRUE(OnServer(*database));
  EXPECT_EQ(Records(), 1u);
  EXPECT_EQ(Unfinished(), 0u);
}

TEST_F(DatabaseProvisionerTest, AnUnknownOutcomeIsFinishedLater) {
  harness_.server().FailNext(Step::kCreateDatabase, ServerDown());
  EXPECT_THAT(harness_.CreateDatabase("r1"), HasCode(absl::StatusCode::kUnavailable));
  harness_.Restart();
  ASSERT_THAT(harness_.FinishAll(), IsOk());
  const auto page = harness_.catalog().ListDatabases("", 10);
  ASSERT_EQ(page->size(), 1u);
  EXPECT_EQ(page->front().record.state(), v1::Database::STATE_READY);
  EXPECT_TRUE(OnServer(page->front()));
}

TEST_F(DatabaseProvisionerTest, WithoutARequestIdAnUnknownOutcomeIsUndone) {
  harness_.server().FailNext(Step::kCreateDatabase, ServerDown(), Effect::kHappened);
  EXPECT_THAT(harness_.CreateDatabase("", "shop"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Records(), 0u);
  EXPECT_EQ(Unfinished(), 0u);
  EXPECT_THAT(harness_.CreateDatabase("", "shop"), IsOk());
}

TEST_F(DatabaseProvisionerTest, ADefiniteRefusalLeavesNothingAndFreesNameAndRequest) {
  harness_.server().FailNext(Step::kCreateDatabase, LacksPrivilege());
  EXPECT_THAT(harness_.CreateDatabase("r1", "shop"),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing));
  EXPECT_EQ(Records(), 0u);
  EXPECT_THAT(harness_.CreateDatabase("r1", "shop"), IsOk());
}

TEST_F(DatabaseProvisionerTest, AnUndoingThatFailsIsHiddenAndFinishedLater) {
  harness_.server().FailNext(Step::kCreateDatabase, LacksPrivilege());
  harness_.server().FailNext(Step::kDropDatabase, ServerDown());
  EXPECT_THAT(harness_.CreateDatabase("r1", "shop"),
              HasCode(absl::StatusCode::kFailedPrecondition));
  const auto page = harness_.catalog().ListDatabases("", 10);
  ASSERT_EQ(page->size(), 1u);
  EXPECT_THAT(harness_.catalog().GetDatabase(page->front().record.id()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
  const auto again = harness_.CreateDatabase("r1", "shop");
  ASSERT_THAT(again, IsOk());
  ASSERT_THAT(harness_.FinishAll(), IsOk());
  EXPECT_EQ(Records(), 1u);
  // The name is the second database's now: undoing the first must not free it.
  EXPECT_EQ(*harness_.catalog().FindDatabase("shop"), again->record.id());
}

TEST_F(DatabaseProvisionerTest, NothingIsCreatedBeforeTheIntentIsDurable) {
  harness_.store().FailCommit(1, FailingStore::Outcome::kNotDone, absl::UnavailableError("disk"));
  const int64_t before = harness_.server().steps();
  EXPECT_THAT(harness_.CreateDatabase("r1"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(harness_.server().steps(), before);
  EXPECT_EQ(Records(), 0u);
}

TEST_F(DatabaseProvisionerTest, ACommitOfUnknownOutcomeDoesNotMakeTwo) {
  for (const int commit : {1, 2}) {
    const std::string request = "r" + std::to_string(commit);
    harness_.store().FailCommit(commit, FailingStore::Outcome::kDone,
                                absl::UnavailableError("disk"));
    EXPECT_THAT(harness_.CreateDatabase(request), HasCode(absl::StatusCode::kUnavailable));
    const auto database = harness_.CreateDatabase(request);
    ASSERT_THAT(database, IsOk());
    EXPECT_TRUE(OnServer(*database));
    EXPECT_EQ(Records(), static_cast<size_t>(commit));
    EXPECT_EQ(harness_.catalog().CountDatabases("mysql_node"), commit);
  }
}

TEST_F(DatabaseProvisionerTest, TakesTheReadyNodeWithTheFewestDatabases) {
  harness_.AddNode("mysql_two");
  std::vector<std::string> nodes;
  for (int i = 0; i < 4; ++i) nodes.push_back(harness_.CreateDatabase()->record.node());
  EXPECT_THAT(nodes,
              testing::UnorderedElementsAre("mysql_node", "mysql_node", "mysql_two", "mysql_two"));
}

TEST_F(DatabaseProvisionerTest, ACordonedNodeTakesNone) {
  auto node = harness_.catalog().GetNode("mysql_node");
  node->record.set_cordoned(true);
  ASSERT_THAT(harness_.catalog().PutNode(*node), IsOk());
  EXPECT_THAT(harness_.CreateDatabase(),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kNodeCordoned));
}

TEST_F(DatabaseProvisionerTest, AFullNodeTakesNone) {
  ASSERT_THAT(harness_.configs().Set("mysql_node", {{"mysql/max_databases", "1"}}, false, false),
              IsOk());
  ASSERT_THAT(harness_.CreateDatabase(), IsOk());
  EXPECT_THAT(harness_.CreateDatabase(),
              FailsWith(absl::StatusCode::kResourceExhausted, Reason::kNodeFull));
}

TEST_F(DatabaseProvisionerTest, ANodeThatHasLeftTakesNone) {
  harness_.Leave("mysql_node");
  EXPECT_THAT(harness_.CreateDatabase("r1"),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_EQ(Records(), 0u);
}

TEST_F(DatabaseProvisionerTest, RenamesAndFreesTheOldName) {
  const auto database = harness_.CreateDatabase("", "one");
  ASSERT_THAT(harness_.databases().Update({.id = database->record.id(), .display_name = "two"}),
              IsOk());
  EXPECT_EQ(*harness_.catalog().FindDatabase("two"), database->record.id());
  EXPECT_THAT(harness_.CreateDatabase("", "one"), IsOk());
  EXPECT_THAT(harness_.databases().Update({.id = database->record.id(), .display_name = "one"}),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kDisplayNameTaken));
}

TEST_F(DatabaseProvisionerTest, OldRequestsOfDeletedDatabasesAreForgotten) {
  const auto gone = harness_.CreateDatabase("r1");
  const auto kept = harness_.CreateDatabase("r2");
  ASSERT_THAT(harness_.PurgeDatabase(gone->record.id()), IsOk());
  harness_.clock().Advance(absl::Hours(8 * 24));
  ASSERT_THAT(harness_.catalog().ForgetRequests(harness_.clock().Now() - absl::Hours(7 * 24)),
              IsOk());
  EXPECT_EQ(harness_.CreateDatabase("r2")->record.id(), kept->record.id());
  EXPECT_NE(harness_.CreateDatabase("r1")->record.id(), gone->record.id());
}

TEST_F(DatabaseProvisionerTest, AdoptsADatabaseWithItsContent) {
  harness_.server().CreateForeignDatabase("shop_data", "clerk");
  const auto adopted = harness_.AdoptDatabase("shop_data", "clerk", "a1");
  ASSERT_THAT(adopted, IsOk());
  EXPECT_EQ(adopted->record.state(), v1::Database::STATE_READY);
  EXPECT_EQ(adopted->record.server_name(), "shop_data");
  const auto user = harness_.CreateUser(adopted->record.id());
  ASSERT_THAT(user, IsOk());
  EXPECT_TRUE(harness_.CanLogIn(*user));
  EXPECT_EQ(harness_.AdoptDatabase("shop_data", "clerk", "a1")->record.id(), adopted->record.id());
}

TEST_F(DatabaseProvisionerTest, AdoptsNothingFromAnotherOwner) {
  harness_.server().CreateForeignDatabase("shop", "clerk");
  EXPECT_THAT(harness_.AdoptDatabase("shop", "boss"),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kOwnerMismatch));
  EXPECT_THAT(harness_.AdoptDatabase("shelf", "clerk"),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
  EXPECT_TRUE(harness_.server().HasDatabase("shop")) << "a refused adoption dropped it";
  EXPECT_EQ(Records(), 0u);
}

TEST_F(DatabaseProvisionerTest, AdoptsADatabaseOnceOnly) {
  harness_.server().CreateForeignDatabase("shop", "clerk");
  ASSERT_THAT(harness_.AdoptDatabase("shop", "clerk"), IsOk());
  EXPECT_THAT(harness_.AdoptDatabase("shop", "clerk"),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kDatabaseAdopted));
  const auto ours = harness_.CreateDatabase();
  EXPECT_THAT(harness_.AdoptDatabase(ours->record.server_name(), ours->record.owner_name()),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kDatabaseAdopted));
}

TEST_F(DatabaseProvisionerTest, AnAdoptionThatHappenedIsNotUndoneByALaterRefusal) {
  harness_.server().CreateForeignDatabase("shop", "clerk");
  harness_.server().FailNext(Step::kAdoptDatabase, ServerDown(), Effect::kHappened);
  ASSERT_THAT(harness_.AdoptDatabase("shop", "clerk", "a1"),
              HasCode(absl::StatusCode::kUnavailable));
  harness_.server().SetReadOnly(true);
  EXPECT_THAT(harness_.AdoptDatabase("shop", "clerk", "a1"),
              HasCode(absl::StatusCode::kUnavailable));
  harness_.server().SetReadOnly(false);
  EXPECT_THAT(harness_.AdoptDatabase("shop", "clerk", "a1"), IsOk());
}

TEST_F(DatabaseProvisionerTest, AStoppedAdoptionIsFinishedNeverDropped) {
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    const std::string name = effect == Effect::kNone ? "shop" : "shelf";
    harness_.server().CreateForeignDatabase(name, "clerk");
    harness_.server().FailNext(Step::kAdoptDatabase, ServerDown(), effect);
    EXPECT_THAT(harness_.AdoptDatabase(name, "clerk"), HasCode(absl::StatusCode::kUnavailable));
    harness_.Restart();
    ASSERT_THAT(harness_.FinishAll(), IsOk());
    EXPECT_TRUE(harness_.server().HasDatabase(name));
    EXPECT_EQ(Unfinished(), 0u);
  }
  EXPECT_EQ(Records(), 2u);
}

TEST_F(DatabaseProvisionerTest, ADeletionOfAnUnfinishedAdoptionLeavesTheDatabaseToItsOwner) {
  harness_.server().CreateForeignDatabase("shop", "clerk");
  harness_.server().FailNext(Step::kAdoptDatabase, ServerDown());
  ASSERT_FALSE(harness_.AdoptDatabase("shop", "clerk").ok());
  const auto unfinished = harness_.catalog().ListDatabases("", 1)->front();
  ASSERT_THAT(harness_.PurgeDatabase(unfinished.record.id()), IsOk());
  EXPECT_TRUE(harness_.server().HasDatabase("shop"));
  EXPECT_EQ(Records(), 0u);
}

}  // namespace
}  // namespace eds
