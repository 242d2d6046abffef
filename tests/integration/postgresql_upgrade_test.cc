// Databases and users that were made on PostgreSQL 15, after the server's upgrade to 18: the
// same administrator, who is no superuser, must be able to change and remove them.
//
// The content moves as pg_upgrade moves it, by a dump of everything: a fetched server
// brings no pg_upgrade of its own. Of grants on roles that dump must not name who gave
// them: pg_upgrade's does not, where the old server is older than 16.

#include <algorithm>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_server.h"
#include "tests/fixtures/child_process.h"
#include "tests/fixtures/postgresql_server.h"
#include "tests/fixtures/sql_session.h"

namespace eds {
namespace {

using ::testing::HasSubstr;

constexpr char kPrograms[] = "/usr/lib/postgresql/15/bin/";

std::vector<std::string> ClientProgram(const std::string& name, const Login& login) {
  return {kPrograms + name, "--host=127.0.0.1", absl::StrCat("--port=", login.port),
          "--username=" + login.user, "--no-password"};
}

std::vector<std::string> PasswordOf(const Login& login) {
  return {absl::StrCat("PGPASSWORD=", login.password.Reveal())};
}

class PostgresqlUpgradeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto upgraded = PrivatePostgresqlServer::Start({.installation = "postgresql-18"});
    if (absl::IsUnavailable(upgraded.status())) GTEST_SKIP() << upgraded.status().message();
    ASSERT_THAT(upgraded, IsOk());
    new_ = *std::move(upgraded);
    auto original = PrivatePostgresqlServer::Start({.installation = "/usr/lib/postgresql/15"});
    ASSERT_THAT(original, IsOk());
    old_ = *std::move(original);
    const auto minimal = old_->CreateMinimalAdmin();
    ASSERT_THAT(minimal, IsOk());
    minimal_ = *minimal;
    FillOldServer();
    Upgrade();
  }

  void FillOldServer() {
    OpenAs(minimal_);
    ASSERT_THAT(admin_->CreateDatabase(database_, Soon()), IsOk());
    for (const UserSpec& user : {owner_, reader_}) {
      ASSERT_THAT(admin_->CreateUser(user, password_, Soon()), IsOk());
    }
    const auto session = LogIn(old_->port(), password_);
    ASSERT_NE(session, nullptr);
    EXPECT_THAT(session->Run("CREATE TABLE t AS SELECT 7 AS n"), IsOk());
    admin_.reset();
  }

  void Upgrade() {
    const Login from = old_->admin();
    auto dumped = RunToEnd({.argv = ClientProgram("pg_dumpall", from), .env = PasswordOf(from)});
    ASSERT_THAT(dumped, IsOk());
    ASSERT_EQ(dumped->exit_code, 0) << dumped->errors;
    // The new server has a superuser already.
    const std::regex unwanted("(?:CREATE|ALTER) ROLE postgres[ ;][^\\n]*\\n| GRANTED BY [^;\\n]*");
    const std::string dump = std::regex_replace(dumped->output, unwanted, "");
    const Login to = new_->admin();
    std::vector<std::string> argv = ClientProgram("psql", to);
    argv.insert(argv.end(),
                {"--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=postgres"});
    const auto restored = RunToEnd({.argv = argv, .env = PasswordOf(to)}, dump);
    ASSERT_THAT(restored, IsOk());
    ASSERT_EQ(restored->exit_code, 0) << restored->errors;
    minimal_.port = new_->port();
    OpenAs(minimal_);
  }

  void OpenAs(const Login& login) {
    auto opened = OpenPostgresqlServer({.hosts = {login.host},
                                        .port = login.port,
                                        .user = login.user,
                                        .password = login.password,
                                        .claim = {installation_, "postgresql_node", 1}},
                                       clock_, random_, Soon());
    ASSERT_THAT(opened, IsOk());
    admin_ = *std::move(opened);
  }

  // Of the owner, in its database.
  std::unique_ptr<SqlSession> LogIn(int port, const Secret& password) {
    auto session = new_->Connect({.port = port,
                                  .user = owner_.name.text(),
                                  .password = password,
                                  .database = database_.name.text()});
    return session.ok() ? *std::move(session) : nullptr;
  }

  Finding FindingOnRoles() {
    for (const Finding& finding : admin_->Diagnose(Soon())) {
      if (finding.check == "roles") return finding;
    }
    return {};
  }

  // Does what the finding asks a superuser for.
  void Remedy(const Finding& finding) {
    absl::string_view statement = finding.remedy;
    ASSERT_TRUE(absl::ConsumePrefix(&statement, "as a superuser, once: ")) << statement;
    EXPECT_THAT(new_->RunAsAdmin(std::string(statement)), IsOk());
  }

  static absl::Time Soon() { return absl::Now() + absl::Seconds(30); }
  Identifier NewName(char prefix) {
    return *Identifier::Parse(
        absl::StrCat(std::string(1, prefix), installation_, RandomBase32(random_, 16)));
  }

  SystemClock clock_;
  SystemRandom random_;
  const std::string installation_ = "7upgrade";
  const Secret password_ = RandomPassword(random_);
  const DatabaseSpec database_ = {NewName('d'), NewName('o')};
  const UserSpec owner_ = {NewName('u'), database_};
  const UserSpec reader_ = {NewName('u'), database_, Role::kReadOnly};
  std::unique_ptr<PrivatePostgresqlServer> old_, new_;
  Login minimal_;
  std::unique_ptr<DatabaseServer> admin_;
};

TEST_F(PostgresqlUpgradeTest, WhatWasMadeBeforeIsOutOfReachUntilASuperuserHelpsOnce) {
  EXPECT_NE(LogIn(new_->port(), password_), nullptr);
  EXPECT_THAT(admin_->LockUser(owner_.name, Soon()),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing));
  const Finding finding = FindingOnRoles();
  EXPECT_EQ(finding.severity, Finding::Severity::kError);
  EXPECT_THAT(finding.detail, HasSubstr("roles of EDS cannot be changed"));
  Remedy(finding);
  EXPECT_EQ(FindingOnRoles().severity, Finding::Severity::kOk);
}

TEST_F(PostgresqlUpgradeTest, AfterwardsEverythingOldCanBeChangedAndRemoved) {
  Remedy(FindingOnRoles());
  const Secret rotated = RandomPassword(random_);
  EXPECT_THAT(admin_->SetUserPassword(owner_.name, rotated, Soon()), IsOk());
  EXPECT_EQ(LogIn(new_->port(), password_), nullptr);
  EXPECT_NE(LogIn(new_->port(), rotated), nullptr);
  EXPECT_THAT(admin_->LockUser(owner_.name, Soon()), IsOk());
  EXPECT_EQ(LogIn(new_->port(), rotated), nullptr);
  EXPECT_THAT(admin_->CreateUser(owner_, password_, Soon()), IsOk());
  EXPECT_NE(LogIn(new_->port(), password_), nullptr);
  const auto deviations = admin_->InspectUser(owner_, Soon());
  ASSERT_THAT(deviations, IsOk());
  for (const Deviation& deviation : *deviations) ADD_FAILURE() << deviation.detail;
  for (const UserSpec& user : {owner_, reader_}) {
    EXPECT_THAT(admin_->DropUser(user, Soon()), IsOk());
  }
  EXPECT_THAT(admin_->DropDatabase(database_, Soon()), IsOk());
  const auto left = admin_->ListObjects(*Identifier::ParsePart(installation_), Soon());
  ASSERT_THAT(left, IsOk());
  EXPECT_TRUE(left->databases.empty() && left->users.empty());
}

TEST_F(PostgresqlUpgradeTest, WhatIsMadeAfterwardsNeedsNoHelp) {
  const DatabaseSpec database = {NewName('d'), NewName('o')};
  const UserSpec user = {NewName('u'), database};
  EXPECT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin_->CreateUser(user, password_, Soon()), IsOk());
  EXPECT_THAT(admin_->DropUser(user, Soon()), IsOk());
  EXPECT_THAT(admin_->DropDatabase(database, Soon()), IsOk());
}

}  // namespace
}  // namespace eds
