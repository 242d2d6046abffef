// What the provisioners make of a step that a node refuses because a later operation
// has had one on the object: another controller is at work, so nothing of what it did
// may be undone.

#include <string>

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;

class StaleStepsTest : public testing::Test {
 protected:
  void RefuseNext(Step step) {
    harness_.server().FailNext(step, MakeError(absl::StatusCode::kAborted, Reason::kStaleOperation,
                                               "a later operation has had a step"));
  }

  size_t Unfinished() { return harness_.catalog().ListUnfinished("", 100)->size(); }

  ProvisioningHarness harness_;
};

TEST_F(StaleStepsTest, ACreationThatSomebodyElseCompletedIsNotUndone) {
  RefuseNext(Step::kCreateDatabase);
  bool dropped = false;
  harness_.server().OnStep([&](Step step) {
    dropped |= step == Step::kDropDatabase;
    if (step != Step::kCreateDatabase) return;
    const StoredDatabase creating = harness_.catalog().ListDatabases("", 1)->front();
    state::v1::DatabaseRecord ready = creating.record;
    ready.set_state(v1::Database::STATE_READY);
    ASSERT_THAT(harness_.catalog().UpdateDatabase(creating, ready), IsOk());
  });
  EXPECT_THAT(harness_.CreateDatabase(), HasCode(absl::StatusCode::kAborted));
  EXPECT_FALSE(dropped);
  EXPECT_EQ(harness_.catalog().ListDatabases("", 1)->front().record.state(),
            v1::Database::STATE_READY);
}

TEST_F(StaleStepsTest, ACreationThatCanBeRepeatedIsFinishedLater) {
  RefuseNext(Step::kCreateDatabase);
  EXPECT_THAT(harness_.CreateDatabase("r1"),
              FailsWith(absl::StatusCode::kAborted, Reason::kStaleOperation));
  EXPECT_EQ(Unfinished(), 1u);
  EXPECT_THAT(harness_.FinishAll(), IsOk());
  const auto database = harness_.CreateDatabase("r1");
  ASSERT_THAT(database, IsOk());
  EXPECT_TRUE(harness_.server().HasDatabase(database->record.server_name()));
}

TEST_F(StaleStepsTest, ADeletionStandsAndIsFinishedLater) {
  const auto database = harness_.CreateDatabase();
  const auto user = harness_.CreateUser(database->record.id());
  ASSERT_THAT(user, IsOk());
  RefuseNext(Step::kDropUser);
  EXPECT_THAT(harness_.DeleteUser(*user), HasCode(absl::StatusCode::kAborted));
  EXPECT_EQ(Unfinished(), 1u);
  EXPECT_THAT(harness_.FinishAll(), IsOk());
  EXPECT_FALSE(harness_.server().HasUser(user->record.server_name()));
}

TEST_F(StaleStepsTest, ARotationGoesOnWithThePasswordThatWasDecidedOn) {
  const auto database = harness_.CreateDatabase();
  const auto user = harness_.CreateUser(database->record.id());
  ASSERT_THAT(user, IsOk());
  RefuseNext(Step::kSetUserPassword);
  EXPECT_THAT(harness_.Rotate(*user, "r1"), HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(harness_.FinishAll(), IsOk());
  const auto rotated = harness_.Rotate(*user, "r1");
  ASSERT_THAT(rotated, IsOk());
  EXPECT_EQ(rotated->record.password_generation(), 2);
  EXPECT_TRUE(harness_.CanLogIn(*rotated));
}

}  // namespace
}  // namespace eds
