#include "mysql_node/mysql_server.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_server_fixture.h"
#include "tests/fixtures/mariadb_server.h"
#include "tests/fixtures/mysql_server.h"

// What goes beyond the contract of DatabaseServer, which tests/contract holds both
// flavours to.
namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

Finding FindingOf(const std::vector<Finding>& findings, const std::string& check) {
  for (const Finding& finding : findings) {
    if (finding.check == check) return finding;
  }
  ADD_FAILURE() << "no finding " << check;
  return {};
}

TEST_P(MysqlServerTest, WhateverTheDefaultsOfTheServer) {
  const auto admin = OpenAsRoot();
  Tenant tenant = CreateTenant(*admin);
  EXPECT_THAT(Run(absl::StrCat("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '",
                               tenant.user.database.name.text(),
                               "' AND DEFAULT_CHARACTER_SET_NAME = 'utf8mb4'")),
              SizeIs(1));
  EXPECT_THAT(admin->DropUser(tenant.user, Soon()), IsOk());
  EXPECT_THAT(admin->DropDatabase(tenant.user.database, Soon()), IsOk());
}

TEST_P(MysqlServerTest, EachGrantOfTheDocumentedMinimumIsMissed) {
  EXPECT_THAT(Open(CreateAdmin(MinimalGrants())), IsOk());
  for (size_t i = 0; i < MinimalGrants().size(); ++i) {
    std::vector<std::string> grants = MinimalGrants();
    grants.erase(grants.begin() + static_cast<int>(i));
    const auto opened = Open(CreateAdmin(grants));
    EXPECT_THAT(opened, FailsWith(kMendIt, Reason::kAdminPrivilegeMissing)) << i;
    EXPECT_THAT(std::string(opened.status().message()), HasSubstr("GRANT ")) << i;
  }
}

TEST_P(MysqlServerTest, WhatTheRefusalTellsToGrantIsEnough) {
  const Login login = CreateAdmin({});
  const std::string message(Open(login).status().message());
  const size_t first = message.find("GRANT ");
  ASSERT_NE(first, std::string::npos) << message;
  for (size_t begin = first; begin != std::string::npos;) {
    const size_t end = message.find("; ", begin);
    Run(message.substr(begin, end == std::string::npos ? end : end - begin));
    begin = end == std::string::npos ? end : end + 2;
  }
  EXPECT_THAT(Open(login), IsOk());
}

TEST_P(MysqlServerTest, AnAdministratorMayHoldItsPrivilegesThroughARole) {
  const Login login = CreateAdmin({});
  const std::string role = "r" + RandomBase32(random_, 8);
  Run("CREATE ROLE " + role);
  for (const std::string& grant : MinimalGrants()) {
    Run(absl::StrCat("GRANT ", grant, " TO ", role,
                     absl::StrContains(grant, "`d%`") ? " WITH GRANT OPTION" : ""));
  }
  Run(absl::StrCat("GRANT ", role, " TO '", login.user, "'@'%'"));
  Run(absl::StrCat("SET DEFAULT ROLE ", role, GetParam().name == "Mariadb" ? " FOR '" : " TO '",
                   login.user, "'@'%'"));
  auto admin = Open(login);
  ASSERT_THAT(admin, IsOk());
  const Tenant tenant = CreateTenant(**admin);
  EXPECT_THAT((*admin)->DropUser(tenant.user, Soon()), IsOk());
  EXPECT_THAT((*admin)->DropDatabase(tenant.user.database, Soon()), IsOk());
}

TEST_P(MysqlServerTest, AStatementThatRunsOutOfTimeIsKilled) {
  const auto admin = OpenAsRoot();
  auto blocker = server().Connect(server().admin());
  ASSERT_THAT(blocker, IsOk());
  ASSERT_THAT((*blocker)->Run("FLUSH TABLES WITH READ LOCK"), IsOk());
  const DatabaseSpec database = NewDatabase();
  EXPECT_THAT(admin->CreateDatabase(database, absl::Now() + absl::Milliseconds(300)),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
  // One that has been killed, but has not seen it yet, takes effect if it gets its lock.
  while (!Run("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'CREATE DATABASE%'")
              .empty()) {
  }
  ASSERT_THAT((*blocker)->Run("UNLOCK TABLES"), IsOk());
  const auto inventory =
      admin->ListObjects(*Identifier::Parse(database.name.text().substr(1)), Soon());
  ASSERT_THAT(inventory, IsOk());
  EXPECT_THAT(inventory->databases, IsEmpty());
  EXPECT_THAT(admin->CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin->DropDatabase(database, Soon()), IsOk());
}

TEST_P(MysqlServerTest, DropDatabaseEndsATransactionFromOutsideOfTheDatabase) {
  const auto admin = OpenAsRoot();
  const Tenant tenant = CreateTenant(*admin);
  const std::string table = tenant.user.database.name.text() + ".t";
  ASSERT_THAT(tenant.session->Run("CREATE TABLE " + table + " (n INT)"), IsOk());
  ASSERT_THAT(tenant.session->Run("BEGIN"), IsOk());
  ASSERT_THAT(tenant.session->Run("INSERT INTO " + table + " VALUES (1)"), IsOk());
  EXPECT_THAT(admin->DropDatabase(tenant.user.database, Soon()), IsOk());
  EXPECT_THAT(tenant.session->Run("SELECT 1"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(admin->DropUser(tenant.user, Soon()), IsOk());
}

TEST_P(MysqlServerTest, LockEndsSessionsThatOutlivedTheirUser) {
  const auto admin = OpenAsRoot();
  const Tenant tenant = CreateTenant(*admin);
  Run(absl::StrCat("DROP USER '", tenant.user.name.text(), "'@'%'"));
  ASSERT_THAT(tenant.session->Run("SELECT 1"), IsOk());
  EXPECT_THAT(admin->LockUser(tenant.user.name, Soon()), IsOk());
  EXPECT_THAT(tenant.session->Run("SELECT 1"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(admin->DropDatabase(tenant.user.database, Soon()), IsOk());
}

TEST_P(MysqlServerTest, AKeptConnectionThatWasKilledIsReplaced) {
  const auto admin = OpenAsRoot();
  const Rows sessions = Run("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'root'");
  for (const Row& session : sessions) {
    // The session that asks is among them, gone, or this one.
    (void)server().RunAsAdmin("KILL " + session[0].value_or(""));
  }
  EXPECT_THAT(admin->Probe(Soon()), IsOk());
}

TEST_P(MysqlServerTest, TheIdentityOutlivesARestart) {
  const auto before = OpenAsRoot()->Probe(Soon());
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(server().Restart(), IsOk());
  const auto after = OpenAsRoot()->Probe(Soon());
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(before->identity, after->identity);
  EXPECT_THAT(before->identity, Not(IsEmpty()));
}

TEST_P(MysqlServerTest, DiagnosisFindsAnonymousAccounts) {
  const auto admin = OpenAsRoot();
  EXPECT_EQ(FindingOf(admin->Diagnose(Soon()), "anonymous accounts").severity,
            Finding::Severity::kOk);
  Run("CREATE USER ''@'localhost'");
  const absl::Cleanup drop = [this] { Run("DROP USER ''@'localhost'"); };
  const Finding finding = FindingOf(admin->Diagnose(Soon()), "anonymous accounts");
  EXPECT_EQ(finding.severity, Finding::Severity::kWarning);
  EXPECT_EQ(finding.remedy, "DROP USER ''@'localhost'");
}

TEST_P(MysqlServerTest, DiagnosisFindsExpiringPasswords) {
  const auto admin = OpenAsRoot();
  Run("SET GLOBAL default_password_lifetime = 90");
  const absl::Cleanup reset = [this] { Run("SET GLOBAL default_password_lifetime = 0"); };
  EXPECT_EQ(FindingOf(admin->Diagnose(Soon()), "password lifetime").severity,
            Finding::Severity::kWarning);
}

TEST_P(MysqlServerTest, DiagnosisFindsPrivilegesThatWereRevoked) {
  const Login login = CreateAdmin(MinimalGrants());
  const auto admin = Open(login);
  ASSERT_THAT(admin, IsOk());
  Run(absl::StrCat("REVOKE PROCESS ON *.* FROM '", login.user, "'@'%'"));
  const Finding finding = FindingOf((*admin)->Diagnose(Soon()), "privileges");
  EXPECT_EQ(finding.severity, Finding::Severity::kError);
  EXPECT_THAT(finding.detail, HasSubstr("GRANT PROCESS ON *.* TO '" + login.user + "'@'%'"));
}

INSTANTIATE_TEST_SUITE_P(Flavours, MysqlServerTest, testing::ValuesIn(TestedFlavours()),
                         NameOfFlavour);

// What one flavour alone has.
class OneFlavourTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const Login& login) {
    return OpenMysqlServer(
        {.hosts = {login.host}, .port = login.port, .user = login.user, .password = login.password},
        clock_, random_, absl::Now() + absl::Seconds(30));
  }

  SystemClock clock_;
  SystemRandom random_;
};

TEST_F(OneFlavourTest, AServerThatIsTooOldIsRefusedByName) {
  const auto server = PrivateMariadbServer::Start({.arguments = {"--version=10.3.39-MariaDB"}});
  ASSERT_THAT(server, IsOk());
  const auto opened = Open((*server)->admin());
  EXPECT_THAT(opened, FailsWith(kMendIt, Reason::kServerTooOld));
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("MariaDB 10.3.39 is too old"));
}

TEST_F(OneFlavourTest, MariadbThatRefusesHashesIsDiagnosed) {
  const auto server = PrivateMariadbServer::Start({});
  ASSERT_THAT(server, IsOk());
  ASSERT_THAT((*server)->RunAsAdmin("INSTALL SONAME 'simple_password_check'"), IsOk());
  const auto opened = Open((*server)->admin());
  ASSERT_THAT(opened, IsOk());
  const std::vector<Finding> findings = (*opened)->Diagnose(absl::Now() + absl::Seconds(30));
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.check == "passwords" && finding.severity == Finding::Severity::kError;
  }));
}

TEST_F(OneFlavourTest, UnderPartialRevokesOfMysqlAPatternIsNotEnough) {
  const auto server = PrivateMysqlServer::Start({.arguments = {"--partial-revokes=ON"}});
  ASSERT_THAT(server, IsOk());
  EXPECT_THAT(Open((*server)->admin()), IsOk());
  const auto login = (*server)->CreateMinimalAdmin();
  ASSERT_THAT(login, IsOk());
  EXPECT_THAT(Open(*login), FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
}

}  // namespace
}  // namespace eds
