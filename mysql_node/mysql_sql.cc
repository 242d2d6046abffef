#include "mysql_node/mysql_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace eds::mysql_sql {
namespace {

std::string Account(const Identifier& user) { return absl::StrCat("'", user.text(), "'@'%'"); }

// As information_schema writes the account.
std::string Definer(const Identifier& user) { return absl::StrCat("'", user.text(), "@%'"); }

std::string Name(const Identifier& database) { return absl::StrCat("`", database.text(), "`"); }

// As grants on it are kept: not those on what else it would match.
std::string Pattern(const Identifier& database) {
  return absl::StrReplaceAll(database.text(), {{"_", "\\_"}});
}

std::string Text(const Identifier& name) { return absl::StrCat("'", name.text(), "'"); }

std::string IdentifiedBy(const MysqlVerifier& verifier) {
  const bool is_mariadb = verifier.flavour() == MysqlFlavour::kMariadb;
  // MySQL's as text: hexadecimal is understood from 8.0.17 on only.
  return absl::StrCat("IDENTIFIED ", is_mariadb ? "VIA " : "WITH ",
                      MysqlVerifier::PluginOf(verifier.flavour()),
                      is_mariadb ? " USING '" : " AS '", verifier.text(), "'");
}

std::string NamedIn(const std::vector<std::string>& names) {
  return absl::StrCat("WHERE Variable_name IN ('", absl::StrJoin(names, "', '"), "')");
}

// Scopes of locks, beside the ids of sessions.
constexpr absl::string_view kClaim = "claim";
constexpr absl::string_view kConfirmed = "claim/confirmed";

std::string LockName(const MysqlClaimRecord& record, absl::string_view scope) {
  return absl::StrCat("eds/", record.installation(), "/", scope);
}

// One lock for each letter of the record.
std::vector<std::string> Spell(const MysqlClaimRecord& record, absl::string_view scope) {
  std::vector<std::string> locks;
  for (size_t i = 0; i < record.text().size(); ++i) {
    locks.push_back(absl::StrCat(LockName(record, scope), "/", i, "/", record.text().substr(i, 1)));
  }
  return locks;
}

std::string Take(absl::string_view lock, int wait_seconds) {
  return absl::StrCat("GET_LOCK('", lock, "', ", wait_seconds, ")");
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

std::string AllOf(const Identifier& database) {
  return absl::StrCat("`", Pattern(database), "`.*");
}

std::string SelectGrantees(MysqlFlavour flavour, const Identifier& database,
                           bool wildcards_are_literal) {
  const std::string matches = wildcards_are_literal ? absl::StrCat("Db = ", Text(database))
                                                    : absl::StrCat(Text(database), " LIKE Db");
  const absl::string_view roles =
      flavour == MysqlFlavour::kMariadb
          ? "SELECT CONCAT(Role, '@') FROM mysql.roles_mapping WHERE CONCAT(User, '@', Host)"
          : "SELECT CONCAT(FROM_USER, '@', FROM_HOST) FROM mysql.role_edges WHERE "
            "CONCAT(TO_USER, '@', TO_HOST)";
  return absl::StrCat("SELECT DISTINCT User, Host FROM mysql.db WHERE ", matches,
                      " AND CONCAT(User, '@', Host) <> CURRENT_USER() AND CONCAT(User, '@', Host) "
                      "NOT IN (",
                      roles, " = CURRENT_USER()) ORDER BY User, Host");
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
                      AllOf(database), " TO ", Account(user));
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

std::string SelectAccount(MysqlFlavour flavour, const Identifier& user) {
  const absl::string_view limits =
      "max_questions <> 0 OR max_updates <> 0 OR max_connections <> 0 OR max_user_connections <> 0";
  const std::string where =
      absl::StrCat(" WHERE account.User = ", Text(user), " AND account.Host = '%'");
  if (flavour == MysqlFlavour::kMysql) {
    return absl::StrCat("SELECT plugin, 0, account_locked = 'Y', password_expired = 'Y', ", limits,
                        " FROM mysql.user AS account", where);
  }
  return absl::StrCat(
      "SELECT plugin, JSON_EXISTS(Priv, '$.auth_or[*].plugin'), "
      "IFNULL(JSON_VALUE(Priv, '$.account_locked'), 0), password_expired = 'Y', ",
      limits,
      " OR max_statement_time <> 0 FROM mysql.user AS account JOIN mysql.global_priv AS private "
      "ON private.User = account.User AND private.Host = account.Host",
      where);
}

std::string ShowGrantsOf(const Identifier& user) {
  return absl::StrCat("SHOW GRANTS FOR ", Account(user));
}

std::string Revoke(absl::string_view privileges, absl::string_view object, const Identifier& user) {
  const std::string on = object.empty() ? "" : absl::StrCat(" ON ", object);
  return absl::StrCat("REVOKE ", privileges, on, " FROM ", Account(user));
}

std::string LiftLimits(MysqlFlavour flavour, const Identifier& user) {
  return absl::StrCat(
      "ALTER USER ", Account(user),
      " WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 "
      "MAX_USER_CONNECTIONS 0",
      flavour == MysqlFlavour::kMariadb ? " MAX_STATEMENT_TIME 0" : "");
}

std::string SelectSessionsOfUser(const Identifier& user) {
  return absl::StrCat("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = ", Text(user));
}

std::string SelectSessionsOnDatabase(const Identifier& database) {
  return absl::StrCat(
      "SELECT ID FROM information_schema.PROCESSLIST WHERE (DB = ", Text(database),
      " OR USER IN (SELECT User FROM mysql.db WHERE Db IN (", Text(database), ", '",
      absl::StrReplaceAll(Pattern(database), {{"\\", "\\\\"}}),
      "'))) AND USER NOT IN ('system user', 'event_scheduler') AND ID <> CONNECTION_ID()");
}

std::string KillConnection(absl::string_view connection_id) {
  return absl::StrCat("KILL CONNECTION ", connection_id);
}

std::string KeepIdleSession() {
  // The most that all servers take.
  return "SET SESSION wait_timeout = 2147483";
}

std::string SelectConnectionId() { return "SELECT CONNECTION_ID()"; }

std::string TakeClaim(const MysqlClaimRecord& record) {
  // The first decides. The others are free, or held by a session that is about to end.
  std::vector<std::string> locks = {Take(LockName(record, kClaim), 0)};
  for (const std::string& lock : Spell(record, kClaim)) locks.push_back(Take(lock, 1));
  return absl::StrCat("SELECT ", absl::StrJoin(locks, " AND "));
}

std::string ConfirmClaim(const MysqlClaimRecord& record) {
  return absl::StrCat("SELECT ", Take(LockName(record, kConfirmed), 1));
}

std::string MarkSession(const MysqlClaimRecord& record, absl::string_view session) {
  std::vector<std::string> locks;
  for (const std::string& lock : Spell(record, session)) locks.push_back(Take(lock, 0));
  locks.push_back(Take(LockName(record, session), 0));  // Last: it promises the others.
  return absl::StrCat("SELECT ", absl::StrJoin(locks, " AND "));
}

std::string SelectHoldersOfClaim(const MysqlClaimRecord& record) {
  std::vector<std::string> locks = Spell(record, kClaim);
  locks.push_back(LockName(record, kClaim));
  locks.push_back(LockName(record, kConfirmed));
  return absl::StrCat("SELECT IS_USED_LOCK('", absl::StrJoin(locks, "'), IS_USED_LOCK('"), "')");
}

std::string SelectClaimant(const MysqlClaimRecord& record) {
  return absl::StrCat(
      "SELECT ID, USER, HOST FROM information_schema.PROCESSLIST WHERE ID = "
      "IS_USED_LOCK('",
      LockName(record, kClaim), "') AND ID <> CONNECTION_ID()");
}

std::string SelectMarkedSessions(const MysqlClaimRecord& record) {
  return absl::StrCat(
      "SELECT ID, USER, HOST FROM information_schema.PROCESSLIST WHERE IS_USED_LOCK(CONCAT('",
      LockName(record, ""), "', ID)) = ID");
}

std::string SelectRecord(const MysqlClaimRecord& record, absl::string_view scope,
                         absl::string_view session) {
  return absl::StrCat(
      "WITH RECURSIVE place (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place WHERE n < ",
      MysqlClaimRecord::kMaxLength - 1,
      "), ordinal (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ordinal WHERE n < ",
      MysqlClaimRecord::kLetters.size(), "), letter (c) AS (SELECT SUBSTRING('",
      MysqlClaimRecord::kLetters,
      "', n, 1) FROM ordinal) SELECT n, c FROM place JOIN letter WHERE IS_USED_LOCK(CONCAT('",
      LockName(record, scope), "/', n, '/', c)) = ", session, " ORDER BY n");
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
