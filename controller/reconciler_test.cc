#include "controller/reconciler.h"

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Step = FakeDatabaseServer::Step;

absl::Status ServerDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down");
}

class ReconcilerTest : public testing::Test {
 protected:
  // One look of a controller that has just started, and all that comes of it.
  void Tick() { Look(absl::ZeroDuration()); }

  // Two looks, with a pause between them.
  void Look(absl::Duration pause) {
    ThreadDispatcher dispatcher;
    Reconciler reconciler(harness_.catalog(), harness_.directory(), harness_.attempts(),
                          harness_.databases(), harness_.deleter(), harness_.users(),
                          harness_.rotator(), harness_.admin_passwords(), harness_.ready(),
                          dispatcher, harness_.clock());
    ASSERT_THAT(reconciler.Tick(), IsOk());
    if (pause > absl::ZeroDuration()) {
      harness_.clock().Advance(pause);
      ASSERT_THAT(reconciler.Tick(), IsOk());
    }
    dispatcher.Drain();
  }

  size_t Unfinished() { return harness_.catalog().ListUnfinished("", 100)->size(); }

  ProvisioningHarness harness_;
};

TEST_F(ReconcilerTest, FinishesWhatIsDue) {
  harness_.server().FailNext(Step::kCreateDatabase, ServerDown());
  ASSERT_FALSE(harness_.CreateDatabase("r1").ok());
  Tick();
  EXPECT_EQ(Unfinished(), 1u) << "tried again at once";
  harness_.clock().Advance(absl::Seconds(2));
  Tick();
  EXPECT_EQ(Unfinished(), 0u);
}

TEST_F(ReconcilerTest, FinishesUsersAsWellAsDatabases) {
  const auto database = harness_.CreateDatabase();
  const auto user = harness_.CreateUser(database->record.id());
  harness_.server().FailNext(Step::kDropUser, ServerDown());
  ASSERT_FALSE(harness_.DeleteUser(*user).ok());
  harness_.Restart();
  Tick();
  EXPECT_EQ(Unfinished(), 0u);
  EXPECT_FALSE(harness_.server().HasUser(user->record.server_name()));
}

TEST_F(ReconcilerTest, LeavesANodeAloneThatIsNotReady) {
  harness_.server().FailNext(Step::kCreateDatabase, ServerDown());
  ASSERT_FALSE(harness_.CreateDatabase("r1").ok());
  harness_.clock().Advance(absl::Hours(1));
  harness_.Leave("mysql_node");
  const int64_t steps = harness_.server().steps();
  Tick();
  EXPECT_EQ(harness_.server().steps(), steps);
  EXPECT_EQ(Unfinished(), 1u);
}

TEST_F(ReconcilerTest, WhatFailsAgainIsTriedLessOften) {
  harness_.server().FailNext(Step::kCreateDatabase, ServerDown());
  harness_.server().FailNext(Step::kCreateDatabase, ServerDown());
  ASSERT_FALSE(harness_.CreateDatabase("r1").ok());
  harness_.clock().Advance(absl::Milliseconds(1300));
  Tick();
  harness_.clock().Advance(absl::Milliseconds(1300));
  const int64_t steps = harness_.server().steps();
  Tick();
  EXPECT_EQ(harness_.server().steps(), steps) << "due after about two seconds";
  harness_.clock().Advance(absl::Milliseconds(1300));
  Tick();
  EXPECT_EQ(Unfinished(), 0u);
}

TEST_F(ReconcilerTest, ForgetsRequestsOfThingsGoneAfterSevenDays) {
  const auto database = harness_.CreateDatabase("r1");
  ASSERT_THAT(harness_.PurgeDatabase(database->record.id()), IsOk());
  harness_.clock().Advance(absl::Hours(6 * 24));
  Tick();
  EXPECT_THAT(harness_.CreateDatabase("r1"), HasCode(absl::StatusCode::kNotFound));
  harness_.clock().Advance(absl::Hours(2 * 24));
  Look(absl::Hours(1));
  EXPECT_THAT(harness_.CreateDatabase("r1"), IsOk());
}

TEST_F(ReconcilerTest, AClockThatIsAheadAtTheStartForgetsNothing) {
  const auto database = harness_.CreateDatabase("r1");
  ASSERT_THAT(harness_.PurgeDatabase(database->record.id()), IsOk());
  const absl::Time now = harness_.clock().Now();
  harness_.clock().Set(now + absl::Hours(24 * 3650));
  Look(absl::Minutes(30));
  harness_.clock().Set(now);
  EXPECT_THAT(harness_.CreateDatabase("r1"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ReconcilerTest, PurgesADeletedDatabaseWhenItsTimeHasCome) {
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(harness_.DeleteDatabase(database->record.id()), IsOk());
  harness_.clock().Advance(absl::Hours(7 * 24) - absl::Minutes(30));
  Look(Reconciler::kSecondLook);
  EXPECT_TRUE(harness_.server().HasDatabase(database->record.server_name()));
  harness_.clock().Advance(absl::Hours(1));
  Look(Reconciler::kSecondLook);
  EXPECT_FALSE(harness_.server().HasDatabase(database->record.server_name()));
  const auto purges = harness_.catalog().ListPurges("", 10);
  ASSERT_EQ(purges->size(), 1u);
  EXPECT_EQ(purges->front().purge.cause(), v1::Purge::CAUSE_EXPIRED);
}

TEST_F(ReconcilerTest, AClockThatJumpsAheadForAWhilePurgesNothing) {
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(harness_.DeleteDatabase(database->record.id()), IsOk());
  const absl::Time now = harness_.clock().Now();
  harness_.clock().Set(now + absl::Hours(24 * 3650));
  Look(Reconciler::kSecondLook / 2);
  harness_.clock().Set(now);
  Look(Reconciler::kSecondLook);
  EXPECT_THAT(harness_.UndeleteDatabase(database->record.id()), IsOk());
}

TEST_F(ReconcilerTest, ForgetsPurgesAfterFourHundredDays) {
  const auto database = harness_.CreateDatabase();
  ASSERT_THAT(harness_.PurgeDatabase(database->record.id()), IsOk());
  harness_.clock().Advance(absl::Hours(24 * 399));
  Look(absl::Hours(1));
  EXPECT_EQ(harness_.catalog().ListPurges("", 10)->size(), 1u);
  harness_.clock().Advance(absl::Hours(24 * 2));
  Look(absl::Hours(1));
  EXPECT_EQ(harness_.catalog().ListPurges("", 10)->size(), 0u);
}

}  // namespace
}  // namespace eds
