#include "controller/user_provisioner.h"

#include <string>

#include "common/error.h"
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

class UserProvisionerTest : public testing::Test {
 protected:
  UserProvisionerTest() : database_(harness_.CreateDatabase()->record.id()) {}

  StoredUser Reread(const StoredUser& user) {
    return *harness_.catalog().GetUser(user.record.database(), user.record.id());
  }

  ProvisioningHarness harness_;
  const std::string database_;
};

TEST_F(UserProvisionerTest, ANewUserCanLogIn) {
  const auto user = harness_.CreateUser(database_, "r1");
  ASSERT_THAT(user, IsOk());
  EXPECT_EQ(user->record.state(), v1::User::STATE_READY);
  EXPECT_TRUE(harness_.CanLogIn(*user));
}

TEST_F(UserProvisionerTest, NoPasswordIsStoredInClear) {
  const auto user = harness_.CreateUser(database_);
  const std::string password = harness_.users().PasswordOf(*user)->Reveal();
  EXPECT_EQ(user->record.SerializeAsString().find(password), std::string::npos);
}

TEST_F(UserProvisionerTest, ARepeatAnswersTheSameUserAndPassword) {
  const auto first = harness_.CreateUser(database_, "r1");
  harness_.Restart();
  const auto second = harness_.CreateUser(database_, "r1");
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->record.id(), first->record.id());
  EXPECT_EQ(*harness_.users().PasswordOf(*second), *harness_.users().PasswordOf(*first));
}

TEST_F(UserProvisionerTest, AStoppedCreationIsFinishedWithItsFirstPassword) {
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    const std::string request = effect == Effect::kNone ? "r1" : "r2";
    harness_.server().FailNext(Step::kCreateUser, ServerDown(), effect);
    EXPECT_THAT(harness_.CreateUser(database_, request), HasCode(absl::StatusCode::kUnavailable));
    harness_.Restart();
    ASSERT_THAT(harness_.FinishAll(), IsOk());
    const auto user = harness_.CreateUser(database_, request);
    ASSERT_THAT(user, IsOk());
    EXPECT_TRUE(harness_.CanLogIn(*user));
  }
}

TEST_F(UserProvisionerTest, WithoutARequestIdAStoppedCreationLeavesNothing) {
  harness_.server().FailNext(Step::kCreateUser, ServerDown(), Effect::kHappened);
  EXPECT_THAT(harness_.CreateUser(database_), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(harness_.catalog().CountUsers(database_).value(), 0);
  EXPECT_THAT(harness_.DeleteDatabase(database_), IsOk());
}

TEST_F(UserProvisionerTest, RefusesAnUnknownDatabase) {
  EXPECT_THAT(harness_.CreateUser("nosuch"),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
}

TEST_F(UserProvisionerTest, RefusesADatabaseThatIsNotReady) {
  harness_.server().FailNext(Step::kDropDatabase, ServerDown());
  ASSERT_FALSE(harness_.PurgeDatabase(database_).ok());
  EXPECT_THAT(harness_.CreateUser(database_),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseNotReady));
}

TEST_F(UserProvisionerTest, RotationChangesThePassword) {
  const auto user = harness_.CreateUser(database_);
  const auto rotated = harness_.Rotate(*user, "r1");
  ASSERT_THAT(rotated, IsOk());
  EXPECT_EQ(rotated->record.password_generation(), 2);
  EXPECT_TRUE(harness_.CanLogIn(*rotated));
  EXPECT_FALSE(*harness_.users().PasswordOf(*user) == *harness_.users().PasswordOf(*rotated));
  const auto again = harness_.Rotate(*user, "r1");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->record.password_generation(), 2);
}

TEST_F(UserProvisionerTest, AStoppedRotationIsFinished) {
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    const auto user = harness_.CreateUser(database_);
    harness_.server().FailNext(Step::kSetUserPassword, ServerDown(), effect);
    EXPECT_THAT(harness_.Rotate(*user), HasCode(absl::StatusCode::kUnavailable));
    EXPECT_THAT(harness_.users().PasswordOf(Reread(*user)),
                FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kUserNotReady));
    harness_.Restart();
    ASSERT_THAT(harness_.FinishAll(), IsOk());
    EXPECT_TRUE(harness_.CanLogIn(Reread(*user)));
    EXPECT_EQ(Reread(*user).record.password_generation(), 2);
  }
}

TEST_F(UserProvisionerTest, ADeletedUserCannotLogIn) {
  const auto user = harness_.CreateUser(database_);
  const Secret password = *harness_.users().PasswordOf(*user);
  ASSERT_THAT(harness_.DeleteUser(*user, "d1"), IsOk());
  EXPECT_FALSE(harness_.server().HasUser(user->record.server_name()));
  EXPECT_THAT(harness_.DeleteUser(*user, "d1"), IsOk());
  EXPECT_THAT(harness_.DeleteUser(*user),
              FailsWith(absl::StatusCode::kNotFound, Reason::kUserNotFound));
}

TEST_F(UserProvisionerTest, AStoppedDeletionIsFinished) {
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    const auto user = harness_.CreateUser(database_);
    harness_.server().FailNext(Step::kDropUser, ServerDown(), effect);
    EXPECT_THAT(harness_.DeleteUser(*user), HasCode(absl::StatusCode::kUnavailable));
    harness_.Restart();
    ASSERT_THAT(harness_.FinishAll(), IsOk());
    EXPECT_FALSE(harness_.server().HasUser(user->record.server_name()));
    EXPECT_EQ(harness_.catalog().CountUsers(database_).value(), 0);
  }
}

TEST_F(UserProvisionerTest, WhatHoldsAUserIsReportedAndItStaysLocked) {
  const auto user = harness_.CreateUser(database_);
  harness_.server().SetOwnedObject(user->record.server_name(), "view v");
  EXPECT_THAT(harness_.DeleteUser(*user),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects));
  EXPECT_EQ(Reread(*user).record.state(), v1::User::STATE_DELETING);
  EXPECT_FALSE(harness_.CanLogIn(*user));
}

}  // namespace
}  // namespace eds
