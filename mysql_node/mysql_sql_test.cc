#include "mysql_node/mysql_sql.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const MysqlVersion kMysql57 = {MysqlFlavour::kMysql, 5, 7, 44, "5.7.44"};
const MysqlVersion kMysql8013 = {MysqlFlavour::kMysql, 8, 0, 13, "8.0.13"};
const MysqlVersion kMysql97 = {MysqlFlavour::kMysql, 9, 7, 4, "9.7.4"};
const MysqlVersion kMariadb104 = {MysqlFlavour::kMariadb, 10, 4, 34, "10.4.34"};

class NoRandom final : public RandomSource {
 public:
  void Fill(std::span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = 0;
  }
};

class MysqlSqlTest : public testing::Test {
 protected:
  MysqlVerifier Verifier(const MysqlVersion& version) {
    return MysqlVerifier::Make(version, Secret("password"), random_);
  }

  NoRandom random_;
  const Identifier database_ = *Identifier::Parse("dabcdefgh1");
  const Identifier user_ = *Identifier::Parse("uabcdefgh2");
  const Identifier adopted_ = *Identifier::ParseExisting("a_b-c");
  const UserSpec plain_{user_, {database_, database_}};
  const UserSpec limited_{
      .name = user_,
      .database = {database_, database_},
      .options = {.connection_limit = 3,
                  .require_tls = true,
                  .statement_timeout = absl::Milliseconds(61'007)},
  };
  const Identifier installation_ = *Identifier::Parse("abcdefgh");
  const MysqlClaimRecord claim_{
      ServerClaim{.installation = "abcdefgh", .node = "n", .epoch = 0x2f}};
};

TEST_F(MysqlSqlTest, Databases) {
  EXPECT_EQ(mysql_sql::CreateDatabase({database_, database_}),
            "CREATE DATABASE IF NOT EXISTS `dabcdefgh1` CHARACTER SET utf8mb4");
  EXPECT_EQ(mysql_sql::DropDatabase(database_), "DROP DATABASE IF EXISTS `dabcdefgh1`");
  EXPECT_EQ(mysql_sql::FindDatabase(database_),
            "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'dabcdefgh1'");
}

TEST_F(MysqlSqlTest, OptionsOfDatabases) {
  const auto create = [this](const std::string& character_set, const std::string& collation) {
    return mysql_sql::CreateDatabase(
        {database_, database_, {.character_set = character_set, .collation = collation}});
  };
  EXPECT_THAT(create("latin1", ""), EndsWith("`dabcdefgh1` CHARACTER SET 'latin1'"));
  EXPECT_THAT(create("latin1", "latin1_bin"),
              EndsWith("CHARACTER SET 'latin1' COLLATE 'latin1_bin'"));
  EXPECT_THAT(create("", "utf8mb4_bin"), EndsWith("CHARACTER SET utf8mb4 COLLATE 'utf8mb4_bin'"));
  EXPECT_THAT(create(R"(a'b\)", ""), EndsWith(R"(CHARACTER SET 'a''b\\')"));
}

TEST_F(MysqlSqlTest, UsersOfMariadb) {
  const std::vector<MysqlVerifier> one = {Verifier(kMariadb104)};
  const std::vector<MysqlVerifier> two = {MysqlVerifier::Make(kMariadb104, Secret("old"), random_),
                                          Verifier(kMariadb104)};
  EXPECT_EQ(mysql_sql::CreateUser(MysqlFlavour::kMariadb, plain_, one),
            "CREATE USER 'uabcdefgh2'@'%' IDENTIFIED VIA mysql_native_password USING "
            "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19' REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 "
            "MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0 "
            "MAX_STATEMENT_TIME 0.000");
  EXPECT_THAT(mysql_sql::CreateUser(MysqlFlavour::kMariadb, limited_, one),
              EndsWith(" REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 "
                       "MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 3 MAX_STATEMENT_TIME "
                       "61.007"));
  EXPECT_EQ(mysql_sql::SetPassword(MysqlFlavour::kMariadb, user_, two),
            "ALTER USER 'uabcdefgh2'@'%' IDENTIFIED VIA mysql_native_password USING "
            "'*CD02AC33DE7D3D2AFEDF5F2BAB51B07CDB499E79' OR mysql_native_password USING "
            "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'");
  EXPECT_EQ(mysql_sql::SetOptionsAndUnlock(MysqlFlavour::kMariadb, plain_),
            "ALTER USER 'uabcdefgh2'@'%' REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 "
            "MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0 "
            "MAX_STATEMENT_TIME 0.000 ACCOUNT UNLOCK");
}

TEST_F(MysqlSqlTest, UsersOfMysql) {
  const MysqlVerifier verifier = Verifier(kMysql97);
  EXPECT_EQ(mysql_sql::CreateUser(MysqlFlavour::kMysql, plain_, {verifier}),
            "CREATE USER 'uabcdefgh2'@'%' IDENTIFIED WITH caching_sha2_password AS '" +
                verifier.text() +
                "' REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 "
                "MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 0");
  EXPECT_EQ(mysql_sql::SetPassword(MysqlFlavour::kMysql, user_, {verifier}),
            "ALTER USER 'uabcdefgh2'@'%' IDENTIFIED WITH caching_sha2_password AS '" +
                verifier.text() + "'");
  EXPECT_EQ(mysql_sql::SetPasswordBeside(user_, verifier),
            "ALTER USER 'uabcdefgh2'@'%' IDENTIFIED WITH caching_sha2_password AS '" +
                verifier.text() + "' RETAIN CURRENT PASSWORD");
  EXPECT_EQ(mysql_sql::DiscardSecondPassword(user_),
            "ALTER USER 'uabcdefgh2'@'%' DISCARD OLD PASSWORD");
  EXPECT_EQ(mysql_sql::SelectPasswords(user_),
            "SELECT plugin, authentication_string, JSON_UNQUOTE(JSON_EXTRACT(User_attributes, "
            "'$.additional_password')), password_expired = 'Y' FROM mysql.user WHERE User = "
            "'uabcdefgh2' AND Host = '%'");
  EXPECT_THAT(mysql_sql::SetOptionsAndUnlock(MysqlFlavour::kMysql, limited_),
              AllOf(HasSubstr(" REQUIRE SSL WITH "), EndsWith("CONNECTIONS 3 ACCOUNT UNLOCK")));
}

TEST_F(MysqlSqlTest, UsersOfMysql57) {
  EXPECT_THAT(mysql_sql::CreateUser(MysqlFlavour::kMysql, plain_, {Verifier(kMysql57)}),
              StartsWith("CREATE USER 'uabcdefgh2'@'%' IDENTIFIED WITH mysql_native_password AS "
                         "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19' REQUIRE NONE WITH "));
}

TEST_F(MysqlSqlTest, LoginsThatAreLockedFromTheBeginning) {
  EXPECT_EQ(mysql_sql::PrepareUser(MysqlFlavour::kMariadb, user_, {Verifier(kMariadb104)}),
            "CREATE USER 'uabcdefgh2'@'%' IDENTIFIED VIA mysql_native_password USING "
            "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19' ACCOUNT LOCK");
  EXPECT_EQ(mysql_sql::PrepareUser(MysqlFlavour::kMysql, user_, {Verifier(kMysql57)}),
            "CREATE USER 'uabcdefgh2'@'%' IDENTIFIED WITH mysql_native_password AS "
            "'*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19' ACCOUNT LOCK");
}

TEST_F(MysqlSqlTest, Roles) {
  const auto grant = [this](MysqlFlavour flavour, Role role) {
    UserSpec user = plain_;
    user.role = role;
    return mysql_sql::Grant(flavour, user);
  };
  EXPECT_EQ(grant(MysqlFlavour::kMariadb, Role::kOwner),
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE "
            "TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE ROUTINE, ALTER ROUTINE, CREATE VIEW, "
            "SHOW VIEW, TRIGGER, EVENT, DELETE HISTORY ON `dabcdefgh1`.* TO 'uabcdefgh2'@'%'");
  EXPECT_EQ(grant(MysqlFlavour::kMysql, Role::kOwner),
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE "
            "TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE ROUTINE, ALTER ROUTINE, CREATE VIEW, "
            "SHOW VIEW, TRIGGER, EVENT ON `dabcdefgh1`.* TO 'uabcdefgh2'@'%'");
  for (const MysqlFlavour flavour : {MysqlFlavour::kMariadb, MysqlFlavour::kMysql}) {
    EXPECT_EQ(
        grant(flavour, Role::kReadWrite),
        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, "
        "SHOW VIEW ON `dabcdefgh1`.* TO 'uabcdefgh2'@'%'");
    EXPECT_EQ(grant(flavour, Role::kReadOnly),
              "GRANT SELECT, SHOW VIEW ON `dabcdefgh1`.* TO 'uabcdefgh2'@'%'");
  }
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
            "(SELECT User FROM mysql.db WHERE Db IN ('dabcdefgh1', 'dabcdefgh1'))) AND USER NOT IN "
            "('system user', "
            "'event_scheduler') AND ID <> CONNECTION_ID()");
  EXPECT_EQ(mysql_sql::KillConnection("17"), "KILL CONNECTION 17");
  EXPECT_EQ(mysql_sql::KillQuery(17), "KILL QUERY 17");
}

TEST_F(MysqlSqlTest, DatabasesWithWildcardsInTheirNames) {
  EXPECT_EQ(mysql_sql::AllOf(adopted_), R"(`a\_b-c`.*)");
  EXPECT_THAT(mysql_sql::Grant(MysqlFlavour::kMysql, {user_, {adopted_, adopted_}}),
              EndsWith(R"( ON `a\_b-c`.* TO 'uabcdefgh2'@'%')"));
  EXPECT_EQ(mysql_sql::DropDatabase(adopted_), "DROP DATABASE IF EXISTS `a_b-c`");
  EXPECT_THAT(mysql_sql::SelectSessionsOnDatabase(adopted_),
              HasSubstr(R"(WHERE (DB = 'a_b-c' OR USER IN (SELECT User FROM mysql.db WHERE Db IN )"
                        R"(('a_b-c', 'a\\_b-c'))))"));
}

TEST_F(MysqlSqlTest, Adoption) {
  EXPECT_EQ(mysql_sql::SelectGrantees(kMariadb104, adopted_, false),
            "SELECT DISTINCT User, Host FROM mysql.db WHERE 'a_b-c' LIKE Db AND CONCAT(User, '@', "
            "Host) <> CURRENT_USER() AND CONCAT(User, '@', Host) NOT IN (SELECT CONCAT(Role, '@') "
            "FROM mysql.roles_mapping WHERE CONCAT(User, '@', Host) = CURRENT_USER()) ORDER BY "
            "User, Host");
  EXPECT_EQ(mysql_sql::SelectGrantees(kMysql97, adopted_, true),
            "SELECT DISTINCT User, Host FROM mysql.db WHERE Db = 'a_b-c' AND CONCAT(User, '@', "
            "Host) <> CURRENT_USER() AND CONCAT(User, '@', Host) NOT IN (SELECT CONCAT(FROM_USER, "
            "'@', FROM_HOST) FROM mysql.role_edges WHERE CONCAT(TO_USER, '@', TO_HOST) = "
            "CURRENT_USER()) ORDER BY User, Host");
  EXPECT_EQ(mysql_sql::SelectGrantees(kMysql57, adopted_, false),
            "SELECT DISTINCT User, Host FROM mysql.db WHERE 'a_b-c' LIKE Db AND CONCAT(User, '@', "
            "Host) <> CURRENT_USER() ORDER BY User, Host");
}

TEST_F(MysqlSqlTest, Inspection) {
  const std::string rest =
      "password_expired = 'Y', ssl_type <> '', ssl_type NOT IN ('', 'ANY') OR max_questions <> 0 "
      "OR max_updates <> 0 OR max_connections <> 0 FROM mysql.user AS account";
  const std::string where = " WHERE account.User = 'uabcdefgh2' AND account.Host = '%'";
  for (const MysqlVersion& version : {kMysql57, kMysql8013}) {
    EXPECT_EQ(mysql_sql::SelectAccount(version, user_),
              "SELECT plugin, '', max_user_connections, 0, account_locked = 'Y', " + rest + where);
  }
  EXPECT_EQ(mysql_sql::SelectAccount(kMysql97, user_),
            "SELECT plugin, IF(JSON_CONTAINS_PATH(User_attributes, 'one', "
            "'$.additional_password'), JSON_ARRAY(plugin), ''), max_user_connections, 0, "
            "account_locked = 'Y', " +
                rest + where);
  EXPECT_EQ(mysql_sql::SelectAccount(kMariadb104, user_),
            "SELECT plugin, JSON_EXTRACT(Priv, '$.auth_or[*].plugin'), max_user_connections, "
            "ROUND(max_statement_time * 1000), IFNULL(JSON_VALUE(Priv, '$.account_locked'), 0), " +
                rest +
                " JOIN mysql.global_priv AS private ON private.User = account.User AND "
                "private.Host = account.Host" +
                where);
  EXPECT_EQ(mysql_sql::ShowGrantsOf(user_), "SHOW GRANTS FOR 'uabcdefgh2'@'%'");
  EXPECT_EQ(mysql_sql::Revoke("SELECT, INSERT", "`d`.`t`", user_),
            "REVOKE SELECT, INSERT ON `d`.`t` FROM 'uabcdefgh2'@'%'");
  EXPECT_EQ(mysql_sql::Revoke("`r`@`%`", "", user_), "REVOKE `r`@`%` FROM 'uabcdefgh2'@'%'");
}

TEST_F(MysqlSqlTest, TakingAClaim) {
  EXPECT_EQ(
      mysql_sql::TakeClaim(claim_),
      "SELECT GET_LOCK('eds/abcdefgh/claim', 0) AND GET_LOCK('eds/abcdefgh/claim/0/0', 1) AND "
      "GET_LOCK('eds/abcdefgh/claim/1/0', 1) AND GET_LOCK('eds/abcdefgh/claim/2/0', 1) AND "
      "GET_LOCK('eds/abcdefgh/claim/3/0', 1) AND GET_LOCK('eds/abcdefgh/claim/4/0', 1) AND "
      "GET_LOCK('eds/abcdefgh/claim/5/0', 1) AND GET_LOCK('eds/abcdefgh/claim/6/0', 1) AND "
      "GET_LOCK('eds/abcdefgh/claim/7/0', 1) AND GET_LOCK('eds/abcdefgh/claim/8/0', 1) AND "
      "GET_LOCK('eds/abcdefgh/claim/9/0', 1) AND GET_LOCK('eds/abcdefgh/claim/10/2', 1) AND "
      "GET_LOCK('eds/abcdefgh/claim/11/f', 1) AND GET_LOCK('eds/abcdefgh/claim/12/n', 1) AND "
      "GET_LOCK('eds/abcdefgh/claim/13/.', 1)");
  EXPECT_EQ(mysql_sql::ConfirmClaim(claim_), "SELECT GET_LOCK('eds/abcdefgh/claim/confirmed', 1)");
  EXPECT_THAT(mysql_sql::MarkSession(claim_, "17"),
              AllOf(StartsWith("SELECT GET_LOCK('eds/abcdefgh/17/0/0', 0) AND GET_LOCK("),
                    EndsWith("AND GET_LOCK('eds/abcdefgh/17/13/.', 0) AND "
                             "GET_LOCK('eds/abcdefgh/17', 0)")));
}

TEST_F(MysqlSqlTest, ReadingClaims) {
  EXPECT_THAT(mysql_sql::SelectHoldersOfClaim(claim_),
              AllOf(StartsWith("SELECT IS_USED_LOCK('eds/abcdefgh/claim/0/0'), IS_USED_LOCK("),
                    EndsWith("IS_USED_LOCK('eds/abcdefgh/claim/13/.'), "
                             "IS_USED_LOCK('eds/abcdefgh/claim'), "
                             "IS_USED_LOCK('eds/abcdefgh/claim/confirmed')")));
  EXPECT_EQ(mysql_sql::SelectClaimant(claim_),
            "SELECT ID, USER, HOST FROM information_schema.PROCESSLIST WHERE ID = "
            "IS_USED_LOCK('eds/abcdefgh/claim') AND ID <> CONNECTION_ID()");
  EXPECT_EQ(mysql_sql::KeepIdleSession(), "SET SESSION wait_timeout = 2147483");
  EXPECT_EQ(mysql_sql::SelectMarkedSessions(claim_),
            "SELECT ID, USER, HOST FROM information_schema.PROCESSLIST WHERE "
            "IS_USED_LOCK(CONCAT('eds/abcdefgh/', ID)) = ID");
  // MySQL 5.7 has no WITH.
  EXPECT_THAT(
      mysql_sql::SelectRecord(claim_, "claim", "17"),
      AllOf(StartsWith("SELECT n, c FROM (SELECT place.n, "
                       "SUBSTRING('abcdefghijklmnopqrstuvwxyz0123456789-_.', letter.n + 1, 1) AS c "
                       "FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL "),
            HasSubstr("UNION ALL SELECT 75) AS place JOIN (SELECT 0 AS n UNION ALL SELECT 1 "),
            EndsWith("UNION ALL SELECT 38) AS letter) AS spelling WHERE "
                     "IS_USED_LOCK(CONCAT('eds/abcdefgh/claim/', n, '/', c)) = 17 ORDER BY n")));
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
  EXPECT_EQ(mysql_sql::SelectReadOnly(absl::nullopt),
            "SELECT @@global.read_only, @@global.innodb_read_only");
  EXPECT_EQ(mysql_sql::SelectReadOnly(database_),
            "SELECT @@global.read_only, @@global.innodb_read_only FROM "
            "information_schema.SCHEMATA WHERE SCHEMA_NAME = 'dabcdefgh1'");
  EXPECT_EQ(mysql_sql::SetUpSession(kMysql97),
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, "
            "time_zone = '+00:00', lock_wait_timeout = 10, innodb_lock_wait_timeout = 10");
  for (const MysqlVersion& version : {kMysql57, kMariadb104}) {
    EXPECT_THAT(mysql_sql::SetUpSession(version),
                StartsWith("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,"
                           "NO_AUTO_CREATE_USER', autocommit = 1, "));
  }
}

TEST_F(MysqlSqlTest, Settings) {
  EXPECT_EQ(mysql_sql::ShowVariables({"a", "b"}),
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('a', 'b')");
  EXPECT_EQ(mysql_sql::ShowStatus({"a"}), "SHOW GLOBAL STATUS WHERE Variable_name IN ('a')");
}

}  // namespace
}  // namespace eds
