#include "controller/sweeper.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/identifier.h"
#include "common/resource_name.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;
using v1::Discrepancy;

class SweeperTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = harness_.CreateDatabase().value();
    user_ = harness_.CreateUser(database_.record.id()).value();
  }

  std::vector<Discrepancy> Reconcile() {
    const auto response = sweeper_.Reconcile({.node = "mysql_node"});
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return {};
    return {response->discrepancies().begin(), response->discrepancies().end()};
  }

  // The one difference that is found.
  Discrepancy Only() {
    const std::vector<Discrepancy> found = Reconcile();
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? Discrepancy() : found[0];
  }

  // By their names on the server, for what people do there by hand.
  UserOnServer OnServer(const StoredUser& user) {
    return {.name = user.record.server_name(), .database = ToServer(database_)};
  }
  NodeClient& hand() { return harness_.seams().nodes; }

  void DropByHand(const StoredUser& user) {
    ASSERT_THAT(hand().DropUser(OnServer(user), absl::InfiniteFuture()), IsOk());
  }
  void LetInByHand(const StoredUser& user, const Secret& password) {
    ASSERT_THAT(hand().CreateUser(OnServer(user), password, absl::InfiniteFuture()), IsOk());
  }

  ProvisioningHarness harness_;
  Sweeper sweeper_{harness_.seams(), harness_.databases(), harness_.users(), harness_.ready()};
  StoredDatabase database_;
  StoredUser user_;
};

TEST_F(SweeperTest, FindsNothingWhereServerAndRecordsAgree) {
  const auto response = sweeper_.Reconcile({.node = "mysql_node"});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->discrepancies_size(), 0);
  EXPECT_EQ(response->object_count(), 3) << "the database, its owner and its user";
}

TEST_F(SweeperTest, AUserDroppedByHandComesBackWithItsPassword) {
  DropByHand(user_);
  const Discrepancy found = Only();
  EXPECT_EQ(found.kind(), Discrepancy::KIND_MISSING);
  EXPECT_EQ(found.action(), Discrepancy::ACTION_MENDED);
  EXPECT_EQ(found.server_name(), user_.record.server_name());
  EXPECT_EQ(found.resource(), FormatUserName(database_.record.id(), user_.record.id()));
  EXPECT_TRUE(harness_.CanLogIn(user_));
}

TEST_F(SweeperTest, AUserLockedByHandIsLetInAgain) {
  harness_.server().LockAlone(*Identifier::Parse(user_.record.server_name()));
  const Discrepancy found = Only();
  EXPECT_EQ(found.kind(), Discrepancy::KIND_LACKING);
  EXPECT_EQ(found.action(), Discrepancy::ACTION_MENDED);
  EXPECT_TRUE(harness_.CanLogIn(user_));
}

TEST_F(SweeperTest, AMissingDatabaseIsReportedAndNeverCreatedAnew) {
  const std::string& name = database_.record.server_name();
  harness_.server().DropDatabaseAlone({*Identifier::Parse(name), *Identifier::Parse(name)});
  const Discrepancy found = Only();
  EXPECT_EQ(found.kind(), Discrepancy::KIND_MISSING);
  EXPECT_EQ(found.action(), Discrepancy::ACTION_REPORTED);
  EXPECT_EQ(found.server_name(), name);
  EXPECT_FALSE(found.remedy().empty());
  EXPECT_FALSE(harness_.server().HasDatabase(name));
}

TEST_F(SweeperTest, WhatIsTooMuchIsReportedWithTheStatementThatTakesItAway) {
  harness_.server().GrantTooMuch(user_.record.server_name(), "SUPER");
  const Discrepancy found = Only();
  EXPECT_EQ(found.kind(), Discrepancy::KIND_EXCESSIVE);
  EXPECT_EQ(found.action(), Discrepancy::ACTION_REPORTED);
  EXPECT_EQ(found.remedy(), "REVOKE SUPER");
}

TEST_F(SweeperTest, ADeletedDatabaseIsStillThereAndItsUsersLocked) {
  ASSERT_THAT(harness_.DeleteDatabase(database_.record.id(), /*force=*/true), IsOk());
  EXPECT_TRUE(Reconcile().empty());
}

TEST_F(SweeperTest, AUserOfADeletedDatabaseWhoCanLogInIsLockedAgain) {
  const Secret password = harness_.users().PasswordOf(user_).value();
  ASSERT_THAT(harness_.DeleteDatabase(database_.record.id(), /*force=*/true), IsOk());
  LetInByHand(user_, password);
  const auto can_log_in = [&] {
    return harness_.server().CanLogIn(user_.record.server_name(), password,
                                      database_.record.server_name());
  };
  ASSERT_TRUE(can_log_in());
  const Discrepancy found = Only();
  EXPECT_EQ(found.kind(), Discrepancy::KIND_EXCESSIVE);
  EXPECT_EQ(found.action(), Discrepancy::ACTION_MENDED);
  EXPECT_FALSE(can_log_in());
}

TEST_F(SweeperTest, ADeletedDatabaseThatIsGoneIsMissing) {
  ASSERT_THAT(harness_.DeleteDatabase(database_.record.id(), /*force=*/true), IsOk());
  const std::string& name = database_.record.server_name();
  harness_.server().DropDatabaseAlone({*Identifier::Parse(name), *Identifier::Parse(name)});
  EXPECT_EQ(Only().kind(), Discrepancy::KIND_MISSING);
}

TEST_F(SweeperTest, WhatIsUnfinishedIsNeitherMissingNorUnknown) {
  const absl::Status down =
      MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down");
  harness_.server().FailNext(Step::kCreateDatabase, down);
  ASSERT_FALSE(harness_.CreateDatabase("r1").ok());
  harness_.server().FailNext(Step::kCreateDatabase, down, FakeDatabaseServer::Effect::kHappened);
  ASSERT_FALSE(harness_.CreateDatabase("r2").ok());
  harness_.server().FailNext(Step::kDropUser, down, FakeDatabaseServer::Effect::kHappened);
  ASSERT_FALSE(harness_.DeleteUser(user_).ok());
  EXPECT_TRUE(Reconcile().empty());
}

TEST_F(SweeperTest, AnAdoptedDatabaseIsKnownByAnotherName) {
  harness_.server().CreateForeignDatabase("theirs", "owner");
  ASSERT_THAT(harness_.AdoptDatabase("theirs", "owner"), IsOk());
  EXPECT_TRUE(Reconcile().empty());
  harness_.server().DropDatabaseAlone({*Identifier::Parse("theirs"), *Identifier::Parse("theirs")});
  const Discrepancy found = Only();
  EXPECT_EQ(found.kind(), Discrepancy::KIND_MISSING);
  EXPECT_EQ(found.server_name(), "theirs");
}

TEST_F(SweeperTest, WhatIsOnAnotherNodeOfTheSameServerIsKnown) {
  harness_.AddNode("second");
  const auto response = sweeper_.Reconcile({.node = "second"});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->discrepancies_size(), 0);
  EXPECT_EQ(response->object_count(), 3);
}

TEST_F(SweeperTest, WhatComesWhileItLooksIsNotMissing) {
  const Secret password = harness_.users().PasswordOf(user_).value();
  DropByHand(user_);
  int listings = 0;
  harness_.server().OnStep([&](Step step) {
    if (step == Step::kListObjects && ++listings == 2) LetInByHand(user_, password);
  });
  const auto comparison = sweeper_.Look("mysql_node");
  ASSERT_THAT(comparison, IsOk());
  EXPECT_EQ(listings, 2);
  EXPECT_TRUE(comparison->missing.empty());
}

TEST_F(SweeperTest, WhatIsDeletedWhileItLooksIsNotMissing) {
  DropByHand(user_);
  int listings = 0;
  harness_.server().OnStep([&](Step step) {
    if (step == Step::kListObjects && ++listings == 2) {
      ASSERT_THAT(harness_.DeleteUser(user_), IsOk());
    }
  });
  const auto comparison = sweeper_.Look("mysql_node");
  ASSERT_THAT(comparison, IsOk());
  EXPECT_TRUE(comparison->missing.empty());
}

TEST_F(SweeperTest, WhatAnOperationIsAtIsLeftToIt) {
  DropByHand(user_);
  const auto hold = harness_.seams().locks.Own(
      FormatUserName(database_.record.id(), user_.record.id()), harness_.clock().Now());
  const Discrepancy found = Only();
  EXPECT_EQ(found.action(), Discrepancy::ACTION_REPORTED);
  EXPECT_FALSE(harness_.CanLogIn(user_));
}

TEST_F(SweeperTest, WhatCannotBeMendedSaysWhy) {
  DropByHand(user_);
  harness_.server().FailNext(
      Step::kCreateUser,
      MakeError(absl::StatusCode::kInternal, Reason::kServerError, "the server is odd"));
  const Discrepancy found = Only();
  EXPECT_EQ(found.action(), Discrepancy::ACTION_FAILED);
  EXPECT_THAT(found.detail(), testing::HasSubstr("the server is odd"));
}

TEST_F(SweeperTest, AnObjectThatCannotBeLookedAtHidesNoOther) {
  DropByHand(user_);
  harness_.server().FailNext(
      Step::kInspectDatabase,
      MakeError(absl::StatusCode::kInternal, Reason::kServerError, "the server is odd"));
  const std::vector<Discrepancy> found = Reconcile();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].action(), Discrepancy::ACTION_MENDED);
  EXPECT_EQ(found[1].action(), Discrepancy::ACTION_FAILED);
}

TEST_F(SweeperTest, AServerThatCannotBeReachedIsAnError) {
  harness_.server().Stop();
  EXPECT_THAT(sweeper_.Reconcile({.node = "mysql_node"}),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
}

TEST_F(SweeperTest, ANodeMustBeKnownAndReady) {
  EXPECT_THAT(sweeper_.Reconcile({.node = "nowhere"}),
              FailsWith(absl::StatusCode::kNotFound, Reason::kNodeNotFound));
  harness_.Leave("mysql_node");
  EXPECT_THAT(sweeper_.Reconcile({.node = "mysql_node"}),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected));
}

TEST_F(SweeperTest, ANodeIsSweptByOneAtATime) {
  const auto hold = harness_.seams().locks.Own("nodes/mysql_node", harness_.clock().Now());
  EXPECT_THAT(sweeper_.Reconcile({.node = "mysql_node"}),
              FailsWith(absl::StatusCode::kAborted, Reason::kOperationInProgress));
}

}  // namespace
}  // namespace eds
