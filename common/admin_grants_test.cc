#include "common/admin_grants.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kDatabaseGrant[] =
    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE "
    "TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE ROUTINE, ALTER ROUTINE, CREATE VIEW, SHOW "
    "VIEW, TRIGGER, EVENT ON `d%`.* TO 'eds'@'10.0.0.5' WITH GRANT OPTION";

AdminStatements Grants(ServerProduct product, int major, int minor = 0) {
  return AdminGrants({product, major, minor}, {.user = "eds", .host = "10.0.0.5"});
}

TEST(AdminGrants, SpellOutTheLeastOfMysql) {
  const AdminStatements statements = Grants(ServerProduct::kMysql, 8, 0);
  EXPECT_EQ(statements.login, "CREATE USER 'eds'@'10.0.0.5' IDENTIFIED BY '<password>'");
  EXPECT_THAT(statements.grants,
              ElementsAre("GRANT CREATE USER, PROCESS, CONNECTION_ADMIN ON *.* TO 'eds'@'10.0.0.5'",
                          "GRANT SELECT ON mysql.* TO 'eds'@'10.0.0.5'", kDatabaseGrant));
  EXPECT_EQ(Grants(ServerProduct::kMysql, 9, 7).grants, statements.grants);
}

TEST(AdminGrants, GiveMariadbItsOwnPrivileges) {
  const AdminStatements statements = Grants(ServerProduct::kMariadb, 11, 8);
  EXPECT_THAT(statements.grants, Contains(HasSubstr("CONNECTION ADMIN ON *.*")));
  EXPECT_THAT(statements.grants, Contains(HasSubstr("EVENT, DELETE HISTORY ON `d%`.*")));
  EXPECT_THAT(statements.notes, Contains(HasSubstr("root's too")));
}

TEST(AdminGrants, AskForSuperWhereNothingLessEndsSessions) {
  for (const AdminStatements& statements :
       {Grants(ServerProduct::kMariadb, 10, 4), Grants(ServerProduct::kMysql, 5, 7)}) {
    EXPECT_THAT(statements.grants, Contains(HasSubstr("PROCESS, SUPER ON *.*")));
    EXPECT_THAT(statements.notes, Contains(StartsWith("SUPER is there to")));
  }
}

TEST(AdminGrants, SpellOutTheLeastOfPostgresql) {
  const AdminStatements statements = Grants(ServerProduct::kPostgresql, 15);
  EXPECT_EQ(statements.login, "CREATE ROLE eds LOGIN PASSWORD '<password>'");
  EXPECT_THAT(statements.grants,
              ElementsAre("ALTER ROLE eds CREATEDB CREATEROLE", "GRANT pg_signal_backend TO eds",
                          "REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC",
                          "GRANT CONNECT ON DATABASE postgres TO eds"));
  EXPECT_EQ(Grants(ServerProduct::kPostgresql, 9, 6).grants, statements.grants);
  EXPECT_EQ(Grants(ServerProduct::kPostgresql, 18).grants, statements.grants);
}

TEST(AdminGrants, MakeASuperuserWhereNobodyElseEndsSessions) {
  const AdminStatements statements = Grants(ServerProduct::kPostgresql, 9, 5);
  EXPECT_THAT(statements.grants, Contains("ALTER ROLE eds SUPERUSER"));
  EXPECT_THAT(statements.grants, Not(Contains(HasSubstr("pg_signal_backend"))));
  EXPECT_THAT(statements.notes, Contains(HasSubstr("Before 9.6")));
}

TEST(AdminGrants, QuoteOddNames) {
  const AdminAccount odd = {.user = "it's\\\"me", .host = "%.example.com"};
  EXPECT_THAT(AdminGrants({ServerProduct::kMysql, 8, 0}, odd).login,
              HasSubstr("'it''s\\\\\"me'@'%.example.com'"));
  EXPECT_THAT(AdminGrants({ServerProduct::kPostgresql, 16, 0}, odd).login,
              HasSubstr("\"it's\\\"\"me\""));
}

}  // namespace
}  // namespace eds
