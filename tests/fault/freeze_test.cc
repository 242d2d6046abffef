// Processes that stand still for a while, as under SIGSTOP or in a virtual machine that
// is moved, and then go on as if nothing had been.

#include <signal.h>

#include <functional>
#include <memory>
#include <string>

#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/fault/fault_stage.h"

namespace eds {
namespace {

class FreezeTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto stage = FaultStage::Set(GetParam());
    ASSERT_THAT(stage, IsOk());
    stage_ = *std::move(stage);
  }

  std::unique_ptr<FaultStage> stage_;
};

TEST_P(FreezeTest, AServerThatStandsStillMakesItsNodeUnavailableAndIsUsedAgain) {
  const auto thaw_when_it_is_known = [this] {
    EXPECT_TRUE(stage_->eds().WaitForState(stage_->node(), v1::Node::STATE_UNAVAILABLE));
    stage_->server().Thaw();
  };
  EXPECT_EQ(stage_->Survive([this] { stage_->server().Freeze(); }, thaw_when_it_is_known), 4);
}

TEST_P(FreezeTest, ANodeThatStandsStillIsWaitedFor) {
  const int failed = stage_->Survive([this] { stage_->eds().Signal(stage_->node(), SIGSTOP); },
                                     [this] { stage_->eds().Signal(stage_->node(), SIGCONT); });
  EXPECT_GT(failed, 0);
}

TEST_P(FreezeTest, AControllerThatStandsStillLosesNothing) {
  ApiClient impatient(stage_->eds());
  impatient.set_patience(absl::Milliseconds(300));
  stage_->eds().Signal("controller", SIGSTOP);
  EXPECT_THAT(impatient.CreateDatabase(stage_->kind(), "create"),
              HasCode(absl::StatusCode::kDeadlineExceeded));
  stage_->eds().Signal("controller", SIGCONT);
  EXPECT_THAT(UntilCertain([this] {
                return stage_->api().CreateDatabase(stage_->kind(), "create").status();
              }),
              IsOk());
  EXPECT_EQ(stage_->api().ListDatabases().value().size(), 1);
  EXPECT_TRUE(stage_->audit().AwaitRest());
  stage_->audit().Check();
}

INSTANTIATE_TEST_SUITE_P(Engines, FreezeTest, testing::Values(Mariadb(), Postgresql()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace eds
