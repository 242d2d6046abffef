#include "controller/admin_password_rotation.h"

#include <memory>
#include <string>

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Effect = FakeDatabaseServer::Effect;
using Outcome = FailingStore::Outcome;
using Step = FakeDatabaseServer::Step;

constexpr char kNode[] = "mysql_node";
constexpr int kMostCommits = 10;
const Secret kFirst("secret");  // What the harness begins with.

absl::Status ServerDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "gone");
}

absl::Status StoreDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable, "gone");
}

class AdminPasswordRotationTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(SetPass(kFirst.Reveal()), IsOk()); }

  absl::Status SetPass(const std::string& pass, bool force = false) {
    return harness_->configs().Set(kNode, {{"mysql/pass", pass}}, force, false).status();
  }
  absl::Status Rotate(const std::string& request_id = "") {
    return harness_->admin_passwords().Rotate(
        kNode, {.id = request_id, .method = "RotateAdminPassword", .fingerprint = kNode});
  }

  state::v1::ConfigRecord Config() { return harness_->configs().Get(kNode).value(); }
  bool IsUnderWay() { return !harness_->catalog().ListUnfinished("", 10)->empty(); }
  bool FirstWorks() { return harness_->server().LetsAdministratorIn(kFirst); }
  // Whether the node can open its server with what it is sent.
  bool NodeGetsIn() { return harness_->applied(); }

  void ExpectRotated() {
    EXPECT_FALSE(IsUnderWay());
    EXPECT_FALSE(FirstWorks());
    EXPECT_TRUE(NodeGetsIn());
    EXPECT_TRUE(Config().sealed_next_pass().empty());
  }

  std::unique_ptr<ProvisioningHarness> harness_ = std::make_unique<ProvisioningHarness>();
};

TEST_F(AdminPasswordRotationTest, GivesTheAccountAPasswordThatOnlyTheRecordKnows) {
  const int64_t before = Config().revision();
  EXPECT_THAT(Rotate(), IsOk());
  ExpectRotated();
  EXPECT_EQ(Config().revision(), before + 2);
}

TEST_F(AdminPasswordRotationTest, ARepeatChangesNothingMore) {
  EXPECT_THAT(Rotate("r1"), IsOk());
  const int64_t revision = Config().revision();
  EXPECT_THAT(Rotate("r1"), IsOk());
  EXPECT_EQ(Config().revision(), revision);
  EXPECT_THAT(Rotate("r2"), IsOk());
  EXPECT_EQ(Config().revision(), revision + 2);
  ExpectRotated();
}

TEST_F(AdminPasswordRotationTest, WhereverTheStoreFailsTheNodeGetsInAndTheRotationIsFinished) {
  for (const Outcome outcome : {Outcome::kNotDone, Outcome::kDone}) {
    for (int nth = 1; nth <= kMostCommits; ++nth) {
      SCOPED_TRACE(nth);
      harness_ = std::make_unique<ProvisioningHarness>();
      SetUp();
      harness_->store().FailCommit(nth, outcome, StoreDown());
      if (Rotate("r").ok()) break;
      ASSERT_LT(nth, kMostCommits);
      harness_->Restart();
      EXPECT_TRUE(NodeGetsIn());
      EXPECT_THAT(harness_->FinishAll(), IsOk());
      EXPECT_THAT(Rotate("r"), IsOk());
      ExpectRotated();
    }
  }
}

TEST_F(AdminPasswordRotationTest, WhetherTheStepHappenedOrNotTheNodeGetsInAndItIsFinished) {
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    harness_ = std::make_unique<ProvisioningHarness>();
    SetUp();
    harness_->server().FailNext(Step::kSetAdminPassword, ServerDown(), effect);
    EXPECT_THAT(Rotate("r"), HasCode(absl::StatusCode::kUnavailable));
    EXPECT_TRUE(IsUnderWay());
    harness_->Restart();
    EXPECT_TRUE(NodeGetsIn());
    EXPECT_THAT(harness_->FinishAll(), IsOk());
    ExpectRotated();
  }
}

TEST_F(AdminPasswordRotationTest, AnAccountThatCannotBeChangedIsLeftAsItIs) {
  harness_->server().FailNext(Step::kSetAdminPassword,
                              MakeError(absl::StatusCode::kFailedPrecondition,
                                        Reason::kAdminPasswordNotChangeable, "by unix_socket"));
  EXPECT_THAT(Rotate("r"), FailsWith(absl::StatusCode::kFailedPrecondition,
                                     Reason::kAdminPasswordNotChangeable));
  EXPECT_FALSE(IsUnderWay());
  EXPECT_TRUE(FirstWorks());
  EXPECT_TRUE(NodeGetsIn());
  EXPECT_THAT(Rotate("r"), IsOk()) << "the request is remembered though nothing was done";
  ExpectRotated();
}

TEST_F(AdminPasswordRotationTest, ANodeWithoutAPasswordOfItsOwnIsRefused) {
  ASSERT_THAT(harness_->configs().Unset(kNode, {"mysql/pass"}), IsOk());
  EXPECT_THAT(Rotate(),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured));
  EXPECT_FALSE(IsUnderWay());
}

TEST_F(AdminPasswordRotationTest, WhileItIsUnderWayTheLoginCannotBeConfigured) {
  harness_->server().FailNext(Step::kSetAdminPassword, ServerDown());
  ASSERT_FALSE(Rotate().ok());
  const auto in_progress = FailsWith(absl::StatusCode::kAborted, Reason::kOperationInProgress);
  EXPECT_THAT(SetPass("other"), in_progress);
  EXPECT_THAT(harness_->configs().Unset(kNode, {"mysql/pass"}), in_progress);
  EXPECT_THAT(Rotate(), in_progress);
  EXPECT_THAT(harness_->configs().Set(kNode, {{"mysql/pool_size", "5"}}, false, false), IsOk());
  EXPECT_TRUE(IsUnderWay());
  EXPECT_THAT(harness_->FinishAll(), IsOk());
  ExpectRotated();
}

TEST_F(AdminPasswordRotationTest, APasswordThatIsForcedEndsIt) {
  harness_->server().FailNext(Step::kSetAdminPassword, ServerDown());
  ASSERT_FALSE(Rotate().ok());
  EXPECT_THAT(SetPass(kFirst.Reveal(), /*force=*/true), IsOk());
  EXPECT_FALSE(IsUnderWay());
  EXPECT_TRUE(FirstWorks());
  EXPECT_TRUE(NodeGetsIn());
}

}  // namespace
}  // namespace eds
