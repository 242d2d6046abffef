#include "node/diagnosis.h"

#include <memory>

#include "absl/strings/match.h"
#include "common/clock.h"
#include "common/error.h"
#include "gtest/gtest.h"
#include "node/fake_database_server.h"

namespace eds {
namespace {

using absl::StatusCode;

absl::Status LoginRefused() {
  return MakeError(StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused, "access denied");
}

class DiagnosisTest : public testing::Test {
 protected:
  SlotState Working() {
    ServerConfig config;
    config.hosts = {"db"};
    return {.revision = 1, .server = *database_.Open(config, absl::InfiniteFuture())};
  }

  SystemClock clock_;
  FakeDatabaseServer database_{clock_, {.hosts = {"db"}}};
};

TEST_F(DiagnosisTest, WhyThereIsNoServerIsAFinding) {
  const auto findings = Diagnose({.health = LoginRefused()}, LoginRefused(), absl::Now());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Finding::Severity::kError);
  EXPECT_EQ(findings[0].check, "login");
  EXPECT_EQ(findings[0].detail, "access denied");
  EXPECT_TRUE(absl::StrContains(findings[0].remedy, "pg_hba.conf"));
}

TEST_F(DiagnosisTest, ARefusedRevisionIsAWarningBesideWhatTheServerFinds) {
  const auto findings = Diagnose(Working(), LoginRefused(), absl::InfiniteFuture());
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].severity, Finding::Severity::kWarning);
  EXPECT_TRUE(absl::StrContains(findings[0].detail, "revision 1 is in use")) << findings[0].detail;
  EXPECT_EQ(findings[1].severity, Finding::Severity::kOk);
}

TEST_F(DiagnosisTest, ALostServerIsAFinding) {
  const SlotState state = Working();
  database_.Stop();
  const auto findings = Diagnose(state, absl::OkStatus(), absl::InfiniteFuture());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Finding::Severity::kError);
}

TEST(FindingTest, EveryReasonHasARemedyInOneLine) {
  for (const Reason reason : AllReasons()) {
    const Finding finding = ToFinding(MakeError(StatusCode::kInternal, reason, "message"));
    EXPECT_FALSE(finding.check.empty());
    EXPECT_FALSE(finding.remedy.empty());
    EXPECT_FALSE(absl::StrContains(finding.remedy, "\n"));
  }
}

}  // namespace
}  // namespace eds
