#include "mysql_node/mysql_privileges.h"

#include "common/admin_grants.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

AdminStanding Mariadb(std::vector<std::string> grants) {
  return {.version = {MysqlFlavour::kMariadb, 10, 11, 14, "10.11.14"},
          .account = "eds@%",
          .grants = std::move(grants)};
}

AdminStanding Mysql(std::vector<std::string> grants) {
  return {.version = {MysqlFlavour::kMysql, 9, 7, 0, "9.7.0"},
          .account = "eds@%",
          .grants = std::move(grants)};
}

TEST(MysqlPrivileges, RootLacksNothing) {
  EXPECT_THAT(
      MissingGrants(Mariadb({"GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION",
                             "GRANT PROXY ON ``@`%` TO `root`@`localhost` WITH GRANT OPTION"})),
      IsEmpty());
  EXPECT_THAT(
      MissingGrants(Mysql(
          {"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, SHUTDOWN, PROCESS, FILE, "
           "REFERENCES, INDEX, ALTER, SHOW DATABASES, SUPER, CREATE TEMPORARY TABLES, LOCK "
           "TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, "
           "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER, CREATE TABLESPACE, CREATE "
           "ROLE, DROP ROLE ON *.* TO `root`@`localhost` WITH GRANT OPTION"})),
      IsEmpty());
}

TEST(MysqlPrivileges, TheDocumentedMinimumLacksNothing) {
  EXPECT_THAT(MissingGrants(Mariadb(
                  {"GRANT PROCESS, CREATE USER, CONNECTION ADMIN ON *.* TO `eds`@`%` IDENTIFIED BY "
                   "PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'",
                   "GRANT ALL PRIVILEGES ON `d%`.* TO `eds`@`%` WITH GRANT OPTION"})),
              IsEmpty());
  EXPECT_THAT(
      MissingGrants(Mysql({"GRANT PROCESS, CREATE USER ON *.* TO `eds`@`%`",
                           "GRANT CONNECTION_ADMIN ON *.* TO `eds`@`%`",
                           "GRANT ALL PRIVILEGES ON `d%`.* TO `eds`@`%` WITH GRANT OPTION"})),
      IsEmpty());
}

TEST(MysqlPrivileges, WhatIsMissingIsWhatTheListOfGrantsNames) {
  using enum MysqlFlavour;
  for (const MysqlVersion& version :
       {MysqlVersion{kMysql, 5, 7, 0, ""}, MysqlVersion{kMysql, 8, 0, 0, ""},
        MysqlVersion{kMysql, 9, 7, 0, ""}, MysqlVersion{kMariadb, 10, 4, 0, ""},
        MysqlVersion{kMariadb, 10, 5, 0, ""}, MysqlVersion{kMariadb, 11, 8, 0, ""}}) {
    const std::vector<std::string> listed = AdminGrants(ReleaseOf(version), {}).grants;
    AdminStanding standing = {
        .version = version, .account = "eds@%", .reads_account_tables = false};
    EXPECT_EQ(MissingGrants(standing), listed);
    standing.grants = listed;
    standing.reads_account_tables = true;
    EXPECT_THAT(MissingGrants(standing), IsEmpty());
  }
}

TEST(MysqlPrivileges, WhatARoleHoldsCounts) {
  EXPECT_THAT(
      MissingGrants(Mariadb({"GRANT `admins` TO `eds`@`%`", "GRANT USAGE ON *.* TO `eds`@`%`",
                             "GRANT ALL PRIVILEGES ON *.* TO `admins` WITH GRANT OPTION",
                             "SET DEFAULT ROLE `admins` FOR `eds`@`%`"})),
      IsEmpty());
}

TEST(MysqlPrivileges, GrantsOfTheMissingPartsAreSpeltOut) {
  EXPECT_THAT(
      MissingGrants(Mariadb({"GRANT CREATE USER ON *.* TO `eds`@`%`",
                             "GRANT ALL PRIVILEGES ON `d%`.* TO `eds`@`%` WITH GRANT OPTION"})),
      ElementsAre("GRANT PROCESS, CONNECTION ADMIN ON *.* TO 'eds'@'%'"));
  AdminStanding nothing = Mysql({"GRANT USAGE ON *.* TO `eds`@`%`"});
  nothing.reads_account_tables = false;
  EXPECT_THAT(
      MissingGrants(nothing),
      ElementsAre("GRANT CREATE USER, PROCESS, CONNECTION_ADMIN ON *.* TO 'eds'@'%'",
                  "GRANT SELECT ON mysql.* TO 'eds'@'%'",
                  "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, "
                  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE ROUTINE, ALTER ROUTINE, "
                  "CREATE VIEW, SHOW VIEW, TRIGGER, EVENT ON `d%`.* TO 'eds'@'%' WITH GRANT "
                  "OPTION"));
}

TEST(MysqlPrivileges, TheGrantOptionIsNeeded) {
  EXPECT_THAT(MissingGrants(Mariadb({"GRANT ALL PRIVILEGES ON *.* TO `eds`@`%`"})),
              ElementsAre(HasSubstr("WITH GRANT OPTION")));
}

TEST(MysqlPrivileges, OnePrivilegeOnDatabasesCanBeMissing) {
  EXPECT_THAT(
      MissingGrants(Mariadb(
          {"GRANT CREATE USER, PROCESS, SUPER, SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, "
           "ALTER, INDEX, REFERENCES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE "
           "ROUTINE, ALTER ROUTINE, CREATE VIEW, SHOW VIEW, TRIGGER, EVENT ON *.* TO `eds`@`%` "
           "WITH GRANT OPTION"})),
      ElementsAre("GRANT DELETE HISTORY ON `d%`.* TO 'eds'@'%' WITH GRANT OPTION"));
}

TEST(MysqlPrivileges, PatternsCountIfTheyCouldCoverOurNames) {
  const auto missing_with = [](const std::string& object) {
    return MissingGrants(
        Mariadb({"GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO `eds`",
                 "GRANT ALL PRIVILEGES ON " + object + " TO `eds`@`%` WITH GRANT OPTION"}));
  };
  for (const std::string object : {"*.*", "`d%`.*", "`%`.*", "`dabcdefgh%`.*", "`_abcdefgh%`.*"}) {
    EXPECT_THAT(missing_with(object), IsEmpty()) << object;
  }
  for (const std::string object : {"`shop%`.*", "`dshop`.*", "`d\\_x`.*", "`d%`.`table`"}) {
    EXPECT_THAT(missing_with(object), SizeIs(1)) << object;
  }
}

TEST(MysqlPrivileges, UnderPartialRevokesAPatternIsAName) {
  AdminStanding standing = Mysql({"GRANT PROCESS, CREATE USER, SUPER ON *.* TO `eds`@`%`",
                                  "GRANT ALL PRIVILEGES ON `d%`.* TO `eds`@`%` WITH GRANT OPTION"});
  standing.wildcards_are_literal = true;
  EXPECT_THAT(MissingGrants(standing), ElementsAre(HasSubstr(" ON *.* TO ")));
}

TEST(MysqlPrivileges, OldMariadbNeedsSuperToEndSessions) {
  AdminStanding standing =
      Mariadb({"GRANT PROCESS, CREATE USER ON *.* TO `eds`@`%`",
               "GRANT ALL PRIVILEGES ON `d%`.* TO `eds`@`%` WITH GRANT OPTION"});
  standing.version = {MysqlFlavour::kMariadb, 10, 4, 34, "10.4.34"};
  EXPECT_THAT(MissingGrants(standing), ElementsAre(StartsWith("GRANT SUPER ON *.*")));
}

TEST(MysqlPrivileges, OldMysqlNeedsSuperToEndSessions) {
  AdminStanding standing = Mysql({"GRANT PROCESS, CREATE USER ON *.* TO 'eds'@'%'",
                                  "GRANT ALL PRIVILEGES ON `d%`.* TO 'eds'@'%' WITH GRANT OPTION"});
  standing.version = {MysqlFlavour::kMysql, 5, 7, 44, "5.7.44"};
  EXPECT_THAT(MissingGrants(standing), ElementsAre("GRANT SUPER ON *.* TO 'eds'@'%'"));
}

TEST(MysqlPrivileges, OddNamesDoNotConfuse) {
  EXPECT_THAT(MissingGrants(Mariadb(
                  {"GRANT SELECT (`a ON b`, `c`) ON `x TO y`.`t` TO `eds`@`%`", "GRANT", "",
                   "nonsense", "GRANT ALL PRIVILEGES ON *.* TO `eds`@`%` WITH GRANT OPTION"})),
              IsEmpty());
}

}  // namespace
}  // namespace eds
