#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_server.h"
#include "mysql_node/mysql_server_fixture.h"
#include "node/database_server.h"
#include "tests/fixtures/mysql_server.h"
#include "tests/fixtures/sql_session.h"

namespace eds {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

class MysqlAdoptionTest : public MysqlServerTest {
 protected:
  void SetUp() override {
    MysqlServerTest::SetUp();
    login_ = CreateAdmin(MinimalGrants());
    auto opened = Open(login_);
    ASSERT_THAT(opened, IsOk());
    admin_ = *std::move(opened);
  }

  // Privileges of administrators count as others' do.
  void TearDown() override {
    admin_.reset();
    Run(absl::StrCat("DROP USER '", login_.user, "'@'%'"));
  }

  // A database of somebody else's, `prefix` at the beginning of its name.
  DatabaseSpec CreateForeignDatabase(const std::string& prefix = "d_") {
    const std::string name = prefix + RandomBase32(random_, 10);
    Run(absl::StrCat("CREATE DATABASE `", name, "`"));
    return {*Identifier::ParseExisting(name), NewName('o')};
  }
  // An account with privileges on what `pattern` stands for.
  std::string CreateAccount(const std::string& pattern, const std::string& host = "%") {
    const std::string user = "app" + RandomBase32(random_, 8);
    const std::string account = absl::StrCat("'", user, "'@'", host, "'");
    Run(absl::StrCat("CREATE USER ", account));
    Run(absl::StrCat("GRANT SELECT, INSERT ON `", pattern, "`.* TO ", account));
    return user;
  }
  absl::Status Adopt(const DatabaseSpec& database, const std::string& expected_owner) {
    return admin_->AdoptDatabase(database, expected_owner, Soon());
  }
  static std::string Escaped(const DatabaseSpec& database) {
    return "d\\_" + database.name.text().substr(2);
  }

  Login login_;
  std::unique_ptr<DatabaseServer> admin_;
};

TEST_P(MysqlAdoptionTest, TheExpectedOwnerIsAnAccountWithOrWithoutItsHost) {
  const DatabaseSpec database = CreateForeignDatabase();
  const std::string app = CreateAccount(Escaped(database));
  EXPECT_THAT(Adopt(database, app), IsOk());
  EXPECT_THAT(Adopt(database, app + "@%"), IsOk());
  EXPECT_THAT(Adopt(database, app + "@localhost"), FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_THAT(Run(absl::StrCat("SELECT 1 FROM mysql.db WHERE User = '", app, "'")), SizeIs(1));
}

TEST_P(MysqlAdoptionTest, AnOwnerMayLogInFromOneHostAlone) {
  const DatabaseSpec database = CreateForeignDatabase();
  const std::string app = CreateAccount(Escaped(database), "10.1.%");
  EXPECT_THAT(Adopt(database, app + "@10.1.%"), IsOk());
  const absl::Status status = Adopt(database, app);
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_THAT(std::string(status.message()), HasSubstr(app + "@10.1.%"));
}

TEST_P(MysqlAdoptionTest, EverybodyWhoHoldsPrivilegesIsNamed) {
  const DatabaseSpec database = CreateForeignDatabase();
  const std::string app = CreateAccount(Escaped(database));
  const std::string unescaped = CreateAccount(database.name.text());
  const std::string pattern = CreateAccount("d__" + database.name.text().substr(3) + "%");
  const std::string unrelated = CreateAccount("other%");
  const absl::Status status = Adopt(database, app);
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(app + "@%"), HasSubstr(unescaped + "@%"), HasSubstr(pattern + "@%"),
                    Not(HasSubstr(unrelated)), Not(HasSubstr(login_.user))));
}

TEST_P(MysqlAdoptionTest, ADatabaseThatNobodyUsesIsNobodys) {
  const absl::Status status = Adopt(CreateForeignDatabase(), "app");
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no account holds privileges"));
}

TEST_P(MysqlAdoptionTest, TheRoleOfTheAdministratorDoesNotCount) {
  const DatabaseSpec database = CreateForeignDatabase();
  const std::string app = CreateAccount(Escaped(database));
  const std::string role = "r" + RandomBase32(random_, 8);
  Run("CREATE ROLE " + role);
  Run(absl::StrCat("GRANT SELECT ON `d%`.* TO ", role));
  EXPECT_THAT(Adopt(database, app), FailsWith(kMendIt, Reason::kOwnerMismatch));
  Run(absl::StrCat("GRANT ", role, " TO '", login_.user, "'@'%'"));
  EXPECT_THAT(Adopt(database, app), IsOk());
  Run("DROP ROLE " + role);
}

TEST_P(MysqlAdoptionTest, WhatTheAdministratorLacksOnItIsNamedBefore) {
  const DatabaseSpec database = CreateForeignDatabase("shop_");
  const std::string app = CreateAccount(database.name.text());
  const absl::Status status = Adopt(database, app);
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
  const std::string message(status.message());
  ASSERT_THAT(message, HasSubstr("GRANT "));
  Run(message.substr(message.find("GRANT ")));
  EXPECT_THAT(Adopt(database, app), IsOk());
  const Tenant tenant = CreateTenantOf(*admin_, database, database.name.text());
  EXPECT_THAT(tenant.session->Run("CREATE TABLE t (n INT)"), IsOk());
  EXPECT_THAT(admin_->DropUser(tenant.user, Soon()), IsOk());
  EXPECT_THAT(admin_->DropDatabase(database, Soon()), IsOk());
}

TEST_P(MysqlAdoptionTest, ItsUsersReachNoDatabaseThatItsNameWouldMatch) {
  const DatabaseSpec database = CreateForeignDatabase();
  const std::string similar = "dx" + database.name.text().substr(2);
  Run(absl::StrCat("CREATE DATABASE ", similar));
  ASSERT_THAT(Adopt(database, CreateAccount(Escaped(database))), IsOk());
  const Tenant tenant = CreateTenantOf(*admin_, database, database.name.text());
  EXPECT_THAT(tenant.session->Run("CREATE TABLE t (n INT)"), IsOk());
  EXPECT_THAT(tenant.session->Run(absl::StrCat("CREATE TABLE ", similar, ".t (n INT)")),
              Not(IsOk()));
  EXPECT_THAT(tenant.session->Run("USE " + similar), Not(IsOk()));
}

TEST_P(MysqlAdoptionTest, DatabasesOfTheServerItselfAreRefused) {
  for (const char* const name : {"mysql", "information_schema", "performance_schema", "sys"}) {
    EXPECT_THAT(
        OpenAsRoot()->AdoptDatabase({*Identifier::ParseExisting(name), NewName('o')}, "x", Soon()),
        FailsWith(kMendIt, Reason::kOwnerMismatch))
        << name;
  }
}

TEST_P(MysqlAdoptionTest, UsersOfOtherInstallationsCount) {
  const DatabaseSpec database = CreateForeignDatabase();
  const std::string app = CreateAccount(Escaped(database));
  Run("CREATE USER uxother234aaaaaaaaaaaaaaaa");
  Run(absl::StrCat("GRANT SELECT ON `", Escaped(database), "`.* TO uxother234aaaaaaaaaaaaaaaa"));
  EXPECT_THAT(Adopt(database, app), FailsWith(kMendIt, Reason::kOwnerMismatch));
  Run("DROP USER uxother234aaaaaaaaaaaaaaaa");
}

INSTANTIATE_TEST_SUITE_P(Flavours, MysqlAdoptionTest, testing::ValuesIn(TestedFlavours()),
                         NameOfFlavour);

TEST(MysqlAdoptionUnderPartialRevokes, ANameWithAWildcardIsRefused) {
  const auto server = PrivateMysqlServer::Start({.arguments = {"--partial-revokes=ON"}});
  ASSERT_THAT(server, IsOk());
  for (const char* const sql :
       {"CREATE DATABASE d_old", "CREATE DATABASE dold", "CREATE USER app",
        "GRANT SELECT ON d_old.* TO app", "GRANT SELECT ON dold.* TO app"}) {
    ASSERT_THAT((*server)->RunAsAdmin(sql), IsOk()) << sql;
  }
  SystemClock clock;
  SystemRandom random;
  const Login admin = (*server)->admin();
  const absl::Time soon = absl::Now() + absl::Seconds(30);
  const auto opened = OpenMysqlServer(
      {.hosts = {admin.host}, .port = admin.port, .user = admin.user, .password = admin.password},
      clock, random, soon);
  ASSERT_THAT(opened, IsOk());
  const Identifier owner = *Identifier::Parse("oabc");
  const DatabaseSpec with = {*Identifier::ParseExisting("d_old"), owner};
  EXPECT_THAT((*opened)->AdoptDatabase(with, "app", soon),
              FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_THAT((*opened)->CreateUser({*Identifier::Parse("uabc"), with}, Secret("x"), soon),
              FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_THAT((*opened)->AdoptDatabase({*Identifier::Parse("dold"), owner}, "app", soon), IsOk());
}

}  // namespace
}  // namespace eds
