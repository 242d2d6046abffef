// What is on a server with our mark and in no record, and what only looks like it.

#include "controller/purger.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/identifier.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "controller/sweeper.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using v1::Discrepancy;

Identifier Named(const std::string& name) { return Identifier::Parse(name).value(); }

constexpr char kDatabase[] = "dabcdefghleakedleakedleak";
constexpr char kOwner[] = "oabcdefghleakedleakedleak";
constexpr char kUser[] = "uabcdefghstrayedstrayedst";

class PurgerTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = harness_.CreateDatabase().value();
    user_ = harness_.CreateUser(database_.record.id()).value();
    sweeper_ = std::make_unique<Sweeper>(harness_.seams(), harness_.databases(), harness_.users(),
                                         harness_.ready());
  }

  absl::StatusOr<v1::ReconcileNodeResponse> Reconcile(int max_percent = 100) {
    return sweeper_->Reconcile(
        {.node = "mysql_node", .purge = true, .max_purge_percent = max_percent});
  }
  // Looks, and lets the time pass after which what it found may be dropped.
  void FirstLook() {
    ASSERT_THAT(sweeper_->Look("mysql_node"), IsOk());
    harness_.clock().Advance(Sweeper::kPurgeWait);
  }

  void CreateLeakedDatabase() {
    ASSERT_THAT(
        harness_.seams().nodes.CreateDatabase(
            {.node = "mysql_node", .name = kDatabase, .owner = kOwner}, absl::InfiniteFuture()),
        IsOk());
  }
  void CreateLeakedUser() { harness_.server().CreateUserAlone(Named(kUser)); }

  // Names with the mark that are on the server and not those of the records.
  std::set<std::string> Strangers() {
    const auto objects =
        harness_.seams().nodes.ListObjects("mysql_node", "abcdefgh", absl::InfiniteFuture());
    std::set<std::string> names(objects->databases.begin(), objects->databases.end());
    names.insert(objects->users.begin(), objects->users.end());
    names.erase(database_.record.server_name());
    names.erase(database_.record.owner_name());
    names.erase(user_.record.server_name());
    return names;
  }
  std::vector<std::string> Purged() {
    const auto purges = harness_.catalog().ListPurges("", 100);
    EXPECT_THAT(purges, IsOk());
    std::vector<std::string> names;
    for (const StoredPurge& stored : *purges) {
      EXPECT_EQ(stored.purge.cause(), v1::Purge::CAUSE_UNKNOWN);
      EXPECT_EQ(stored.purge.node(), "nodes/mysql_node");
      EXPECT_EQ(stored.purge.resource(), "");
      names.push_back(stored.purge.server_name());
    }
    return names;
  }

  ProvisioningHarness harness_;
  std::unique_ptr<Sweeper> sweeper_;
  StoredDatabase database_;
  StoredUser user_;
};

TEST_F(PurgerTest, WhatIsUnknownIsReportedAtFirst) {
  CreateLeakedDatabase();
  CreateLeakedUser();
  const auto response = Reconcile();
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->discrepancies_size(), 3);
  for (const Discrepancy& found : response->discrepancies()) {
    EXPECT_EQ(found.kind(), Discrepancy::KIND_UNKNOWN);
    EXPECT_EQ(found.action(), Discrepancy::ACTION_REPORTED);
    EXPECT_THAT(found.remedy(), testing::HasSubstr("--purge drops it after another 2m"));
  }
  EXPECT_EQ(Strangers().size(), 3u);
  EXPECT_TRUE(Purged().empty());
}

TEST_F(PurgerTest, WhatIsUnknownTwoMinutesLaterIsDroppedAndRecorded) {
  CreateLeakedDatabase();
  CreateLeakedUser();
  FirstLook();
  const auto response = Reconcile();
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->discrepancies_size(), 3);
  for (const Discrepancy& found : response->discrepancies()) {
    EXPECT_EQ(found.action(), Discrepancy::ACTION_PURGED) << found.detail();
  }
  EXPECT_TRUE(Strangers().empty());
  EXPECT_THAT(Purged(), testing::UnorderedElementsAre(kDatabase, kUser));
  EXPECT_TRUE(harness_.CanLogIn(user_));
}

TEST_F(PurgerTest, AClockThatIsSetMakesNothingOlder) {
  CreateLeakedUser();
  ASSERT_THAT(sweeper_->Look("mysql_node"), IsOk());
  harness_.clock().Set(harness_.clock().Now() + absl::Hours(1));
  ASSERT_THAT(Reconcile(), IsOk());
  EXPECT_EQ(Strangers(), std::set<std::string>{kUser});
}

TEST_F(PurgerTest, NothingIsDroppedUnlessItIsAskedFor) {
  CreateLeakedDatabase();
  FirstLook();
  const auto response = sweeper_->Reconcile({.node = "mysql_node"});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->discrepancies(0).remedy(), "edsctl reconcile mysql_node --purge drops it");
  EXPECT_EQ(Strangers().size(), 2u);
}

TEST_F(PurgerTest, AnOwnerRoleAloneIsDropped) {
  harness_.server().CreateOwnerAlone({Named(kDatabase), Named(kOwner)});
  FirstLook();
  ASSERT_THAT(Reconcile(), IsOk());
  EXPECT_TRUE(Strangers().empty());
  EXPECT_THAT(Purged(), testing::ElementsAre(kOwner));
}

TEST_F(PurgerTest, MoreThanTheShareIsRefusedAsAWhole) {
  CreateLeakedUser();
  FirstLook();
  // One of four.
  EXPECT_THAT(Reconcile(24),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kPurgeRefused));
  EXPECT_EQ(Strangers(), std::set<std::string>{kUser});
  EXPECT_TRUE(Purged().empty());
  EXPECT_THAT(Reconcile(25), IsOk());
  EXPECT_TRUE(Strangers().empty());
}

TEST_F(PurgerTest, NothingWithoutOurExactMarkIsTouched) {
  const std::vector<std::string> databases = {
      "dabcdefgileakedleakedleak",   // Another installation's.
      "dabcdefghleakedleakedlea",    // Too short.
      "dabcdefghleakedleakedleaks",  // Too long.
      "dabcdefghleakedleakedlea8",   // No such letter.
      "dabcdefghleakedleakedLEAK",
      "DABCDEFGHLEAKEDLEAKEDLEAK",
      "xabcdefghleakedleakedleak",
      "uabcdefghleakedleakedleak",  // A database called like a user.
      "dabcdefgh",
      "dabcdefgh_leaked",
      "abcdefgh",
      "orders"};
  for (const std::string& name : databases) {
    harness_.server().CreateForeignDatabase(name, "somebody");
  }
  const std::vector<std::string> users = {"uabcdefgileakedleakedleak", "uabcdefghleakedleakedlea",
                                          "dabcdefghleakedleakedleak", "uabcdefgh", "root"};
  for (const std::string& name : users) harness_.server().CreateUserAlone(Named(name));
  FirstLook();
  const auto response = Reconcile();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->discrepancies_size(), 0);
  for (const std::string& name : databases)
    EXPECT_TRUE(harness_.server().HasDatabase(name)) << name;
  for (const std::string& name : users) EXPECT_TRUE(harness_.server().HasUser(name)) << name;
}

TEST_F(PurgerTest, WhatWasSeenBeforeARestartIsSeenForTheFirstTime) {
  CreateLeakedUser();
  FirstLook();
  harness_.Restart();
  sweeper_ = std::make_unique<Sweeper>(harness_.seams(), harness_.databases(), harness_.users(),
                                       harness_.ready());
  ASSERT_THAT(Reconcile(), IsOk());
  EXPECT_EQ(Strangers(), std::set<std::string>{kUser});
}

TEST_F(PurgerTest, WhatIsYoungerStays) {
  CreateLeakedUser();
  FirstLook();
  CreateLeakedDatabase();
  ASSERT_THAT(Reconcile(), IsOk());
  EXPECT_EQ(Strangers(), (std::set<std::string>{kDatabase, kOwner}));
}

TEST_F(PurgerTest, ADatabaseWhoseOwnerRoleIsYoungerWaitsForIt) {
  harness_.server().CreateForeignDatabase(kDatabase, "somebody");
  FirstLook();
  harness_.server().CreateOwnerAlone({Named(kDatabase), Named(kOwner)});
  ASSERT_THAT(Reconcile(), IsOk());
  EXPECT_EQ(Strangers(), (std::set<std::string>{kDatabase, kOwner}));
}

TEST_F(PurgerTest, ADatabaseThatWasAdoptedStaysAndSoDoesItsFormerOwnerRole) {
  CreateLeakedDatabase();
  FirstLook();
  ASSERT_THAT(harness_.AdoptDatabase(kDatabase, kOwner), IsOk());
  const auto response = Reconcile();
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->discrepancies_size(), 1);
  EXPECT_EQ(response->discrepancies(0).server_name(), kOwner);
  EXPECT_EQ(response->discrepancies(0).action(), Discrepancy::ACTION_REPORTED);
  EXPECT_TRUE(harness_.server().HasDatabase(kDatabase));
  EXPECT_TRUE(Purged().empty());
}

TEST_F(PurgerTest, AUserThatOwnsObjectsIsLockedAndTheRestGoes) {
  CreateLeakedUser();
  CreateLeakedDatabase();
  harness_.server().SetOwnedObject(kUser, "table t");
  FirstLook();
  const auto response = Reconcile();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(Strangers(), std::set<std::string>{kUser});
  ASSERT_EQ(response->discrepancies_size(), 3);
  EXPECT_EQ(response->discrepancies(2).action(), Discrepancy::ACTION_FAILED);
  EXPECT_THAT(response->discrepancies(2).detail(), testing::HasSubstr("table t"));
}

TEST_F(PurgerTest, ALostReplyLeavesARecordAllTheSame) {
  CreateLeakedDatabase();
  FirstLook();
  harness_.server().FailNext(
      FakeDatabaseServer::Step::kDropDatabase,
      MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "lost"),
      FakeDatabaseServer::Effect::kHappened);
  EXPECT_THAT(Reconcile(), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Purged(), testing::ElementsAre(kDatabase));
}

TEST_F(PurgerTest, WithoutARecordNothingIsDropped) {
  CreateLeakedDatabase();
  FirstLook();
  harness_.store().FailCommit(
      1, FailingStore::Outcome::kNotDone,
      MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable, "disk full"));
  EXPECT_THAT(Reconcile(), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(harness_.server().HasDatabase(kDatabase));
}

}  // namespace
}  // namespace eds
