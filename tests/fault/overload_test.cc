// A server that has no connection left for the node, and a node that is asked for far more
// than it can do.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/benchmark/flood.h"
#include "tests/fault/fault_stage.h"
#include "tests/fault/node_sessions.h"

namespace eds {
namespace {

class OverloadTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    const bool is_mysql = GetParam().kind == "mysql";
    auto server = GetParam().start(
        {.arguments = {is_mysql ? "--max-connections=12" : "--max_connections=12"}});
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    admin_ = server_->CreateMinimalAdmin().value();
    filler_ = server_->CreatePowerlessAdmin().value();
    auto stage = FaultStage::Set(GetParam(), *server_, admin_);
    ASSERT_THAT(stage, IsOk());
    stage_ = *std::move(stage);
  }

  // Takes every connection that the server has, those of the node as well.
  void TakeAllConnections() {
    of_the_node_ = std::make_unique<NodeSessions>(*server_, GetParam().kind, admin_.user);
    do {
      of_the_node_->End();
      OpenUntilRefused(filler_);
      OpenUntilRefused(server_->admin());  // Some are kept for administrators.
    } while (of_the_node_->Count() > 0);
  }

  std::unique_ptr<PrivateServer> server_;
  std::unique_ptr<FaultStage> stage_;
  std::unique_ptr<NodeSessions> of_the_node_;
  std::vector<std::unique_ptr<SqlSession>> sessions_;

 private:
  void OpenUntilRefused(const Login& login) {
    while (true) {
      auto session = server_->Connect(login);
      if (!session.ok()) return;
      sessions_.push_back(*std::move(session));
    }
  }

  Login admin_;
  Login filler_;
};

TEST_P(OverloadTest, IsSaidSoChangesNothingAndPasses) {
  ASSERT_THAT(stage_->api().CreateDatabase(stage_->kind()), IsOk());
  TakeAllConnections();
  const absl::Status refused = stage_->api().CreateDatabase(stage_->kind(), "create").status();
  // The node may have noticed before it was asked, and is UNAVAILABLE then.
  EXPECT_THAT(refused, testing::AnyOf(HasCode(absl::StatusCode::kResourceExhausted),
                                      HasCode(absl::StatusCode::kUnavailable)));
  EXPECT_TRUE(HasReason(refused, Reason::kServerOverloaded)) << refused;
  stage_->CheckOtherNode();
  EXPECT_TRUE(stage_->eds().WaitForState(stage_->node(), v1::Node::STATE_UNAVAILABLE));
  sessions_.clear();
  of_the_node_.reset();
  stage_->AwaitNode();
  EXPECT_THAT(UntilCertain([this] {
                return stage_->api().CreateDatabase(stage_->kind(), "create").status();
              }),
              IsOk());
  EXPECT_TRUE(stage_->audit().AwaitRest());
  stage_->audit().Check();
}

INSTANTIATE_TEST_SUITE_P(Engines, OverloadTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

// That may wait for a node, and besides run on it.
constexpr int kQueue = 1000;
constexpr int kWorkers = 16;

TEST(FloodTest, IsAnsweredOrRefusedCallByCallAndTheOtherNodeWorksOn) {
  constexpr int kCalls = 4000;
  const auto stage = FaultStage::Set(Mariadb());
  ASSERT_THAT(stage, IsOk());
  FaultStage& on = **stage;
  on.to_node().BlackHole();
  benchmark::Flood flood(on.eds().databases(), on.node(), kCalls);
  flood.AwaitEnds(kCalls - kQueue - kWorkers);
  on.CheckOtherNode();
  on.to_node().Pass();
  const benchmark::Flood::Outcome outcome = flood.Wait();
  EXPECT_EQ(outcome.failed, 0) << outcome.first_failure;
  const int created = static_cast<int>(outcome.created.size());
  EXPECT_GE(created, kQueue);
  EXPECT_LE(created, kQueue + kWorkers);
  EXPECT_EQ(created + outcome.refused, kCalls);
  EXPECT_TRUE(on.audit().AwaitRest());
  on.audit().Check();
}

}  // namespace
}  // namespace eds
