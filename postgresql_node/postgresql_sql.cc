#include "postgresql_node/postgresql_sql.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "postgresql_node/postgresql_groups.h"
#include "postgresql_node/postgresql_quoting.h"

namespace eds::sql {
namespace {

std::string Password(const PasswordVerifier& verifier) {
  return absl::StrCat("PASSWORD '", verifier.Reveal(), "'");
}

int64_t Milliseconds(absl::Duration timeout) {
  return std::clamp<int64_t>(absl::ToInt64Milliseconds(timeout), 1,
                             std::numeric_limits<int32_t>::max());
}

int Limit(int connections) { return connections == 0 ? -1 : connections; }

std::string Inheritance(Role role) { return role == Role::kOwner ? "NOINHERIT" : "INHERIT"; }

std::string Setting(const Identifier& user, const DatabaseSpec& database,
                    absl::string_view change) {
  return absl::Substitute("; ALTER ROLE $0 IN DATABASE $1 $2", Name(user), Name(database.name),
                          change);
}

std::string Setting(const UserSpec& user, absl::string_view change) {
  return Setting(user.name, user.database, change);
}

// What an owner needs beside its membership in the owning group: it has no privileges but
// those of the role that it acts as.
std::string ActAsOwner(const Identifier& user, const DatabaseSpec& database) {
  return absl::StrCat(Setting(user, database, absl::StrCat("SET role TO ", Text(database.owner))),
                      "; GRANT CONNECT, TEMPORARY ON DATABASE ", Name(database.name), " TO ",
                      Name(user));
}

std::string OwnersRights(const Identifier& user, const DatabaseSpec& database) {
  return absl::StrCat("; GRANT ", Name(database.owner), " TO ", Name(user),
                      ActAsOwner(user, database));
}

std::string TimeLimit(const UserSpec& user) {
  if (user.options.statement_timeout <= absl::ZeroDuration()) return "";
  return Setting(user, absl::StrCat("SET statement_timeout TO ",
                                    Milliseconds(user.options.statement_timeout)));
}

// What a user needs beside its membership in its group. The groups may connect.
std::string Equip(const Dialect& dialect, const UserSpec& user) {
  std::string sql;
  if (user.role == Role::kOwner) {
    absl::StrAppend(&sql, ActAsOwner(user.name, user.database));
  }
  if (user.role == Role::kReadOnly && dialect.opens_public_schema()) {
    absl::StrAppend(&sql, Setting(user, "SET default_transaction_read_only TO on"));
  }
  return absl::StrCat(sql, TimeLimit(user));
}

// Whether a session `a` of somebody else's has the object locked, in a transaction that
// says something of it.
std::string Locks(const Dialect& dialect, absl::string_view catalog, absl::string_view oid) {
  return absl::Substitute(
      "(r.rolname <> current_user AND a.$0 IN (SELECT l.pid FROM pg_locks l "
      "WHERE l.locktype = 'object' AND l.classid = '$1'::regclass AND l.objid = $2))",
      dialect.Pid(), catalog, oid);
}

// Matches the names of an installation's objects.
std::string OursPattern(const Identifier& installation) {
  return absl::StrCat("'^[a-z]", installation.text(), "'");
}

}  // namespace

std::string SetUpSession(const Dialect& dialect) {
  return absl::StrCat(
      "SET search_path = pg_catalog; "
      "SET ROLE NONE; "
      "SET client_min_messages = error; "
      "SET standard_conforming_strings = on",
      dialect.has_lock_timeout() ? "; SET lock_timeout = '10s'" : "");
}

std::string SetUpTenantSession(const Dialect& dialect) {
  return absl::StrCat(SetUpSession(dialect), "; SET default_transaction_read_only = off");
}

std::string SetStatementTimeout(absl::Duration timeout) {
  return absl::StrCat("SET statement_timeout = ", Milliseconds(timeout));
}

std::string SelectWritable() {
  return "SELECT NOT pg_is_in_recovery() "
         "AND current_setting('default_transaction_read_only') = 'off'";
}

std::string SelectIdentity(const Dialect& dialect) {
  if (dialect.has_control_functions()) return "SELECT system_identifier FROM pg_control_system()";
  // Its first eight bytes are the same number.
  return "SELECT encode(pg_read_binary_file('global/pg_control', 0, 8), 'hex')";
}

std::string SelectAdministrator(const Dialect& dialect) {
  return absl::StrCat(
      "SELECT quote_ident(rolname), rolsuper, rolcreatedb, rolcreaterole, rolinherit, ",
      dialect.has_signal_role() ? "pg_has_role(oid, 'pg_signal_backend', 'USAGE')" : "rolsuper",
      " FROM pg_roles WHERE rolname = current_user");
}

std::string SelectSurroundings() {
  return "SELECT current_setting('max_connections'), "
         "(SELECT count(*) FROM pg_stat_activity WHERE usesysid IS NOT NULL), "
         "(SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template0'), "
         "current_setting('password_encryption'), "
         "current_setting('ssl'), "
         "has_database_privilege('public', current_database(), 'CONNECT')";
}

std::string CountRolesOutOfReach(const Identifier& installation) {
  return absl::StrCat("SELECT count(*) FROM pg_roles WHERE rolname ~ ", OursPattern(installation),
                      " AND NOT pg_has_role(oid, 'USAGE WITH ADMIN OPTION')");
}

std::string GrantRolesTo(absl::string_view administrator, const Identifier& installation) {
  return absl::Substitute(
      "DO $$$$ DECLARE r name; BEGIN FOR r IN SELECT rolname FROM pg_roles WHERE rolname ~ $1 "
      "LOOP EXECUTE format('GRANT %I TO $0 WITH ADMIN OPTION', r); END LOOP; END $$$$",
      absl::StrReplaceAll(administrator, {{"'", "''"}, {"%", "%%"}}), OursPattern(installation));
}

std::string SelectObjects(const Identifier& installation) {
  const std::string pattern = OursPattern(installation);
  return absl::StrCat("SELECT 'database', datname FROM pg_database WHERE datname ~ ", pattern,
                      " UNION ALL SELECT 'role', rolname FROM pg_roles WHERE rolname ~ ", pattern);
}

std::string SelectAgentSessions(const Dialect& dialect, LockKey key) {
  const auto bits = static_cast<uint64_t>(key);
  return absl::Substitute(
      "SELECT a.$2, a.application_name, r.rolname, coalesce(a.datname, ''), "
      "l.pid IS NOT NULL, me.rolsuper OR NOT r.rolsuper "
      "FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid "
      "JOIN pg_roles me ON me.rolname = current_user "
      "LEFT JOIN (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
      "AND classid = '$0'::oid AND objid = '$1'::oid AND objsubid = 1) l ON l.pid = a.$2 "
      "WHERE a.$2 <> pg_backend_pid() AND (r.oid = me.oid OR r.rolsuper OR r.rolcreaterole) "
      "AND (l.pid IS NOT NULL OR strpos(a.application_name, 'eds/') = 1)",
      bits >> 32, bits & 0xffffffff, dialect.Pid());
}

std::string EndAgentSessions(const Dialect& dialect, const std::vector<int>& pids) {
  return absl::Substitute(
      "SELECT pg_terminate_backend($1) FROM pg_stat_activity "
      "WHERE $1 IN ($0) AND strpos(application_name, 'eds/') = 1",
      absl::StrJoin(pids, ", "), dialect.Pid());
}

std::string EndIntruders(const Dialect& dialect, LockKey key) {
  const auto bits = static_cast<uint64_t>(key);
  return absl::Substitute(
      "SELECT pg_terminate_backend(a.$2) FROM pg_stat_activity a "
      "JOIN pg_roles r ON r.oid = a.usesysid "
      "WHERE r.rolname <> current_user AND NOT r.rolsuper AND NOT r.rolcreaterole "
      "AND a.$2 IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' "
      "AND classid = '$0'::oid AND objid = '$1'::oid AND objsubid = 1)",
      bits >> 32, bits & 0xffffffff, dialect.Pid());
}

std::string TryLock(LockKey key) {
  return absl::Substitute("SELECT pg_try_advisory_lock($0)", key);
}

std::string TrySharedLock(LockKey key) {
  return absl::Substitute("SELECT pg_try_advisory_lock_shared($0)", key);
}

std::string ShareLock(LockKey key) {
  return absl::Substitute("SELECT pg_advisory_lock_shared($0); SELECT pg_advisory_unlock($0)", key);
}

std::string SetOwnPassword(const Dialect& dialect, const PasswordVerifier& verifier) {
  return absl::StrCat("ALTER ROLE ", dialect.Ourselves(), " ", Password(verifier));
}

std::string CreateOwner(const Dialect& dialect, const Identifier& owner) {
  return absl::StrCat("CREATE ROLE ", Name(owner), " NOLOGIN; ", JoinRole(dialect, owner));
}

std::string JoinRole(const Dialect& dialect, const Identifier& role) {
  return absl::StrCat("GRANT ", Name(role), " TO ", dialect.Ourselves());
}

std::string CreateDatabase(const Dialect& dialect, const DatabaseSpec& database) {
  const DatabaseOptions& options = database.options;
  std::string sql = absl::Substitute("CREATE DATABASE $0 OWNER $1 TEMPLATE template0 ENCODING '$2'",
                                     Name(database.name), Name(database.owner),
                                     options.encoding.empty() ? "UTF8" : options.encoding);
  if (!options.locale.empty()) {
    absl::StrAppend(&sql, dialect.has_locale_provider() ? " LOCALE_PROVIDER libc" : "",
                    " LC_COLLATE '", options.locale, "' LC_CTYPE '", options.locale, "'");
  }
  if (options.connection_limit > 0) {
    absl::StrAppend(&sql, " CONNECTION LIMIT ", options.connection_limit);
  }
  return sql;
}

std::string CloseToPublic(const Identifier& database) {
  return absl::StrCat("REVOKE ALL ON DATABASE ", Name(database), " FROM PUBLIC");
}

std::string SelectDatabase(const DatabaseSpec& database) {
  return absl::Substitute(
      "SELECT datallowconn AND datconnlimit = $1, datconnlimit = -2 FROM pg_database "
      "WHERE datname = $0",
      Text(database.name), Limit(database.options.connection_limit));
}

std::string AllowConnections(const Dialect& dialect, const DatabaseSpec& database) {
  const std::string limit =
      absl::StrCat(" CONNECTION LIMIT ", Limit(database.options.connection_limit));
  if (dialect.has_allow_connections()) {
    return absl::StrCat("ALTER DATABASE ", Name(database.name), " ALLOW_CONNECTIONS true", limit);
  }
  return absl::StrCat("UPDATE pg_database SET datallowconn = true WHERE datname = ",
                      Text(database.name), "; ALTER DATABASE ", Name(database.name), limit);
}

std::string ForbidConnections(const Dialect& dialect, const Identifier& database) {
  if (dialect.has_allow_connections()) {
    return absl::StrCat("ALTER DATABASE ", Name(database),
                        " ALLOW_CONNECTIONS false IS_TEMPLATE false");
  }
  return absl::StrCat(
      "UPDATE pg_database SET datallowconn = false, datistemplate = false WHERE datname = ",
      Text(database));
}

std::string DropDatabase(const Identifier& database) {
  return absl::StrCat("DROP DATABASE IF EXISTS ", Name(database));
}

std::string CreateUser(const Dialect& dialect, const UserSpec& user,
                       const PasswordVerifier& verifier) {
  const int limit = user.options.connection_limit;
  return absl::StrCat("CREATE ROLE ", Name(user.name), " LOGIN ", Inheritance(user.role),
                      limit > 0 ? absl::StrCat(" CONNECTION LIMIT ", limit) : "", " ",
                      Password(verifier), " IN ROLE ", Name(GroupOf(user.database, user.role)),
                      Equip(dialect, user));
}

std::string CompleteUser(const Dialect& dialect, const UserSpec& user,
                         const PasswordVerifier& verifier) {
  return absl::Substitute(
      "ALTER ROLE $0 LOGIN $1 CONNECTION LIMIT $2 $3 VALID UNTIL 'infinity'; GRANT $4 TO $0$5$6",
      Name(user.name), Inheritance(user.role), Limit(user.options.connection_limit),
      Password(verifier), Name(GroupOf(user.database, user.role)),
      user.role == Role::kOwner ? "" : Setting(user, "RESET role"), Equip(dialect, user));
}

std::string PrepareUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                        const PasswordVerifier& verifier) {
  return absl::StrCat("CREATE ROLE ", Name(user), " NOLOGIN NOINHERIT ", Password(verifier),
                      database ? OwnersRights(user, *database) : "");
}

std::string PrepareUserAgain(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                             const PasswordVerifier& verifier) {
  return absl::StrCat("ALTER ROLE ", Name(user), " NOLOGIN NOINHERIT ", Password(verifier),
                      " VALID UNTIL 'infinity'", database ? OwnersRights(user, *database) : "");
}

std::string AdmitUser(const Dialect& dialect, const UserSpec& user, Rights rights) {
  const std::string unlock =
      absl::StrCat("ALTER ROLE ", Name(user.name), " LOGIN ", Inheritance(user.role),
                   " CONNECTION LIMIT ", Limit(user.options.connection_limit));
  if (rights == Rights::kGranted) return absl::StrCat(unlock, TimeLimit(user));
  return absl::StrCat(unlock, "; GRANT ", Name(GroupOf(user.database, user.role)), " TO ",
                      Name(user.name), Equip(dialect, user));
}

std::string SetPassword(const Identifier& user, const PasswordVerifier& verifier) {
  return absl::StrCat("ALTER ROLE ", Name(user), " ", Password(verifier));
}

std::string LockUser(const Identifier& user) {
  return absl::StrCat("ALTER ROLE ", Name(user), " NOLOGIN");
}

std::string EndSessions(const Dialect& dialect, absl::string_view condition) {
  return absl::Substitute(
      "SELECT count(pg_terminate_backend(a.$1)) FROM pg_stat_activity a "
      "LEFT JOIN pg_roles r ON r.oid = a.usesysid "
      "WHERE $0 AND a.$1 <> pg_backend_pid() AND a.usesysid IS NOT NULL "
      "AND (NOT coalesce(r.rolsuper, false) "
      "OR (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = current_user))",
      condition, dialect.Pid());
}

std::string EndSessionsOfDatabase(const Dialect& dialect, const Identifier& database) {
  const std::string oid =
      absl::StrCat("(SELECT oid FROM pg_database WHERE datname = ", Text(database), ")");
  return EndSessions(dialect, absl::StrCat("(a.datname = ", Text(database), " OR ",
                                           Locks(dialect, "pg_database", oid), ")"));
}

std::string EndSessionsOfRole(const Dialect& dialect, RoleOid role) {
  return EndSessions(dialect, absl::StrCat("a.usesysid = ", role));
}

std::string EndSessionsThatLockRole(const Dialect& dialect, RoleOid role) {
  return EndSessions(dialect, Locks(dialect, "pg_authid", absl::StrCat(role)));
}

std::string EndSessionsThatAlterRole(const Dialect& dialect, const Identifier& role) {
  return EndSessions(
      dialect, absl::Substitute("(r.rolname = $0 AND a.$1 IN (SELECT l.pid FROM pg_locks l WHERE "
                                "l.relation = 'pg_authid'::regclass AND l.mode = "
                                "'RowExclusiveLock'))",
                                Text(role), dialect.Pid()));
}

std::string SelectProcess(const Dialect& dialect, int process) {
  return absl::Substitute("SELECT count(*) FROM pg_stat_activity WHERE $0 = $1", dialect.Pid(),
                          process);
}

std::string SelectEntrance(const std::string& database) {
  return absl::StrCat(
      "SELECT format('GRANT CONNECT ON DATABASE %I TO %I', datname, pg_get_userbyid(datdba)), "
      "CASE WHEN datconnlimit >= 0 THEN "
      "format('ALTER DATABASE %I CONNECTION LIMIT -1', datname) END, "
      "format('ALTER DATABASE %I CONNECTION LIMIT %s', datname, datconnlimit) "
      "FROM pg_database WHERE datname = ",
      Literal(database));
}

std::string SelectRole(const Identifier& role) {
  return absl::StrCat("SELECT oid FROM pg_roles WHERE rolname = ", Text(role));
}

}  // namespace eds::sql
