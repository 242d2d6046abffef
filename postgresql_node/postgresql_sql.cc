#include "postgresql_node/postgresql_sql.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "postgresql_node/postgresql_quoting.h"

namespace eds::sql {
namespace {

std::string Password(const PasswordVerifier& verifier) {
  return absl::StrCat("PASSWORD '", verifier.Reveal(), "'");
}

// What a user needs beside its membership in the role that owns the database.
std::string GrantAccess(const UserSpec& user) {
  return absl::Substitute(
      "ALTER ROLE $0 IN DATABASE $1 SET role TO $2; "
      "GRANT CONNECT, TEMPORARY ON DATABASE $1 TO $0",
      Name(user.name), Name(user.database.name), Text(user.database.owner));
}

}  // namespace

std::string SetUpSession() {
  return "SET search_path = pg_catalog; "
         "SET ROLE NONE; "
         "SET client_min_messages = error; "
         "SET standard_conforming_strings = on; "
         "SET lock_timeout = '10s'";
}

std::string SetUpTenantSession() {
  return absl::StrCat(SetUpSession(), "; SET default_transaction_read_only = off");
}

std::string SetStatementTimeout(absl::Duration timeout) {
  const int64_t milliseconds = absl::ToInt64Milliseconds(timeout);
  return absl::StrCat("SET statement_timeout = ",
                      std::clamp<int64_t>(milliseconds, 1, std::numeric_limits<int32_t>::max()));
}

std::string SelectWritable() {
  return "SELECT NOT pg_is_in_recovery() "
         "AND current_setting('default_transaction_read_only') = 'off'";
}

std::string SelectIdentity() { return "SELECT system_identifier FROM pg_control_system()"; }

std::string SelectAdministrator() {
  return "SELECT quote_ident(rolname), rolsuper, rolcreatedb, rolcreaterole, rolinherit, "
         "pg_has_role(oid, 'pg_signal_backend', 'USAGE') "
         "FROM pg_roles WHERE rolname = current_user";
}

std::string SelectSurroundings() {
  return "SELECT current_setting('max_connections'), "
         "(SELECT count(*) FROM pg_stat_activity WHERE usesysid IS NOT NULL), "
         "(SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template0'), "
         "current_setting('password_encryption'), "
         "current_setting('ssl'), "
         "has_database_privilege('public', current_database(), 'CONNECT')";
}

std::string SelectObjects(const Identifier& installation) {
  const std::string pattern = absl::StrCat("'^[a-z]", installation.text(), "'");
  return absl::StrCat("SELECT 'database', datname FROM pg_database WHERE datname ~ ", pattern,
                      " UNION ALL SELECT 'role', rolname FROM pg_roles WHERE rolname ~ ", pattern);
}

std::string SelectAgentSessions(LockKey key) {
  const auto bits = static_cast<uint64_t>(key);
  return absl::Substitute(
      "SELECT a.pid, a.application_name, r.rolname, coalesce(a.datname, ''), "
      "l.pid IS NOT NULL, me.rolsuper OR NOT r.rolsuper "
      "FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid "
      "JOIN pg_roles me ON me.rolname = current_user "
      "LEFT JOIN (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
      "AND classid = '$0'::oid AND objid = '$1'::oid AND objsubid = 1) l ON l.pid = a.pid "
      "WHERE a.pid <> pg_backend_pid() AND (r.oid = me.oid OR r.rolsuper OR r.rolcreaterole) "
      "AND (l.pid IS NOT NULL OR strpos(a.application_name, 'eds/') = 1)",
      bits >> 32, bits & 0xffffffff);
}

std::string EndAgentSessions(const std::vector<int>& pids) {
  return absl::Substitute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
      "WHERE pid IN ($0) AND strpos(application_name, 'eds/') = 1",
      absl::StrJoin(pids, ", "));
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

std::string CreateOwner(const Identifier& owner) {
  return absl::StrCat("CREATE ROLE ", Name(owner), " NOLOGIN; ", JoinRole(owner));
}

std::string JoinRole(const Identifier& role) {
  return absl::StrCat("GRANT ", Name(role), " TO CURRENT_USER");
}

std::string CreateDatabase(const DatabaseSpec& database) {
  return absl::Substitute("CREATE DATABASE $0 OWNER $1 TEMPLATE template0 ENCODING 'UTF8'",
                          Name(database.name), Name(database.owner));
}

std::string CloseToPublic(const Identifier& database) {
  return absl::StrCat("REVOKE ALL ON DATABASE ", Name(database), " FROM PUBLIC");
}

std::string SelectDatabase(const Identifier& database) {
  return absl::StrCat(
      "SELECT datallowconn AND datconnlimit = -1, datconnlimit = -2 FROM pg_database "
      "WHERE datname = ",
      Text(database));
}

std::string AllowConnections(const Identifier& database) {
  return absl::StrCat("ALTER DATABASE ", Name(database),
                      " ALLOW_CONNECTIONS true CONNECTION LIMIT -1");
}

std::string ForbidConnections(const Identifier& database) {
  return absl::StrCat("ALTER DATABASE ", Name(database), " ALLOW_CONNECTIONS false");
}

std::string DropDatabase(const Identifier& database) {
  return absl::StrCat("DROP DATABASE IF EXISTS ", Name(database));
}

std::string CreateUser(const UserSpec& user, const PasswordVerifier& verifier) {
  return absl::Substitute("CREATE ROLE $0 LOGIN NOINHERIT $1 IN ROLE $2; $3", Name(user.name),
                          Password(verifier), Name(user.database.owner), GrantAccess(user));
}

std::string CompleteUser(const UserSpec& user, const PasswordVerifier& verifier) {
  return absl::Substitute(
      "ALTER ROLE $0 LOGIN NOINHERIT CONNECTION LIMIT -1 $1 VALID UNTIL 'infinity'; GRANT $2 TO "
      "$0; $3",
      Name(user.name), Password(verifier), Name(user.database.owner), GrantAccess(user));
}

std::string SetPassword(const Identifier& user, const PasswordVerifier& verifier) {
  return absl::StrCat("ALTER ROLE ", Name(user), " ", Password(verifier));
}

std::string LockUser(const Identifier& user) {
  return absl::StrCat("ALTER ROLE ", Name(user), " NOLOGIN");
}

std::string EndSessions(absl::string_view condition) {
  return absl::StrCat(
      "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
      "LEFT JOIN pg_roles r ON r.oid = a.usesysid "
      "WHERE ",
      condition,
      " AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL "
      "AND (NOT coalesce(r.rolsuper, false) "
      "OR (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = current_user))");
}

std::string EndSessionsOfDatabase(const Identifier& database) {
  return EndSessions(absl::StrCat("a.datname = ", Text(database)));
}

std::string EndSessionsOfRole(RoleOid role) {
  return EndSessions(absl::StrCat("a.usesysid = ", role));
}

std::string SelectRole(const Identifier& role) {
  return absl::StrCat("SELECT oid FROM pg_roles WHERE rolname = ", Text(role));
}

std::string SelectDependencies(RoleOid role) {
  return absl::Substitute(
      "SELECT coalesce(d.datname, ''), count(*) FILTER (WHERE s.deptype = 'o') "
      "FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid "
      "WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $0 "
      "GROUP BY 1 ORDER BY 1",
      role);
}

std::string SelectOwnedObjects(RoleOid role) {
  return absl::Substitute(
      "SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend "
      "WHERE refclassid = 'pg_authid'::regclass AND refobjid = $0 AND deptype = 'o' "
      "AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) "
      "ORDER BY 1 LIMIT 20",
      role);
}

std::string AllowOwner(const DatabaseSpec& database) {
  return absl::StrCat("GRANT CONNECT ON DATABASE ", Name(database.name), " TO ",
                      Name(database.owner));
}

std::string HandOver(const Identifier& role, const Identifier& heir) {
  return absl::Substitute("$0; REASSIGN OWNED BY $1 TO $2; DROP OWNED BY $1", JoinRole(role),
                          Name(role), Name(heir));
}

std::string DropOwned(const Identifier& role) {
  return absl::StrCat(JoinRole(role), "; DROP OWNED BY ", Name(role));
}

std::string DropRole(const Identifier& role) {
  return absl::StrCat("DROP ROLE IF EXISTS ", Name(role));
}

}  // namespace eds::sql
