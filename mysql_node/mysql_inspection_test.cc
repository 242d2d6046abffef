#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_server_fixture.h"
#include "node/database_server.h"
#include "tests/fixtures/sql_session.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MysqlInspectionTest : public MysqlServerTest {
 protected:
  void SetUp() override {
    MysqlServerTest::SetUp();
    admin_ = OpenAsMinimalAdmin();
    ASSERT_NE(admin_, nullptr);
    user_ = std::make_unique<UserSpec>(CreateTenant(*admin_).user);
  }

  std::vector<Deviation> Inspect() {
    const auto deviations = admin_->InspectUser(*user_, Soon());
    EXPECT_THAT(deviations, IsOk());
    return deviations.value_or(std::vector<Deviation>());
  }
  // `$0` stands for the account, `$1` for its database.
  void Meddle(const std::string& sql) {
    Run(absl::Substitute(sql, absl::StrCat("'", user_->name.text(), "'@'%'"),
                         user_->database.name.text()));
  }
  // Whether what `sql` leads to is one lack, which the step itself mends.
  void ExpectLack(const std::string& sql, const std::string& detail) {
    Meddle(sql);
    const std::vector<Deviation> deviations = Inspect();
    ASSERT_THAT(deviations, SizeIs(1)) << sql;
    EXPECT_FALSE(deviations[0].missing);
    EXPECT_THAT(deviations[0].detail, HasSubstr(detail));
    EXPECT_EQ(deviations[0].remedy, "");
    EXPECT_THAT(admin_->CreateUser(*user_, RandomPassword(random_), Soon()), IsOk());
    EXPECT_THAT(Inspect(), IsEmpty()) << sql;
  }
  // Whether it is `count` excesses, which their remedies take away.
  void ExpectExcess(const std::string& sql, const std::string& detail, size_t count = 1) {
    Meddle(sql);
    const std::vector<Deviation> deviations = Inspect();
    ASSERT_THAT(deviations, SizeIs(count)) << sql;
    EXPECT_THAT(deviations[0].detail, HasSubstr(detail));
    for (const Deviation& deviation : deviations) {
      EXPECT_FALSE(deviation.missing);
      Run(deviation.remedy);
    }
    EXPECT_THAT(Inspect(), IsEmpty()) << sql;
  }

  std::unique_ptr<DatabaseServer> admin_;
  std::unique_ptr<UserSpec> user_;
};

TEST_P(MysqlInspectionTest, FindsWhatAUserLacks) {
  ExpectLack("ALTER USER $0 ACCOUNT LOCK", "locked");
  ExpectLack("ALTER USER $0 PASSWORD EXPIRE", "expired");
  ExpectLack("REVOKE INSERT, EVENT ON `$1`.* FROM $0", "lacks INSERT, EVENT on");
  ExpectLack("REVOKE ALL PRIVILEGES ON `$1`.* FROM $0", "lacks SELECT, INSERT");
  if (IsMariadb()) {
    ExpectLack("ALTER USER $0 IDENTIFIED VIA unix_socket", "unix_socket");
    ExpectLack("ALTER USER $0 IDENTIFIED VIA mysql_native_password OR unix_socket", "alone");
  } else {
    ExpectLack("ALTER USER $0 IDENTIFIED WITH sha256_password BY 'x'", "sha256_password");
  }
}

TEST_P(MysqlInspectionTest, FindsPrivilegesOnEverything) {
  ExpectExcess("GRANT PROCESS, RELOAD ON *.* TO $0", "on *.*");
  ExpectExcess("GRANT SELECT ON *.* TO $0 WITH GRANT OPTION", "SELECT on *.*", 2);
  ExpectExcess(absl::StrCat("GRANT ", GetParam().kill_privilege, " ON *.* TO $0"), "on *.*");
}

TEST_P(MysqlInspectionTest, FindsPrivilegesOnOtherDatabases) {
  Run("CREATE DATABASE IF NOT EXISTS others");
  Run("CREATE TABLE IF NOT EXISTS others.t (n INT, m INT)");
  Run("CREATE PROCEDURE IF NOT EXISTS others.p() SELECT 1");
  ExpectExcess("GRANT ALL PRIVILEGES ON others.* TO $0 WITH GRANT OPTION",
               "ALL PRIVILEGES on `others`.*", 2);
  ExpectExcess("GRANT SELECT ON `oth%`.* TO $0", "SELECT on `oth%`.*");
  ExpectExcess("GRANT SELECT ON `d%`.* TO $0", "SELECT on `d%`.*");
  ExpectExcess("GRANT INSERT, SELECT (n, m) ON others.t TO $0", "on `others`.`t`");
  ExpectExcess("GRANT EXECUTE ON PROCEDURE others.p TO $0", "EXECUTE on PROCEDURE");
}

TEST_P(MysqlInspectionTest, FindsWhatItMayPassOn) {
  ExpectExcess("GRANT SELECT ON `$1`.* TO $0 WITH GRANT OPTION", "may grant to others");
  Meddle("GRANT SELECT ON *.* TO $0 WITH GRANT OPTION");
  Meddle("REVOKE SELECT ON *.* FROM $0");
  EXPECT_THAT(Inspect(), SizeIs(1));
}

TEST_P(MysqlInspectionTest, FindsRolesAndProxies) {
  const std::string role = "r" + RandomBase32(random_, 8);
  Run("CREATE ROLE " + role);
  Run("GRANT SELECT ON *.* TO " + role);
  ExpectExcess("GRANT " + role + " TO $0", role);
  ExpectExcess(absl::StrCat("GRANT PROXY ON '", server().admin().user, "'@'%' TO $0"), "PROXY");
  Run("DROP ROLE " + role);
}

TEST_P(MysqlInspectionTest, FindsLimits) {
  ExpectLack("ALTER USER $0 WITH MAX_USER_CONNECTIONS 3", "limited");
  ExpectLack("ALTER USER $0 WITH MAX_QUERIES_PER_HOUR 3 MAX_UPDATES_PER_HOUR 1", "limited");
  if (IsMariadb()) ExpectLack("ALTER USER $0 WITH MAX_STATEMENT_TIME 3", "limited");
}

TEST_P(MysqlInspectionTest, FindsOptionsThatWereLifted) {
  user_->options = {.connection_limit = 7, .require_tls = true};
  if (IsMariadb()) user_->options.statement_timeout = absl::Milliseconds(2'500);
  ASSERT_THAT(admin_->CreateUser(*user_, RandomPassword(random_), Soon()), IsOk());
  EXPECT_THAT(Inspect(), IsEmpty());
  ExpectLack("ALTER USER $0 WITH MAX_USER_CONNECTIONS 0", "limited");
  ExpectLack("ALTER USER $0 REQUIRE NONE", "without TLS");
  ExpectLack("ALTER USER $0 REQUIRE X509", "limited");
  if (IsMariadb()) ExpectLack("ALTER USER $0 WITH MAX_STATEMENT_TIME 2.6", "limited");
}

TEST_P(MysqlInspectionTest, FindsThatTlsIsNeededWhereItShouldNotBe) {
  ExpectLack("ALTER USER $0 REQUIRE SSL", "over TLS alone");
}

TEST_P(MysqlInspectionTest, FindsASecondPasswordOfAnyKind) {
  ExpectLack(IsMariadb() ? "ALTER USER $0 IDENTIFIED VIA mysql_native_password USING "
                           "PASSWORD('x') OR mysql_native_password USING PASSWORD('y')"
                         : "ALTER USER $0 IDENTIFIED BY 'x' RETAIN CURRENT PASSWORD",
             "one password");
}

TEST_P(MysqlInspectionTest, FindsWhatIsTooMuchForARole) {
  for (const Role role : {Role::kReadWrite, Role::kReadOnly}) {
    const UserSpec user = {.name = NewName('u'), .database = user_->database, .role = role};
    user_ = std::make_unique<UserSpec>(user);
    ASSERT_THAT(admin_->CreateUser(*user_, RandomPassword(random_), Soon()), IsOk());
    EXPECT_THAT(Inspect(), IsEmpty());
    ExpectExcess("GRANT CREATE, DROP ON `$1`.* TO $0", "CREATE, DROP");
    ExpectExcess("GRANT ALL PRIVILEGES ON `$1`.* TO $0", "it holds ");
    ExpectLack("REVOKE SELECT ON `$1`.* FROM $0", "lacks SELECT");
  }
}

TEST_P(MysqlInspectionTest, FindsAPrivilegeOnItsNameTakenForAPattern) {
  const std::string name = "d_" + RandomBase32(random_, 8);
  Run("CREATE DATABASE " + name);
  const DatabaseSpec database = {*Identifier::ParseExisting(name), NewName('o')};
  user_ = std::make_unique<UserSpec>(CreateTenantOf(*admin_, database).user);
  EXPECT_THAT(Inspect(), IsEmpty());
  ExpectExcess("GRANT SELECT ON `$1`.* TO $0", absl::StrCat("SELECT on `", name, "`.*"));
}

INSTANTIATE_TEST_SUITE_P(Flavours, MysqlInspectionTest, testing::ValuesIn(TestedFlavours()),
                         NameOfFlavour);

}  // namespace
}  // namespace eds
