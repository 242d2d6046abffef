#include "controller/operations.h"

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;
using v1::Operation;

class OperationsTest : public testing::Test {
 protected:
  // The one thing that is unfinished.
  Operation Only() {
    const auto names = harness_.catalog().ListUnfinished("", 10);
    EXPECT_EQ(names->size(), 1u);
    Operations operations(harness_.catalog(), harness_.directory(), harness_.attempts());
    const auto found = operations.Find(names->at(0));
    EXPECT_THAT(found, IsOk());
    return found.value().value();
  }

  void FailNext(Step step) {
    harness_.server().FailNext(
        step, MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down"));
  }

  ProvisioningHarness harness_;
};

TEST_F(OperationsTest, TellsWhatFailedHowOftenAndWhenItIsTriedAgain) {
  FailNext(Step::kCreateDatabase);
  ASSERT_FALSE(harness_.CreateDatabase("r1").ok());
  const Operation operation = Only();
  EXPECT_EQ(operation.kind(), Operation::KIND_CREATE);
  EXPECT_EQ(operation.node(), "nodes/mysql_node");
  EXPECT_EQ(operation.attempts(), 1);
  EXPECT_EQ(operation.reason(), "SERVER_UNREACHABLE");
  EXPECT_EQ(operation.condition(), "down");
  EXPECT_TRUE(operation.has_start_time());
  EXPECT_GT(operation.next_try_time().seconds(), 0);
}

TEST_F(OperationsTest, WaitsForItsNodeWithoutATimeForTheNextTry) {
  FailNext(Step::kCreateDatabase);
  ASSERT_FALSE(harness_.CreateDatabase("r1").ok());
  harness_.Leave("mysql_node");
  const Operation operation = Only();
  EXPECT_EQ(operation.reason(), "NODE_NOT_CONNECTED");
  EXPECT_EQ(operation.attempts(), 1);
  EXPECT_FALSE(operation.has_next_try_time());
}

TEST_F(OperationsTest, KnowsAnUndoFromADeletionFromAPurge) {
  FailNext(Step::kCreateDatabase);
  FailNext(Step::kDropDatabase);
  ASSERT_FALSE(harness_.CreateDatabase().ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_UNDO);
  ASSERT_THAT(harness_.FinishAll(), IsOk());

  const auto database = harness_.CreateDatabase();
  const std::string id = database->record.id();
  ASSERT_THAT(harness_.CreateUser(id), IsOk());
  FailNext(Step::kLockUser);
  ASSERT_FALSE(harness_.DeleteDatabase(id, /*force=*/true).ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_DELETE);
  ASSERT_THAT(harness_.FinishAll(), IsOk());

  FailNext(Step::kDropDatabase);
  ASSERT_FALSE(harness_.PurgeDatabase(id).ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_PURGE);
}

TEST_F(OperationsTest, KnowsAnUndeletion) {
  const auto database = harness_.CreateDatabase();
  const std::string id = database->record.id();
  ASSERT_THAT(harness_.CreateUser(id), IsOk());
  ASSERT_THAT(harness_.DeleteDatabase(id, /*force=*/true), IsOk());
  FailNext(Step::kCreateUser);
  ASSERT_FALSE(harness_.UndeleteDatabase(id, "r1").ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_UNDELETE);
}

TEST_F(OperationsTest, KnowsAnAdoption) {
  harness_.server().CreateForeignDatabase("theirs", "owner");
  FailNext(Step::kAdoptDatabase);
  ASSERT_FALSE(harness_.AdoptDatabase("theirs", "owner", "r1").ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_ADOPT);
}

TEST_F(OperationsTest, KnowsWhatIsDoneToAUser) {
  const auto database = harness_.CreateDatabase();
  const std::string id = database->record.id();
  FailNext(Step::kCreateUser);
  ASSERT_FALSE(harness_.CreateUser(id, "r1").ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_CREATE);
  ASSERT_THAT(harness_.FinishAll(), IsOk());

  FailNext(Step::kCreateUser);
  FailNext(Step::kDropUser);
  ASSERT_FALSE(harness_.CreateUser(id).ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_UNDO);
  ASSERT_THAT(harness_.FinishAll(), IsOk());

  const auto user = harness_.CreateUser(id);
  FailNext(Step::kSetUserPassword);
  ASSERT_FALSE(harness_.Rotate(*user).ok());
  EXPECT_EQ(Only().kind(), Operation::KIND_ROTATE);
  ASSERT_THAT(harness_.FinishAll(), IsOk());

  FailNext(Step::kDropUser);
  ASSERT_FALSE(harness_.DeleteUser(*user).ok());
  const Operation operation = Only();
  EXPECT_EQ(operation.kind(), Operation::KIND_DELETE);
  EXPECT_EQ(operation.resource(), "databases/" + id + "/users/" + user->record.id());
}

TEST_F(OperationsTest, WhatHasEndedIsNoOperation) {
  const auto database = harness_.CreateDatabase();
  Operations operations(harness_.catalog(), harness_.directory(), harness_.attempts());
  for (const std::string& resource :
       {"databases/" + database->record.id(), std::string("databases/gone"),
        std::string("databases/gone/users/b")}) {
    const auto found = operations.Find(resource);
    ASSERT_THAT(found, IsOk()) << resource;
    EXPECT_FALSE(found->has_value()) << resource;
  }
}

}  // namespace
}  // namespace eds
