#include "mysql_node/mysql_grants.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;

TEST(MysqlGrants, ReadsPrivileges) {
  const auto grant =
      ParseMysqlGrant("GRANT SELECT, CREATE VIEW ON `a\\_b`.* TO `u`@`%` WITH GRANT OPTION");
  ASSERT_TRUE(grant.has_value());
  EXPECT_THAT(grant->privileges, ElementsAre("SELECT", "CREATE VIEW"));
  EXPECT_EQ(grant->object, "`a\\_b`.*");
  EXPECT_EQ(grant->grantee, "`u`@`%`");
  EXPECT_TRUE(grant->grant_option);
}

TEST(MysqlGrants, LeavesTheHashOfAPasswordOut) {
  const auto grant = ParseMysqlGrant(
      "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB' REQUIRE SSL "
      "WITH MAX_QUERIES_PER_HOUR 5");
  ASSERT_TRUE(grant.has_value());
  EXPECT_THAT(grant->privileges, ElementsAre("USAGE"));
  EXPECT_EQ(grant->object, "*.*");
  EXPECT_EQ(grant->grantee, "`u`@`%`");
  EXPECT_FALSE(grant->grant_option);
}

TEST(MysqlGrants, ReadsColumnsRoutinesAndProxies) {
  EXPECT_THAT(ParseMysqlGrant("GRANT SELECT (`n`, `m`), INSERT ON `d`.`t` TO `u`@`%`")->privileges,
              ElementsAre("SELECT (`n`, `m`)", "INSERT"));
  EXPECT_EQ(ParseMysqlGrant("GRANT EXECUTE ON PROCEDURE `d`.`p` TO `u`@`%`")->object,
            "PROCEDURE `d`.`p`");
  EXPECT_EQ(ParseMysqlGrant("GRANT PROXY ON `root`@`localhost` TO `u`@`%`")->object,
            "`root`@`localhost`");
}

TEST(MysqlGrants, ReadsRoles) {
  const auto grant = ParseMysqlGrant("GRANT `r1`@`%`,`r2`@`%` TO `u`@`%` WITH ADMIN OPTION");
  ASSERT_TRUE(grant.has_value());
  EXPECT_THAT(grant->privileges, ElementsAre("`r1`@`%`", "`r2`@`%`"));
  EXPECT_EQ(grant->object, "");
}

TEST(MysqlGrants, IsNotTrickedByNames) {
  const auto grant = ParseMysqlGrant("GRANT SELECT ON `a ON b TO c`.`t(`,` TO d` TO `u`@`%`");
  ASSERT_TRUE(grant.has_value());
  EXPECT_EQ(grant->object, "`a ON b TO c`.`t(`,` TO d`");
  EXPECT_EQ(grant->grantee, "`u`@`%`");
}

TEST(MysqlGrants, TellsWhatIsNoGrant) {
  EXPECT_FALSE(ParseMysqlGrant("SET DEFAULT ROLE `r` FOR `u`@`%`").has_value());
  EXPECT_FALSE(ParseMysqlGrant("REVOKE SELECT ON `d`.* FROM `u`@`%`").has_value());
}

TEST(MysqlGrants, TellsWhichObjectsAreWholeDatabases) {
  EXPECT_THAT(DatabasePatternOf("*.*"), Eq("%"));
  EXPECT_THAT(DatabasePatternOf("`a\\_b`.*"), Eq("a\\_b"));
  EXPECT_FALSE(DatabasePatternOf("`a`.`t`").has_value());
  EXPECT_FALSE(DatabasePatternOf("PROCEDURE `a`.`p`").has_value());
}

TEST(MysqlGrants, MatchesPatterns) {
  EXPECT_TRUE(MatchesDatabasePattern("a_b", "a\\_b"));
  EXPECT_FALSE(MatchesDatabasePattern("axb", "a\\_b"));
  EXPECT_TRUE(MatchesDatabasePattern("axb", "a_b"));
  EXPECT_TRUE(MatchesDatabasePattern("dab", "d%"));
  EXPECT_TRUE(MatchesDatabasePattern("d", "d%"));
  EXPECT_FALSE(MatchesDatabasePattern("xd", "d%"));
  EXPECT_TRUE(MatchesDatabasePattern("anything", "%"));
  EXPECT_TRUE(MatchesDatabasePattern("shop_old", "s%\\_old"));
  EXPECT_FALSE(MatchesDatabasePattern("shop-old", "s%\\_old"));
  EXPECT_FALSE(MatchesDatabasePattern("ab", "a"));
  EXPECT_FALSE(MatchesDatabasePattern("a", "ab"));
}

}  // namespace
}  // namespace eds
