#include "postgresql_node/postgresql_diagnosis.h"

#include "common/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Severity = Finding::Severity;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

const Administrator kMinimal = {.name = "eds",
                                .superuser = false,
                                .creates_databases = true,
                                .creates_roles = true,
                                .inherits = true,
                                .ends_sessions = true};

const Surroundings kHealthy = {.max_connections = 100,
                               .connections = 7,
                               .encoding = "UTF8",
                               .password_encryption = "scram-sha-256",
                               .tls = true,
                               .public_may_connect = false};

auto Warns(const char* check) {
  return Contains(AllOf(Field(&Finding::severity, Severity::kWarning),
                        Field(&Finding::check, check), Field(&Finding::remedy, Not(""))));
}

TEST(FindingOnSchemas, WarnsWhereTheAdministratorCannotCloseThem) {
  EXPECT_EQ(FindingOnSchemas(kMinimal, Dialect(140000)).severity, Severity::kWarning);
  EXPECT_EQ(FindingOnSchemas(kMinimal, Dialect(150000)).severity, Severity::kOk);
  EXPECT_EQ(FindingOnSchemas({.name = "postgres", .superuser = true}, Dialect(140000)).severity,
            Severity::kOk);
}

TEST(CheckPrivileges, TakesASuperuserAndTheLeastPrivilegedLogin) {
  EXPECT_TRUE(CheckPrivileges(kMinimal).ok());
  EXPECT_TRUE(CheckPrivileges({.name = "postgres", .superuser = true}).ok());
}

TEST(CheckPrivileges, NamesWhatIsMissingAndTheStatementsThatHelp) {
  Administrator administrator = kMinimal;
  administrator.creates_roles = false;
  administrator.ends_sessions = false;
  const absl::Status status = CheckPrivileges(administrator);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(HasReason(status, Reason::kAdminPrivilegeMissing));
  EXPECT_EQ(status.message(),
            "the login eds lacks CREATEROLE, membership in pg_signal_backend; as a superuser: "
            "ALTER ROLE eds CREATEROLE; GRANT pg_signal_backend TO eds");
}

TEST(CheckPrivileges, AsksForInheritBeforeAnyMembership) {
  Administrator administrator = kMinimal;
  administrator.inherits = false;
  administrator.ends_sessions = false;
  EXPECT_EQ(CheckPrivileges(administrator).message(),
            "the login eds lacks INHERIT; as a superuser: ALTER ROLE eds INHERIT");
}

TEST(Findings, AreAllOkOnAHealthyServer) {
  EXPECT_EQ(FindingOnConnection(absl::OkStatus()).severity, Severity::kOk);
  EXPECT_EQ(FindingOnPrivileges(kMinimal).severity, Severity::kOk);
  for (const Finding& finding : FindingsOn(kHealthy, "postgres")) {
    EXPECT_EQ(finding.severity, Severity::kOk) << finding.check;
    EXPECT_EQ(finding.remedy, "") << finding.check;
  }
}

TEST(Findings, TellWhatToDoAboutAMissingPrivilege) {
  Administrator administrator = kMinimal;
  administrator.creates_databases = false;
  const Finding finding = FindingOnPrivileges(administrator);
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_EQ(finding.remedy, "as a superuser: ALTER ROLE eds CREATEDB");
}

TEST(Findings, SendWhoIsRefusedToTheRulesOfTheServer) {
  const Finding finding = FindingOnConnection(
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused, "refused"));
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_EQ(finding.detail, "refused");
  EXPECT_THAT(finding.remedy, HasSubstr("pg_hba.conf"));
}

TEST(Findings, WarnOfWhatGetsInTheWay) {
  Surroundings poor = kHealthy;
  poor.connections = 95;
  EXPECT_THAT(FindingsOn(poor, "postgres"), Warns("connections"));
  poor = kHealthy;
  poor.encoding = "LATIN1";
  EXPECT_THAT(FindingsOn(poor, "postgres"), Warns("encoding"));
  poor = kHealthy;
  poor.password_encryption = "md5";
  EXPECT_THAT(FindingsOn(poor, "postgres"), Warns("passwords"));
  poor = kHealthy;
  poor.tls = false;
  EXPECT_THAT(FindingsOn(poor, "postgres"), Warns("logins"));
  poor = kHealthy;
  poor.public_may_connect = true;
  EXPECT_THAT(FindingsOn(poor, "postgres"), Warns("isolation"));
}

}  // namespace
}  // namespace eds
