#include "node/tls_finding.h"

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

TEST(TlsFindingTest, WarnsOfConnectionsInClearToAnotherMachine) {
  const Finding finding = FindingOnTls({"db.example", "", {}}, TlsMode::kDisabled, kNow);
  EXPECT_EQ(finding.severity, Finding::Severity::kWarning);
  EXPECT_FALSE(finding.remedy.empty());
}

TEST(TlsFindingTest, FindsNothingWrongWithConnectionsInClearOnThisMachine) {
  EXPECT_EQ(FindingOnTls({"127.0.0.1", "", {}}, TlsMode::kDisabled, kNow).severity,
            Finding::Severity::kOk);
}

TEST(TlsFindingTest, WarnsOfACertificateThatExpiresSoon) {
  const TlsState soon = {"db.example", "TLSv1.3", kNow + absl::Hours(24 * 20)};
  const Finding finding = FindingOnTls(soon, TlsMode::kRequired, kNow);
  EXPECT_EQ(finding.severity, Finding::Severity::kWarning);
  EXPECT_TRUE(absl::StrContains(finding.detail, "expires on 2027-02-04")) << finding.detail;
  const TlsState later = {"db.example", "TLSv1.3", kNow + absl::Hours(24 * 22)};
  EXPECT_EQ(FindingOnTls(later, TlsMode::kVerifyFull, kNow).severity, Finding::Severity::kOk);
}

TEST(TlsFindingTest, SaysWhenTheServerIsNotVerified) {
  const TlsState state = {"db.example", "TLSv1.3", {}};
  EXPECT_TRUE(absl::StrContains(FindingOnTls(state, TlsMode::kRequired, kNow).detail, "believed"));
  EXPECT_FALSE(
      absl::StrContains(FindingOnTls(state, TlsMode::kVerifyFull, kNow).detail, "believed"));
}

}  // namespace
}  // namespace eds
