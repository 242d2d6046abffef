#include "mysql_node/mysql_version.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(MysqlVersion, TellsMariadbFromMysql) {
  const auto mariadb = ParseMysqlVersion("10.11.14-MariaDB-0+deb12u1");
  ASSERT_TRUE(mariadb.ok()) << mariadb.status();
  EXPECT_EQ(mariadb->flavour, MysqlFlavour::kMariadb);
  EXPECT_EQ(mariadb->text, "10.11.14");
  const auto mysql = ParseMysqlVersion("9.7.4-2");
  ASSERT_TRUE(mysql.ok()) << mysql.status();
  EXPECT_EQ(mysql->flavour, MysqlFlavour::kMysql);
  EXPECT_EQ(mysql->text, "9.7.4");
  EXPECT_EQ(mysql->major, 9);
  EXPECT_EQ(mysql->minor, 7);
  EXPECT_EQ(mysql->patch, 4);
}

TEST(MysqlVersion, AcceptsTheOldestSupportedOnes) {
  EXPECT_TRUE(ParseMysqlVersion("5.7.0").ok());
  EXPECT_TRUE(ParseMysqlVersion("10.4.0-MariaDB").ok());
  EXPECT_TRUE(ParseMysqlVersion("5.5.5-10.4.1-MariaDB-log").ok());
}

TEST(MysqlVersion, RefusesOlderOnesByName) {
  const absl::Status mariadb = ParseMysqlVersion("10.3.39-MariaDB").status();
  EXPECT_TRUE(HasReason(mariadb, Reason::kServerTooOld));
  EXPECT_EQ(mariadb.message(),
            "MariaDB 10.3.39 is too old: EDS needs MariaDB 10.4 or MySQL 5.7 or later");
  const absl::Status mysql = ParseMysqlVersion("5.6.51-log").status();
  EXPECT_EQ(mysql.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(mysql.message(),
            "MySQL 5.6.51 is too old: EDS needs MariaDB 10.4 or MySQL 5.7 or later");
}

TEST(MysqlVersion, KnowsWhatReleasesHave) {
  const auto has = [](const std::string& text) {
    const MysqlVersion version = *ParseMysqlVersion(text);
    return std::vector<bool>{HasRoles(version),
                             HasCachingSha2(version),
                             HasSecondPassword(version),
                             HasStatementTimeout(version),
                             HasShowCreateRoutine(version),
                             GrantsCreateAccounts(version)};
  };
  EXPECT_EQ(has("5.7.44-log"), std::vector<bool>({false, false, false, false, false, true}));
  EXPECT_EQ(has("8.0.13"), std::vector<bool>({true, true, false, false, false, false}));
  EXPECT_EQ(has("8.0.14"), std::vector<bool>({true, true, true, false, false, false}));
  EXPECT_EQ(has("9.7.4-2"), std::vector<bool>({true, true, true, false, false, false}));
  EXPECT_EQ(has("10.4.0-MariaDB"), std::vector<bool>({true, false, true, true, false, true}));
  EXPECT_EQ(has("11.3.2-MariaDB"), std::vector<bool>({true, false, true, true, true, true}));
}

TEST(MysqlVersion, RefusesWhatIsNoVersion) {
  for (const std::string text : {"", "MariaDB", "8", "PostgreSQL 15.8", "99999999999.1"}) {
    EXPECT_TRUE(HasReason(ParseMysqlVersion(text).status(), Reason::kServerMismatch)) << text;
  }
}

}  // namespace
}  // namespace eds
