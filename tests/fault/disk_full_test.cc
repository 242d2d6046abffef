// A server whose disk is full.

#include <memory>
#include <string>
#include <vector>

#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/fault/fault_stage.h"

namespace eds {
namespace {

class DiskFullTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto server = GetParam().start({.own_disk = true});
    if (absl::IsPermissionDenied(server.status())) GTEST_SKIP() << server.status().message();
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    const auto admin = server_->CreateMinimalAdmin();
    ASSERT_THAT(admin, IsOk());
    auto stage = FaultStage::Set(GetParam(), *server_, *admin);
    ASSERT_THAT(stage, IsOk());
    stage_ = *std::move(stage);
  }

  std::unique_ptr<PrivateServer> server_;
  std::unique_ptr<FaultStage> stage_;
};

TEST_P(DiskFullTest, IsSaidSoLeavesNothingAndPasses) {
  const auto before = stage_->api().CreateDatabase(stage_->kind());
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(server_->SetDiskFull(true), IsOk());
  EXPECT_THAT(stage_->api().CreateDatabase(stage_->kind(), "create"),
              FailsWith(absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded));
  EXPECT_EQ(stage_->api().ListDatabases().value_or(std::vector<v1::Database>()).size(), 1);
  stage_->CheckOtherNode();
  ASSERT_THAT(server_->SetDiskFull(false), IsOk());
  stage_->AwaitNode();
  EXPECT_THAT(UntilCertain([this] {
                return stage_->api().CreateDatabase(stage_->kind(), "create").status();
              }),
              IsOk());
  EXPECT_THAT(stage_->api().CreateUser(before->name()), IsOk());
  EXPECT_TRUE(stage_->audit().AwaitRest());
  stage_->audit().Check();
}

INSTANTIATE_TEST_SUITE_P(Engines, DiskFullTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace eds
