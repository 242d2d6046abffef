// The crash matrix: the controller, or the node, is killed at every moment of every
// operation that is between two steps. Once it is back, whatever was begun is finished
// or undone without anybody's help, a repeat of the call finds the same objects, and
// the server holds what the records say and nothing else.
//
// Each moment is a failpoint. None is listed here: an operation is repeated and killed
// at its first, second, third failpoint, until it comes to its end alive.

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "common/status_macros.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/api_client.h"
#include "tests/e2e/audit.h"
#include "tests/e2e/crash_operation.h"
#include "tests/e2e/crash_stage.h"

namespace eds {
namespace {

class CrashMatrixTest : public testing::TestWithParam<std::tuple<std::string, Operation>> {
 protected:
  static void SetUpTestSuite() {
    auto stage = CrashStage::Set(EngineUnderTest());
    if (stage.ok()) stage_ = stage->release();
    ASSERT_THAT(stage, IsOk());
  }
  static void TearDownTestSuite() { delete std::exchange(stage_, nullptr); }

  void SetUp() override { ASSERT_NE(stage_, nullptr); }
  void TearDown() override {
    if (stage_ != nullptr) stage_->CheckSecrecy();
  }

  // The victim of the kills: "controller" or "node".
  std::string victim() const {
    return std::get<0>(GetParam()) == "Controller" ? "controller" : node();
  }
  std::string node() const { return absl::StrCat(stage_->kind(), "_node"); }
  const Operation& operation() const { return std::get<1>(GetParam()); }

  // Kills the victim at the `nth` failpoint. False if the operation ended before.
  bool KillAndRecover(int nth);
  // As a caller does who must know: until the answer is certain.
  Answer Repeat(const Subject& subject, const std::string& request_id);
  void CleanUp();

  static CrashStage* stage_;
};

CrashStage* CrashMatrixTest::stage_ = nullptr;

Answer CrashMatrixTest::Repeat(const Subject& subject, const std::string& request_id) {
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  Answer answer;
  do {
    answer = operation().run(*stage_, subject, request_id);
    const bool certain = !absl::IsUnavailable(answer.status()) && !absl::IsAborted(answer.status());
    if (certain) break;
  } while (absl::Now() < deadline);
  return answer;
}

bool CrashMatrixTest::KillAndRecover(int nth) {
  const absl::StatusOr<Subject> subject = operation().prepare(*stage_);
  EXPECT_THAT(subject, IsOk());
  if (!subject.ok()) return false;
  const std::string request_id = stage_->NewRequestId();
  stage_->Arm(victim(), nth);
  Answer answer = operation().run(*stage_, *subject, request_id);
  const absl::optional<std::string> moment = stage_->Disarm(victim());
  SCOPED_TRACE(absl::StrCat("killed ", moment.value_or("nowhere"), ", failpoint ", nth));
  if (moment) {
    EXPECT_THAT(stage_->Revive(victim()), IsOk());
    // Every other time the repeat comes while the work is still being taken up.
    const bool wait = nth % 2 == 0;
    EXPECT_TRUE(!wait || stage_->audit().AwaitRest());
  }
  const Answer repeated = Repeat(*subject, request_id);
  EXPECT_THAT(repeated, IsOk());
  EXPECT_EQ(answer.value_or(repeated.value_or("")), repeated.value_or(""));
  EXPECT_TRUE(stage_->audit().AwaitRest());
  EXPECT_TRUE(operation().is_done(*stage_, *subject, repeated.value_or("")));
  EXPECT_THAT(stage_->api().AwaitReady(node(), operation().ready), IsOk());
  EXPECT_TRUE(stage_->audit().AwaitRest());
  stage_->audit().Check(operation().ahead);
  return moment.has_value() && !HasFailure();
}

void CrashMatrixTest::CleanUp() {
  EXPECT_THAT(stage_->SetReady({}), IsOk());
  EXPECT_THAT(stage_->api().AwaitReady(node(), {}), IsOk());
  for (const v1::Database& database : Databases(*stage_)) {
    EXPECT_THAT(stage_->api().DeleteDatabase(database.name(), true), IsOk());
  }
}

TEST_P(CrashMatrixTest, EverythingIsFinishedOrUndone) {
  int failpoints = 0;
  while (KillAndRecover(failpoints + 1)) {
    ++failpoints;
    CleanUp();
  }
  CleanUp();
  RecordProperty("failpoints", failpoints);
  EXPECT_GE(failpoints, operation().failpoints) << "the operation was hardly ever killed";
}

std::string NameOf(const testing::TestParamInfo<CrashMatrixTest::ParamType>& info) {
  return absl::StrCat("OfThe", std::get<0>(info.param), "Within", std::get<1>(info.param).name);
}

INSTANTIATE_TEST_SUITE_P(Kills, CrashMatrixTest,
                         testing::Combine(testing::Values("Controller", "Node"),
                                          testing::ValuesIn(PlainOperations())),
                         &NameOf);
INSTANTIATE_TEST_SUITE_P(ReadyKills, CrashMatrixTest,
                         testing::Combine(testing::Values("Controller", "Node"),
                                          testing::ValuesIn(ReadyOperations())),
                         &NameOf);

}  // namespace
}  // namespace eds
