#include "mysql_node/mysql_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "common/admin_grants.h"

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

std::string Quote(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "''"}}), "'");
}

std::string IdentifiedBy(MysqlFlavour flavour, const std::vector<MysqlVerifier>& verifiers) {
  // MySQL's as text: hexadecimal is understood from 8.0.17 on only.
  const bool is_mariadb = flavour == MysqlFlavour::kMariadb;
  const absl::string_view as = is_mariadb ? " USING '" : " AS '";
  return absl::StrCat(
      " IDENTIFIED ", is_mariadb ? "VIA " : "WITH ",
      absl::StrJoin(verifiers, " OR ", [as](std::string* out, const MysqlVerifier& verifier) {
        absl::StrAppend(out, verifier.plugin(), as, verifier.text(), "'");
      }));
}

// All that can be limited, so that a repeat lifts what is not wanted.
std::string Limited(MysqlFlavour flavour, const UserOptions& options) {
  std::string limits =
      absl::StrCat(options.require_tls ? " REQUIRE SSL" : " REQUIRE NONE",
                   " WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 "
                   "MAX_USER_CONNECTIONS ",
                   options.connection_limit);
  if (flavour == MysqlFlavour::kMariadb) {
    const int64_t milliseconds = absl::ToInt64Milliseconds(options.statement_timeout);
    absl::StrAppendFormat(&limits, " MAX_STATEMENT_TIME %d.%03d", milliseconds / 1000,
                          milliseconds % 1000);
  }
  return limits;
}

// Numbers 0 to `count` - 1, as `n` of a table `name`. Without a CTE: MySQL 5.7 has none.
std::string Numbers(absl::string_view name, size_t count) {
  std::string table = "(SELECT 0 AS n";
  for (size_t n = 1; n < count; ++n) absl::StrAppend(&table, " UNION ALL SELECT ", n);
  return absl::StrCat(table, ") AS ", name);
}

std::string NamedIn(const std::vector<std::string>& names) {
  return absl::StrCat("WHERE Variable_name IN ('", absl::StrJoin(names, "', '"), "')");
}

// Scopes of locks, beside the ids of sessions.
constexpr absl::string_view kClaim = "claim";
constexpr absl::string_view kConfirmed = "claim/confirmed";

std::string LockName(const MysqlClaimRecord& record, absl::string_view scope) {
  return absl::StrCat("eds/", record.lock_name(), "/", scope);
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

std::string SetUpSession(const MysqlVersion& version) {
  // ANSI_QUOTES and the like would change what statements mean; without autocommit
  // a look at the account tables would hold them; the default waits are a day.
  return absl::StrCat("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION",
                      GrantsCreateAccounts(version) ? ",NO_AUTO_CREATE_USER" : "",
                      "', autocommit = 1, time_zone = '+00:00', lock_wait_timeout = 10, "
                      "innodb_lock_wait_timeout = 10");
}

std::string SelectReadOnly(const absl::optional<Identifier>& database) {
  // super_read_only implies read_only.
  return absl::StrCat("SELECT @@global.read_only, @@global.innodb_read_only",
                      database ? absl::StrCat(" FROM information_schema.SCHEMATA WHERE "
                                              "SCHEMA_NAME = ",
                                              Text(*database))
                               : "");
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

std::string CreateDatabase(const DatabaseSpec& database) {
  const DatabaseOptions& options = database.options;
  return absl::StrCat(
      "CREATE DATABASE IF NOT EXISTS ", Name(database.name), " CHARACTER SET ",
      options.character_set.empty() ? "utf8mb4" : Quote(options.character_set),
      options.collation.empty() ? "" : absl::StrCat(" COLLATE ", Quote(options.collation)));
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

std::string SelectGrantees(const MysqlVersion& version, const Identifier& database,
                           bool wildcards_are_literal) {
  const std::string matches = wildcards_are_literal ? absl::StrCat("Db = ", Text(database))
                                                    : absl::StrCat(Text(database), " LIKE Db");
  const absl::string_view roles =
      version.flavour == MysqlFlavour::kMariadb
          ? "SELECT CONCAT(Role, '@') FROM mysql.roles_mapping WHERE CONCAT(User, '@', Host)"
          : "SELECT CONCAT(FROM_USER, '@', FROM_HOST) FROM mysql.role_edges WHERE "
            "CONCAT(TO_USER, '@', TO_HOST)";
  return absl::StrCat("SELECT DISTINCT User, Host FROM mysql.db WHERE ", matches,
                      " AND CONCAT(User, '@', Host) <> CURRENT_USER()",
                      HasRoles(version) ? absl::StrCat(" AND CONCAT(User, '@', Host) NOT IN (",
                                                       roles, " = CURRENT_USER())")
                                        : "",
                      " ORDER BY User, Host");
}

std::vector<std::string> DatabasePrivileges(MysqlFlavour flavour, Role role) {
  if (role == Role::kReadOnly) return {"SELECT", "SHOW VIEW"};
  if (role == Role::kReadWrite) {
    return {"SELECT",      "INSERT",  "UPDATE",   "DELETE", "CREATE TEMPORARY TABLES",
            "LOCK TABLES", "EXECUTE", "SHOW VIEW"};
  }
  return AdminDatabasePrivileges(flavour == MysqlFlavour::kMariadb ? ServerProduct::kMariadb
                                                                   : ServerProduct::kMysql);
}

std::string CreateUser(MysqlFlavour flavour, const UserSpec& user,
                       const std::vector<MysqlVerifier>& verifiers) {
  return absl::StrCat("CREATE USER ", Account(user.name), IdentifiedBy(flavour, verifiers),
                      Limited(flavour, user.options));
}

std::string PrepareUser(MysqlFlavour flavour, const Identifier& user,
                        const std::vector<MysqlVerifier>& verifiers) {
  return absl::StrCat("CREATE USER ", Account(user), IdentifiedBy(flavour, verifiers),
                      " ACCOUNT LOCK");
}

std::string SetPassword(MysqlFlavour flavour, const Identifier& user,
                        const std::vector<MysqlVerifier>& verifiers) {
  return absl::StrCat("ALTER USER ", Account(user), IdentifiedBy(flavour, verifiers));
}

std::string SetPasswordBeside(const Identifier& user, const MysqlVerifier& verifier) {
  return absl::StrCat(SetPassword(MysqlFlavour::kMysql, user, {verifier}),
                      " RETAIN CURRENT PASSWORD");
}

std::string DiscardSecondPassword(const Identifier& user) {
  return absl::StrCat("ALTER USER ", Account(user), " DISCARD OLD PASSWORD");
}

std::string SelectPasswords(const Identifier& user) {
  return absl::StrCat(
      "SELECT plugin, authentication_string, "
      "JSON_UNQUOTE(JSON_EXTRACT(User_attributes, '$.additional_password')), "
      "password_expired = 'Y' FROM mysql.user WHERE User = ",
      Text(user), " AND Host = '%'");
}

std::string SetOptionsAndUnlock(MysqlFlavour flavour, const UserSpec& user) {
  return absl::StrCat("ALTER USER ", Account(user.name), Limited(flavour, user.options),
                      " ACCOUNT UNLOCK");
}

std::string Grant(MysqlFlavour flavour, const UserSpec& user) {
  return absl::StrCat("GRANT ", absl::StrJoin(DatabasePrivileges(flavour, user.role), ", "), " ON ",
                      AllOf(user.database.name), " TO ", Account(user.name));
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

std::string SelectAccount(const MysqlVersion& version, const Identifier& user) {
  constexpr absl::string_view kLimits =
      "password_expired = 'Y', ssl_type <> '', ssl_type NOT IN ('', 'ANY') OR max_questions <> 0 "
      "OR max_updates <> 0 OR max_connections <> 0 FROM mysql.user AS account";
  const std::string where =
      absl::StrCat(" WHERE account.User = ", Text(user), " AND account.Host = '%'");
  if (version.flavour == MysqlFlavour::kMysql) {
    const absl::string_view second =
        HasSecondPassword(version)
            ? "IF(JSON_CONTAINS_PATH(User_attributes, 'one', '$.additional_password'), "
              "JSON_ARRAY(plugin), '')"
            : "''";
    return absl::StrCat("SELECT plugin, ", second,
                        ", max_user_connections, 0, account_locked = 'Y', ", kLimits, where);
  }
  return absl::StrCat(
      "SELECT plugin, JSON_EXTRACT(Priv, '$.auth_or[*].plugin'), max_user_connections, "
      "ROUND(max_statement_time * 1000), IFNULL(JSON_VALUE(Priv, '$.account_locked'), 0), ",
      kLimits,
      " JOIN mysql.global_priv AS private ON private.User = account.User AND private.Host = "
      "account.Host",
      where);
}

std::string ShowGrantsOf(const Identifier& user) {
  return absl::StrCat("SHOW GRANTS FOR ", Account(user));
}

std::string Revoke(absl::string_view privileges, absl::string_view object, const Identifier& user) {
  const std::string on = object.empty() ? "" : absl::StrCat(" ON ", object);
  return absl::StrCat("REVOKE ", privileges, on, " FROM ", Account(user));
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
  return absl::StrCat("SELECT n, c FROM (SELECT place.n, SUBSTRING('", MysqlClaimRecord::kLetters,
                      "', letter.n + 1, 1) AS c FROM ",
                      Numbers("place", MysqlClaimRecord::kMaxLength), " JOIN ",
                      Numbers("letter", MysqlClaimRecord::kLetters.size()),
                      ") AS spelling WHERE IS_USED_LOCK(CONCAT('", LockName(record, scope),
                      "/', n, '/', c)) = ", session, " ORDER BY n");
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

std::string SelectOwnAccount(MysqlFlavour flavour) {
  const bool is_mariadb = flavour == MysqlFlavour::kMariadb;
  return absl::StrCat("SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)), ",
                      is_mariadb ? "JSON_VALUE(Priv, '$.plugin'), JSON_EXISTS(Priv, '$.auth_or') "
                                   "FROM mysql.global_priv "
                                 : "plugin, 0 FROM mysql.user ",
                      "WHERE CONCAT(User, '@', Host) = CURRENT_USER()");
}

std::string SetOwnPassword(absl::string_view account, MysqlFlavour flavour,
                           const MysqlVerifier& verifier) {
  return absl::StrCat("ALTER USER ", account, IdentifiedBy(flavour, {verifier}));
}

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
