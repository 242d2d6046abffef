#include "controller/sweep_schedule.h"

#include "common/identifier.h"
#include "common/status_matchers.h"
#include "controller/inline_dispatcher.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

class SweepScheduleTest : public testing::Test {
 protected:
  // A tick, and all that comes of it; answers how many looks that was.
  int64_t Tick() {
    const int64_t before = listings_;
    EXPECT_THAT(schedule_.Tick(), IsOk());
    return listings_ - before;
  }

  void SetUp() override {
    harness_.server().OnStep([this](FakeDatabaseServer::Step step) {
      if (step == FakeDatabaseServer::Step::kListObjects) ++listings_;
    });
  }

  ProvisioningHarness harness_;
  Sweeper sweeper_{harness_.seams(), harness_.databases(), harness_.users(), harness_.ready()};
  InlineDispatcher dispatcher_;
  SweepSchedule schedule_{sweeper_, harness_.catalog(), harness_.directory(), dispatcher_,
                          harness_.clock()};
  int64_t listings_ = 0;
};

TEST_F(SweepScheduleTest, LooksAtEachNodeEveryHour) {
  harness_.AddNode("second");
  EXPECT_EQ(Tick(), 2);
  harness_.clock().Advance(absl::Minutes(59));
  EXPECT_EQ(Tick(), 0);
  harness_.clock().Advance(absl::Minutes(1));
  EXPECT_EQ(Tick(), 2);
}

TEST_F(SweepScheduleTest, LooksAtANodeAsSoonAsItIsReady) {
  harness_.Leave("mysql_node");
  EXPECT_EQ(Tick(), 0);
  harness_.AddNode("mysql_node");
  EXPECT_EQ(Tick(), 1);
}

TEST_F(SweepScheduleTest, ChangesNothing) {
  const Identifier stray = Identifier::Parse("uabcdefghstrayedstrayedst").value();
  harness_.server().CreateUserAlone(stray);
  Tick();
  harness_.clock().Advance(absl::Hours(1));
  EXPECT_EQ(Tick(), 1);
  EXPECT_TRUE(harness_.server().HasUser(stray.text()));
}

}  // namespace
}  // namespace eds
