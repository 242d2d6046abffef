#include "mysql_node/mysql_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eds::mysql_sql {
namespace {

std::string Account(const Identifier& user) { return absl::StrCat("'", user.text(), "'@'%'"); }

// As information_schema writes the account.
std::string Definer(const Identifier& user) { return absl::StrCat("'", user.text(), "@%'"); }

std::string Name(const Identifier& database) { return absl::StrCat("`", database.text(), "`"); }

std::string Text(const Identifier& name) { return absl::StrCat("'", name.text(), "'"); }

std::string IdentifiedBy(const MysqlVerifier& verifier) {
  switch (verifier.flavour()) {
    case MysqlFlavour::kMariadb:
      return absl::StrCat("IDENTIFIED VIA mysql_native_password USING '", verifier.text(), "'");
    case MysqlFlavour::kMysql:
      // As text: hexadecimal is understood from 8.0.17 on only.
      return absl::StrCat("IDENTIFIED WITH caching_sha2_password AS '", verifier.text(), "'");
  }
  return "";
}

std::string NamedIn(const std::vector<std::string>& names) {
  return absl::StrCat("WHERE Variable_name IN ('", absl::StrJoin(names, "', '"), "')");
}

}  // namespace

std::string SelectVersion() { return "SELECT VERSION()"; }

std::string SetUpSession() {
  // ANSI_QUOTES and the like would change what statements mean; without autocommit
  // a look at the account tables would hold them; the default waits are a day.
  return "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, "
         "time_zone = '+00:00', lock_wait_timeout = 10, innodb_lock_wait_timeout = 10";
}

std::string SelectReadOnly() {
  // super_read_only implies read_only.
  return "SELECT @@global.read_only, @@global.innodb_read_only";
}

std::string SelectIdentity(MysqlFlavour flavour) {
  if (flavour == MysqlFlavour::kMysql) return "SELECT @@global.server_uuid";
  // MariaDB has nothing like server_uuid: server_uid, of newer releases, is made of
  // the network card's address and the port. What stays as long as the data stays is
  // the second in which the table of accounts was made (restarts and mariadb-upgrade
  // leave it alone), and the folder tells apart servers that one script set up at
  // once. A physical copy of a server is taken for the server, as with PostgreSQL.
  return "SELECT CONCAT('mariadb-', LEFT(SHA2(CONCAT(UNIX_TIMESTAMP(CREATE_TIME), @@datadir), "
         "256), 32)) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' AND "
         "TABLE_NAME = 'global_priv'";
}

std::string KillQuery(uint64_t connection_id) { return absl::StrCat("KILL QUERY ", connection_id); }

std::string CreateDatabase(const Identifier& database) {
  return absl::StrCat("CREATE DATABASE IF NOT EXISTS ", Name(database), " CHARACTER SET utf8mb4");
}

std::string DropDatabase(const Identifier& database) {
  return absl::StrCat("DROP DATABASE IF EXISTS ", Name(database));
}

std::string FindDatabase(const Identifier& database) {
  return absl::StrCat("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ",
                      Text(database));
}

std::vector<std::string> DatabasePrivileges(MysqlFlavour flavour) {
  std::vector<std::string> privileges = {
      "SELECT",      "INSERT",  "UPDATE",         "DELETE",        "CREATE",
      "DROP",        "ALTER",   "INDEX",          "REFERENCES",    "CREATE TEMPORARY TABLES",
      "LOCK TABLES", "EXECUTE", "CREATE ROUTINE", "ALTER ROUTINE", "CREATE VIEW",
      "SHOW VIEW",   "TRIGGER", "EVENT"};
  if (flavour == MysqlFlavour::kMariadb) privileges.push_back("DELETE HISTORY");
  return privileges;
}

std::string CreateUser(const Identifier& user, const MysqlVerifier& verifier) {
  return absl::StrCat("CREATE USER ", Account(user), " ", IdentifiedBy(verifier));
}

std::string SetPassword(const Identifier& user, const MysqlVerifier& verifier) {
  return absl::StrCat("ALTER USER ", Account(user), " ", IdentifiedBy(verifier));
}

std::string SetPasswordAndUnlock(const Identifier& user, const MysqlVerifier& verifier) {
  return absl::StrCat(SetPassword(user, verifier), " ACCOUNT UNLOCK");
}

std::string Grant(MysqlFlavour flavour, const Identifier& user, const Identifier& database) {
  return absl::StrCat("GRANT ", absl::StrJoin(DatabasePrivileges(flavour), ", "), " ON ",
                      Name(database), ".* TO ", Account(user));
}

std::string LockUser(const Identifier& user) {
  return absl::StrCat("ALTER USER IF EXISTS ", Account(user), " ACCOUNT LOCK");
}

std::string DropUser(const Identifier& user) {
  return absl::StrCat("DROP USER IF EXISTS ", Account(user));
}

std::string FindUser(const Identifier& user) {
  return absl::StrCat("SELECT 1 FROM mysql.user WHERE User = ", Text(user), " AND Host = '%'");
}

std::string SelectDefinedObjects(const Identifier& user, const Identifier& database) {
  const auto part = [&](absl::string_view type, absl::string_view name, absl::string_view table,
                        absl::string_view schema) {
    return absl::StrCat("SELECT ", type, ", ", name, " FROM information_schema.", table, " WHERE ",
                        schema, " = ", Text(database), " AND DEFINER = ", Definer(user));
  };
  return absl::StrJoin({part("'VIEW'", "TABLE_NAME", "VIEWS", "TABLE_SCHEMA"),
                        part("ROUTINE_TYPE", "ROUTINE_NAME", "ROUTINES", "ROUTINE_SCHEMA"),
                        part("'TRIGGER'", "TRIGGER_NAME", "TRIGGERS", "TRIGGER_SCHEMA"),
                        part("'EVENT'", "EVENT_NAME", "EVENTS", "EVENT_SCHEMA")},
                       " UNION ALL ");
}

std::string SelectSessionsOfUser(const Identifier& user) {
  return absl::StrCat("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = ", Text(user));
}

std::string SelectSessionsOnDatabase(const Identifier& database) {
  return absl::StrCat(
      "SELECT ID FROM information_schema.PROCESSLIST WHERE (DB = ", Text(database),
      " OR USER IN (SELECT User FROM mysql.db WHERE Db = ", Text(database),
      ")) AND USER NOT IN ('system user', 'event_scheduler') AND ID <> CONNECTION_ID()");
}

std::string KillConnection(absl::string_view connection_id) {
  return absl::StrCat("KILL CONNECTION ", connection_id);
}

std::string SelectDatabases(const Identifier& installation) {
  return absl::StrCat(
      "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '_",
      installation.text(), "%' ORDER BY SCHEMA_NAME");
}

std::string SelectUsers(const Identifier& installation) {
  return absl::StrCat("SELECT User FROM mysql.user WHERE User LIKE '_", installation.text(),
                      "%' AND Host = '%' ORDER BY User");
}

std::string ShowGrants() { return "SHOW GRANTS"; }

std::string SelectCurrentUser() { return "SELECT CURRENT_USER()"; }

std::string ReadAccountTables(MysqlFlavour flavour) {
  const std::string common = "SELECT 1 FROM mysql.user, mysql.db";
  if (flavour == MysqlFlavour::kMysql) return absl::StrCat(common, " LIMIT 1");
  return absl::StrCat(common, ", mysql.global_priv LIMIT 1");
}

std::string ShowVariables(const std::vector<std::string>& names) {
  return absl::StrCat("SHOW GLOBAL VARIABLES ", NamedIn(names));
}

std::string ShowStatus(const std::vector<std::string>& names) {
  return absl::StrCat("SHOW GLOBAL STATUS ", NamedIn(names));
}

std::string SelectAnonymousAccounts() { return "SELECT Host FROM mysql.user WHERE User = ''"; }

std::string SelectPlugin(absl::string_view name) {
  return absl::StrCat(
      "SELECT PLUGIN_NAME, PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME = '",
      name, "'");
}

std::string SelectPasswordValidators() {
  return "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE "
         "PLUGIN_TYPE = 'PASSWORD VALIDATION' AND PLUGIN_STATUS = 'ACTIVE'";
}

}  // namespace eds::mysql_sql
