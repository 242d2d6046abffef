// The administrator's password is changed on the server: the node says so, does not
// hammer the server with the old one, and works again when it is told the new one.

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/fault/fault_stage.h"
#include "tests/fault/node_sessions.h"

namespace eds {
namespace {

constexpr int kCallers = 8;
constexpr int kCallsEach = 50;
// Each connection of the pool may try once before the first answer is in, then one in
// 0.1 s, 0.2 s and so on.
constexpr int kMostLogins = 40;

class AdminPasswordTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto server = GetParam().start({.log_statements = true});
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    admin_ = server_->CreateMinimalAdmin().value();
    auto stage = FaultStage::Set(GetParam(), *server_, admin_);
    ASSERT_THAT(stage, IsOk());
    stage_ = *std::move(stage);
  }

  bool is_mysql() const { return GetParam().kind == "mysql"; }

  // On the server, where nobody tells the node. Its sessions end.
  void ChangePassword(const Secret& password) {
    const std::string role = is_mysql() ? "USER '$'@'%' IDENTIFIED BY '" : "ROLE $ PASSWORD '";
    const std::vector<std::string> parts = absl::StrSplit(role, '$');
    EXPECT_THAT(server_->RunAsAdmin(absl::StrCat("ALTER ", parts[0], admin_.user, parts[1],
                                                 password.Reveal(), "'")),
                IsOk());
    NodeSessions(*server_, GetParam().kind, admin_.user).End();
  }

  // How often a login was refused so far.
  int RefusedLogins() {
    if (!is_mysql()) {
      const std::vector<std::string> parts =
          absl::StrSplit(server_->ReadLogs(), "password authentication failed");
      return static_cast<int>(parts.size()) - 1;
    }
    const auto rows = server_->RunAsAdmin("SHOW GLOBAL STATUS LIKE 'Aborted_connects'");
    int count = -1;
    EXPECT_TRUE(rows.ok() && absl::SimpleAtoi(rows->at(0).at(1).value_or(""), &count));
    return count;
  }

  std::unique_ptr<PrivateServer> server_;
  Login admin_;
  std::unique_ptr<FaultStage> stage_;
};

TEST_P(AdminPasswordTest, IsNotTriedAgainAndAgain) {
  const Secret changed = NewPassword();
  ChangePassword(changed);
  const int before = RefusedLogins();
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([this] {
      ApiClient api(stage_->eds());
      for (int j = 0; j < kCallsEach; ++j) {
        EXPECT_FALSE(api.CreateDatabase(stage_->kind()).ok());
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(stage_->eds().WaitForState(stage_->node(), v1::Node::STATE_UNAVAILABLE));
  const int tried = RefusedLogins() - before;
  EXPECT_GT(tried, 0);
  EXPECT_LE(tried, kMostLogins) << "for " << kCallers * kCallsEach << " calls";
  const absl::Status refused = stage_->api().CreateDatabase(stage_->kind()).status();
  EXPECT_TRUE(HasReason(refused, Reason::kAdminLoginRefused)) << refused;
  stage_->CheckOtherNode();

  stage_->eds().MustRun(absl::StrCat("kato config set ", stage_->node(), " ", stage_->kind(),
                                     "/pass ", changed.Reveal()));
  stage_->AwaitNode();
  EXPECT_THAT(stage_->api().CreateDatabase(stage_->kind()), IsOk());
  EXPECT_TRUE(stage_->audit().AwaitRest());
  stage_->audit().Check();
}

INSTANTIATE_TEST_SUITE_P(Engines, AdminPasswordTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace eds
