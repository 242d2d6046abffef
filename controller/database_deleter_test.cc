#include "controller/database_deleter.h"

#include <string>

#include "common/error.h"
#include "common/status_matchers.h"
#include "common/timestamp.h"
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

class DatabaseDeleterTest : public testing::Test {
 protected:
  DatabaseDeleterTest()
      : database_(*harness_.CreateDatabase("r1", "shop")),
        id_(database_.record.id()),
        server_name_(database_.record.server_name()) {}

  bool OnServer() { return harness_.server().HasDatabase(server_name_); }
  bool UserOnServer(const StoredUser& user) {
    return harness_.server().HasUser(user.record.server_name());
  }
  // Whether the login works on the server, whatever the records say.
  bool LetsIn(const StoredUser& user, const Secret& password) {
    return harness_.server().CanLogIn(user.record.server_name(), password, server_name_);
  }
  v1::Database::State State() { return harness_.catalog().GetDatabase(id_)->record.state(); }
  size_t Unfinished() { return harness_.catalog().ListUnfinished("", 100)->size(); }
  size_t Records() { return harness_.catalog().ListDatabases("", 100)->size(); }
  size_t Purges() { return harness_.catalog().ListPurges("", 100)->size(); }

  ProvisioningHarness harness_;
  const StoredDatabase database_;
  const std::string id_;
  const std::string server_name_;
};

TEST_F(DatabaseDeleterTest, ADeletedDatabaseIsHiddenAndKept) {
  ASSERT_THAT(harness_.DeleteDatabase(id_), IsOk());
  EXPECT_EQ(State(), v1::Database::STATE_DELETED);
  EXPECT_TRUE(OnServer());
  EXPECT_EQ(Unfinished(), 0u);
  EXPECT_EQ(Purges(), 0u);
  EXPECT_THAT(harness_.catalog().FindDatabase("shop"), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(harness_.DeleteDatabase(id_),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
  EXPECT_THAT(harness_.CreateDatabase("r2", "shop"), IsOk()) << "its name is not free";
}

TEST_F(DatabaseDeleterTest, ADeletedDatabaseExpiresAfterItsRetention) {
  ASSERT_THAT(harness_.configs().Set("mysql_node", {{"mysql/retention_days", "3"}}, false, false),
              IsOk());
  ASSERT_THAT(harness_.DeleteDatabase(id_), IsOk());
  const auto record = harness_.catalog().GetDatabase(id_)->record;
  EXPECT_EQ(ToTime(record.delete_time()), harness_.clock().Now());
  EXPECT_EQ(ToTime(record.purge_time()), harness_.clock().Now() + absl::Hours(72));
  harness_.clock().Advance(absl::Hours(71));
  ASSERT_THAT(harness_.deleter().Expire(id_), IsOk());
  EXPECT_TRUE(OnServer());
  harness_.clock().Advance(absl::Hours(1));
  ASSERT_THAT(harness_.deleter().Expire(id_), IsOk());
  EXPECT_FALSE(OnServer());
  EXPECT_EQ(Records(), 0u);
}

TEST_F(DatabaseDeleterTest, WithoutRetentionADeletionIsForGood) {
  ASSERT_THAT(harness_.configs().Set("mysql_node", {{"mysql/retention_days", "0"}}, false, false),
              IsOk());
  ASSERT_THAT(harness_.DeleteDatabase(id_), IsOk());
  EXPECT_FALSE(OnServer());
  EXPECT_EQ(Records(), 0u);
}

TEST_F(DatabaseDeleterTest, UsersOfADeletedDatabaseAreLockedOut) {
  const auto user = harness_.CreateUser(id_);
  const Secret password = *harness_.users().PasswordOf(*user);
  const auto session = harness_.server().LogIn(user->record.server_name(), password, server_name_);
  ASSERT_THAT(harness_.DeleteDatabase(id_, /*force=*/true), IsOk());
  EXPECT_FALSE(LetsIn(*user, password));
  EXPECT_FALSE(harness_.server().Ping(*session).ok()) << "its session is alive";
  EXPECT_THAT(harness_.users().PasswordOf(*user),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseDeleted));
  EXPECT_THAT(harness_.CreateUser(id_),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseDeleted));
  EXPECT_THAT(harness_.Rotate(*user),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseDeleted));
}

TEST_F(DatabaseDeleterTest, UndeletionBringsBackDataAndCredentials) {
  const auto user = harness_.CreateUser(id_);
  const Secret password = *harness_.users().PasswordOf(*user);
  const auto session = harness_.server().LogIn(user->record.server_name(), password, server_name_);
  ASSERT_THAT(harness_.server().CreateTable(*session, "t"), IsOk());
  ASSERT_THAT(harness_.DeleteDatabase(id_, /*force=*/true), IsOk());

  const auto back = harness_.UndeleteDatabase(id_, "u1");
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->record.state(), v1::Database::STATE_READY);
  EXPECT_FALSE(back->record.has_purge_time());
  EXPECT_EQ(*harness_.catalog().FindDatabase("shop"), id_);
  EXPECT_TRUE(harness_.CanLogIn(*user));
  const auto again = harness_.server().LogIn(user->record.server_name(), password, server_name_);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*harness_.server().Count(*again, "t"), 0);
  EXPECT_EQ(harness_.UndeleteDatabase(id_, "u1")->record.id(), id_);
  EXPECT_THAT(harness_.UndeleteDatabase(id_),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseNotDeleted));
  harness_.clock().Advance(absl::Hours(24 * 30));
  EXPECT_TRUE(harness_.catalog().ListExpired(harness_.clock().Now(), "", 10)->empty());
}

TEST_F(DatabaseDeleterTest, ATakenNameKeepsADatabaseFromComingBackUnderIt) {
  ASSERT_THAT(harness_.DeleteDatabase(id_), IsOk());
  ASSERT_THAT(harness_.CreateDatabase("r2", "shop"), IsOk());
  EXPECT_THAT(harness_.UndeleteDatabase(id_),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kDisplayNameTaken));
  EXPECT_EQ(State(), v1::Database::STATE_DELETED);
  const auto back = harness_.UndeleteDatabase(id_, "", "old-shop");
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->record.display_name(), "old-shop");
}

TEST_F(DatabaseDeleterTest, EveryStoppedUndeletionIsFinishedAfterARestart) {
  const auto user = harness_.CreateUser(id_);
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    ASSERT_THAT(harness_.DeleteDatabase(id_, /*force=*/true), IsOk());
    harness_.server().FailNext(Step::kCreateUser, ServerDown(), effect);
    EXPECT_THAT(harness_.UndeleteDatabase(id_), HasCode(absl::StatusCode::kUnavailable));
    EXPECT_EQ(State(), v1::Database::STATE_UNDELETING);
    harness_.Restart();
    ASSERT_THAT(harness_.FinishAll(), IsOk());
    EXPECT_EQ(State(), v1::Database::STATE_READY);
    EXPECT_TRUE(harness_.CanLogIn(*user));
  }
}

TEST_F(DatabaseDeleterTest, AnUndeletionThatIsRefusedChangesNothing) {
  const auto user = harness_.CreateUser(id_);
  const auto other = harness_.CreateUser(id_);
  const Secret password = *harness_.users().PasswordOf(*user);
  ASSERT_THAT(harness_.DeleteDatabase(id_, /*force=*/true), IsOk());
  const auto purge_time = ToTime(harness_.catalog().GetDatabase(id_)->record.purge_time());
  harness_.clock().Advance(absl::Hours(1));
  harness_.server().FailNext(Step::kCreateUser, LacksPrivilege());
  EXPECT_THAT(harness_.UndeleteDatabase(id_),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing));
  EXPECT_EQ(State(), v1::Database::STATE_DELETED);
  EXPECT_EQ(ToTime(harness_.catalog().GetDatabase(id_)->record.purge_time()), purge_time);
  EXPECT_FALSE(LetsIn(*user, password));
  EXPECT_EQ(Unfinished(), 0u);
  EXPECT_THAT(harness_.CreateDatabase("r2", "shop"), IsOk()) << "its name is not free";
}

TEST_F(DatabaseDeleterTest, ADeletionRepeatedAfterAnUndeletionDeletesNothing) {
  ASSERT_THAT(harness_.DeleteDatabase(id_, false, "d1"), IsOk());
  ASSERT_THAT(harness_.UndeleteDatabase(id_), IsOk());
  EXPECT_THAT(harness_.DeleteDatabase(id_, false, "d1"), IsOk());
  EXPECT_EQ(State(), v1::Database::STATE_READY);
}

TEST_F(DatabaseDeleterTest, PurgesADatabaseAndRemembersIt) {
  const auto user = harness_.CreateUser(id_);
  ASSERT_THAT(harness_.PurgeDatabase(id_, "p1"), IsOk());
  EXPECT_FALSE(OnServer());
  EXPECT_FALSE(UserOnServer(*user));
  EXPECT_EQ(Records(), 0u);
  EXPECT_EQ(harness_.catalog().CountDatabases("mysql_node"), 0);
  EXPECT_THAT(harness_.PurgeDatabase(id_, "p1"), IsOk());
  const auto purges = harness_.catalog().ListPurges("", 10);
  ASSERT_EQ(purges->size(), 1u);
  const v1::Purge& purge = purges->front().purge;
  EXPECT_EQ(purge.display_name(), "shop");
  EXPECT_EQ(purge.server_name(), server_name_);
  EXPECT_EQ(purge.user_count(), 1);
  EXPECT_EQ(purge.cause(), v1::Purge::CAUSE_REQUESTED);
  EXPECT_EQ(purge.request_id(), "p1");
  EXPECT_THAT(harness_.CreateDatabase("r2", "shop"), IsOk());
}

TEST_F(DatabaseDeleterTest, ADeletedDatabaseCanBePurgedEarly) {
  ASSERT_THAT(harness_.DeleteDatabase(id_), IsOk());
  ASSERT_THAT(harness_.PurgeDatabase(id_), IsOk());
  EXPECT_FALSE(OnServer());
  EXPECT_TRUE(harness_.catalog().GetDatabase(id_).status().code() == absl::StatusCode::kNotFound);
}

TEST_F(DatabaseDeleterTest, PurgingADeletedDatabaseLeavesItsNameToWhoHasIt) {
  ASSERT_THAT(harness_.DeleteDatabase(id_), IsOk());
  const auto other = harness_.CreateDatabase("r2", "shop");
  ASSERT_THAT(harness_.PurgeDatabase(id_), IsOk());
  EXPECT_EQ(*harness_.catalog().FindDatabase("shop"), other->record.id());
}

TEST_F(DatabaseDeleterTest, PurgesAreListedTheLatestFirst) {
  for (const char* name : {"a", "b", "c"}) {
    const auto database = harness_.CreateDatabase("", name);
    harness_.clock().Advance(absl::Seconds(1));
    ASSERT_THAT(harness_.PurgeDatabase(database->record.id()), IsOk());
  }
  const auto first = harness_.catalog().ListPurges("", 2);
  ASSERT_EQ(first->size(), 2u);
  EXPECT_EQ(first->at(0).purge.display_name(), "c");
  EXPECT_EQ(first->at(1).purge.display_name(), "b");
  const auto rest = harness_.catalog().ListPurges(first->at(1).key, 2);
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ(rest->at(0).purge.display_name(), "a");
}

TEST_F(DatabaseDeleterTest, ProtectionKeepsADatabaseFromBeingDeleted) {
  const auto user = harness_.CreateUser(id_);
  ASSERT_THAT(harness_.databases().Update({.id = id_, .deletion_protection = true}), IsOk());
  EXPECT_THAT(harness_.DeleteDatabase(id_, /*force=*/true),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDeletionProtected));
  EXPECT_THAT(harness_.PurgeDatabase(id_),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDeletionProtected));
  EXPECT_TRUE(harness_.CanLogIn(*user));
  ASSERT_THAT(harness_.databases().Update({.id = id_, .deletion_protection = false}), IsOk());
  EXPECT_THAT(harness_.DeleteDatabase(id_, /*force=*/true), IsOk());
}

TEST_F(DatabaseDeleterTest, ARepeatedDeletionWithItsRequestIdIsOk) {
  ASSERT_THAT(harness_.DeleteDatabase(id_, false, "d1"), IsOk());
  EXPECT_THAT(harness_.DeleteDatabase(id_, false, "d1"), IsOk());
}

TEST_F(DatabaseDeleterTest, ADeletionStandsWhenTheServerIsDown) {
  harness_.server().FailNext(Step::kDropDatabase, LacksPrivilege());
  // Not FAILED_PRECONDITION, which would promise that nothing was changed.
  EXPECT_THAT(harness_.PurgeDatabase(id_),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kAdminPrivilegeMissing));
  EXPECT_EQ(State(), v1::Database::STATE_DELETING);
  harness_.Restart();
  ASSERT_THAT(harness_.FinishAll(), IsOk());
  EXPECT_FALSE(OnServer());
  EXPECT_EQ(Records(), 0u);
}

TEST_F(DatabaseDeleterTest, RefusesToDeleteADatabaseThatHasUsers) {
  const auto user = harness_.CreateUser(id_);
  EXPECT_THAT(harness_.DeleteDatabase(id_),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kDatabaseHasUsers));
  EXPECT_TRUE(harness_.CanLogIn(*user));
}

TEST_F(DatabaseDeleterTest, EveryStoppedPurgeIsFinishedAfterARestart) {
  for (const Step step : {Step::kLockUser, Step::kDropDatabase, Step::kDropUser}) {
    for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
      const auto database = harness_.CreateDatabase();
      const auto user = harness_.CreateUser(database->record.id());
      harness_.server().FailNext(step, ServerDown(), effect);
      EXPECT_THAT(harness_.PurgeDatabase(database->record.id()),
                  HasCode(absl::StatusCode::kUnavailable));
      harness_.Restart();
      ASSERT_THAT(harness_.FinishAll(), IsOk());
      EXPECT_FALSE(harness_.server().HasDatabase(database->record.server_name()));
      EXPECT_FALSE(UserOnServer(*user));
      EXPECT_EQ(Records(), 1u);
    }
  }
}

TEST_F(DatabaseDeleterTest, EveryStoppedDeletionIsFinishedAfterARestart) {
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    const auto database = harness_.CreateDatabase();
    const auto user = harness_.CreateUser(database->record.id());
    const Secret password = *harness_.users().PasswordOf(*user);
    harness_.server().FailNext(Step::kLockUser, ServerDown(), effect);
    EXPECT_THAT(harness_.DeleteDatabase(database->record.id(), /*force=*/true),
                HasCode(absl::StatusCode::kUnavailable));
    harness_.Restart();
    ASSERT_THAT(harness_.FinishAll(), IsOk());
    EXPECT_EQ(harness_.catalog().GetDatabase(database->record.id())->record.state(),
              v1::Database::STATE_DELETED);
    EXPECT_FALSE(harness_.server().CanLogIn(user->record.server_name(), password,
                                            database->record.server_name()));
  }
}

TEST_F(DatabaseDeleterTest, ADeletionOfAUserGoesOnInADeletedDatabase) {
  const auto user = harness_.CreateUser(id_);
  harness_.server().FailNext(Step::kDropUser, ServerDown());
  ASSERT_FALSE(harness_.DeleteUser(*user).ok());
  ASSERT_THAT(harness_.DeleteDatabase(id_, /*force=*/true), IsOk());
  ASSERT_THAT(harness_.FinishAll(), IsOk());
  EXPECT_FALSE(UserOnServer(*user));
  EXPECT_EQ(Unfinished(), 0u);
}

TEST_F(DatabaseDeleterTest, ARotationIsFinishedAfterAnUndeletion) {
  const auto user = harness_.CreateUser(id_);
  harness_.server().FailNext(Step::kSetUserPassword, ServerDown());
  ASSERT_FALSE(harness_.Rotate(*user).ok());
  ASSERT_THAT(harness_.DeleteDatabase(id_, /*force=*/true), IsOk());
  ASSERT_THAT(harness_.FinishAll(), IsOk());
  ASSERT_THAT(harness_.UndeleteDatabase(id_), IsOk());
  ASSERT_THAT(harness_.FinishAll(), IsOk());
  const auto rotated = harness_.catalog().GetUser(id_, user->record.id());
  EXPECT_EQ(rotated->record.password_generation(), 2);
  EXPECT_TRUE(harness_.CanLogIn(*rotated));
}

TEST_F(DatabaseDeleterTest, AnEtagGuardsADeletion) {
  const std::string old_etag = EtagOf(database_.version);
  ASSERT_THAT(harness_.databases().Update({.id = id_, .etag = old_etag, .display_name = "other"}),
              IsOk());
  EXPECT_THAT(harness_.deleter().Delete({.id = id_, .etag = old_etag}),
              FailsWith(absl::StatusCode::kAborted, Reason::kEtagMismatch));
}

}  // namespace
}  // namespace eds
