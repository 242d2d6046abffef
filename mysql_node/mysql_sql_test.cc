#include "mysql_node/mysql_sql.h"

#include <cstdint>
#include <span>
#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

class NoRandom final : public RandomSource {
 public:
  void Fill(std::span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = 0;
  }
};

class MysqlSqlTest : public testing::Test {
 protected:
  MysqlVerifier Verifier(MysqlFlavour flavour) {
    return MysqlVerifier::Make(flavour, Secret("password"), random_);
  }

  NoRandom random_;
  const Identifier database_ = *Identifier::Parse("dabcdefgh1");
  const Identifier user_ = *Identifier::Parse("uabcdefgh2");
  const Identifier installation_ = *Identifier::Parse("abcdefgh");
};

TEST_F(MysqlSqlTest, Databases) {
  EXPECT_EQ(mysql_sql::CreateDatabase(database_),
            "CREATE DATABASE IF NOT EXISTS `dabcdefgh1` CHARACTER SET utf8mb4");
  EXPECT_EQ(mysql_sql::DropDatabase(database_), "DROP DATABASE IF EXISTS `dabcdefgh1`");
  EXPECT_EQ(mysql_sql::FindDatabase(database_),
            "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'dabcdefgh1'");
}

TEST_F(MysqlSqlTest, UsersOfMariadb) {
  const MysqlVerifier verifier = Verifier(MysqlFlavour::kMariadb);
  EXPECT_EQ(mysql_sql::CreateUser(user_, verifier),
            "CREATE USER 'uabcdefgh2'@'%' IDENTIFIED VIA mysql_native_password USING "
            "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'");
  EXPECT_EQ(mysql_sql::SetPasswordAndUnlock(user_, verifier),
            "ALTER USER 'uabcdefgh2'@'%' IDENTIFIED VIA mysql_native_password USING "
            "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19' ACCOUNT UNLOCK");
  EXPECT_EQ(mysql_sql::Grant(MysqlFlavour::kMariadb, user_, database_),
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE "
            "TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE ROUTINE, ALTER ROUTINE, CREATE VIEW, "
            "SHOW VIEW, TRIGGER, EVENT, DELETE HISTORY ON `dabcdefgh1`.* TO 'uabcdefgh2'@'%'");
}

TEST_F(MysqlSqlTest, UsersOfMysql) {
  const MysqlVerifier verifier = Verifier(MysqlFlavour::kMysql);
  EXPECT_EQ(mysql_sql::CreateUser(user_, verifier),
            "CREATE USER 'uabcdefgh2'@'%' IDENTIFIED WITH caching_sha2_password AS '" +
                verifier.text() + "'");
  EXPECT_EQ(mysql_sql::SetPassword(user_, verifier),
            "ALTER USER 'uabcdefgh2'@'%' IDENTIFIED WITH caching_sha2_password AS '" +
                verifier.text() + "'");
  EXPECT_EQ(mysql_sql::Grant(MysqlFlavour::kMysql, user_, database_),
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE "
            "TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE ROUTINE, ALTER ROUTINE, CREATE VIEW, "
            "SHOW VIEW, TRIGGER, EVENT ON `dabcdefgh1`.* TO 'uabcdefgh2'@'%'");
}

TEST_F(MysqlSqlTest, RemovalOfUsers) {
  EXPECT_EQ(mysql_sql::LockUser(user_), "ALTER USER IF EXISTS 'uabcdefgh2'@'%' ACCOUNT LOCK");
  EXPECT_EQ(mysql_sql::DropUser(user_), "DROP USER IF EXISTS 'uabcdefgh2'@'%'");
  EXPECT_EQ(mysql_sql::FindUser(user_),
            "SELECT 1 FROM mysql.user WHERE User = 'uabcdefgh2' AND Host = '%'");
  EXPECT_EQ(
      mysql_sql::SelectDefinedObjects(user_, database_),
      "SELECT 'VIEW', TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'dabcdefgh1' "
      "AND DEFINER = 'uabcdefgh2@%' UNION ALL "
      "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = "
      "'dabcdefgh1' AND DEFINER = 'uabcdefgh2@%' UNION ALL "
      "SELECT 'TRIGGER', TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "
      "'dabcdefgh1' AND DEFINER = 'uabcdefgh2@%' UNION ALL "
      "SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = "
      "'dabcdefgh1' AND DEFINER = 'uabcdefgh2@%'");
}

TEST_F(MysqlSqlTest, Sessions) {
  EXPECT_EQ(mysql_sql::SelectSessionsOfUser(user_),
            "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'uabcdefgh2'");
  EXPECT_EQ(mysql_sql::SelectSessionsOnDatabase(database_),
            "SELECT ID FROM information_schema.PROCESSLIST WHERE (DB = 'dabcdefgh1' OR USER IN "
            "(SELECT User FROM mysql.db WHERE Db = 'dabcdefgh1')) AND USER NOT IN ('system user', "
            "'event_scheduler') AND ID <> CONNECTION_ID()");
  EXPECT_EQ(mysql_sql::KillConnection("17"), "KILL CONNECTION 17");
  EXPECT_EQ(mysql_sql::KillQuery(17), "KILL QUERY 17");
}

TEST_F(MysqlSqlTest, Inventory) {
  EXPECT_EQ(mysql_sql::SelectDatabases(installation_),
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE "
            "'_abcdefgh%' ORDER BY SCHEMA_NAME");
  EXPECT_EQ(mysql_sql::SelectUsers(installation_),
            "SELECT User FROM mysql.user WHERE User LIKE '_abcdefgh%' AND Host = '%' ORDER BY "
            "User");
}

TEST_F(MysqlSqlTest, Server) {
  EXPECT_EQ(mysql_sql::SelectIdentity(MysqlFlavour::kMysql), "SELECT @@global.server_uuid");
  EXPECT_EQ(mysql_sql::SelectIdentity(MysqlFlavour::kMariadb),
            "SELECT CONCAT('mariadb-', LEFT(SHA2(CONCAT(UNIX_TIMESTAMP(CREATE_TIME), @@datadir), "
            "256), 32)) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME "
            "= 'global_priv'");
  EXPECT_EQ(mysql_sql::SelectReadOnly(), "SELECT @@global.read_only, @@global.innodb_read_only");
  EXPECT_EQ(mysql_sql::SetUpSession(),
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, "
            "time_zone = '+00:00', lock_wait_timeout = 10, innodb_lock_wait_timeout = 10");
}

TEST_F(MysqlSqlTest, Settings) {
  EXPECT_EQ(mysql_sql::ShowVariables({"a", "b"}),
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('a', 'b')");
  EXPECT_EQ(mysql_sql::ShowStatus({"a"}), "SHOW GLOBAL STATUS WHERE Variable_name IN ('a')");
}

}  // namespace
}  // namespace eds
