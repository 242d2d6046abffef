#include "postgresql_node/postgresql_inspection_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "postgresql_node/postgresql_groups.h"
#include "postgresql_node/postgresql_quoting.h"

namespace eds::sql {
namespace {

// Whether the user `u` has a setting `s`, as in "role=o1", in the database `d`.
std::string HasSetting(absl::string_view condition) {
  return absl::StrCat(
      "EXISTS (SELECT 1 FROM (SELECT unnest(setconfig) AS s FROM pg_db_role_setting "
      "WHERE setrole = u.oid AND setdatabase = d.oid) c WHERE ",
      condition, ")");
}

}  // namespace

std::string SelectDatabaseState(const DatabaseSpec& database) {
  return absl::Substitute(
      "SELECT pg_get_userbyid(d.datdba), d.datallowconn, d.datconnlimit, d.datistemplate, "
      "d.datacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(d.datacl) WHERE grantee = 0), "
      "o.oid IS NOT NULL, coalesce(pg_has_role(o.oid, 'USAGE'), false) "
      "FROM pg_database d LEFT JOIN pg_roles o ON o.rolname = $1 WHERE d.datname = $0",
      Text(database.name), Text(database.owner));
}

std::string SelectUserState(const UserSpec& user) {
  const bool is_owner = user.role == Role::kOwner;
  const int64_t timeout = absl::ToInt64Milliseconds(user.options.statement_timeout);
  return absl::Substitute(
      "SELECT EXISTS (SELECT 1 FROM pg_auth_members WHERE member = u.oid AND roleid = g.oid), "
      "(SELECT count(DISTINCT privilege_type) FROM aclexplode(d.datacl) "
      "WHERE grantee = $3.oid AND privilege_type IN ($4)) = $5, $6, $7, d.oid IS NOT NULL "
      "FROM pg_roles u LEFT JOIN pg_roles g ON g.rolname = $2 "
      "LEFT JOIN pg_database d ON d.datname = $1 WHERE u.rolname = $0",
      Text(user.name), Text(user.database.name), Text(GroupOf(user.database, user.role)),
      is_owner ? "u" : "g", user.role == Role::kReadOnly ? "'CONNECT'" : "'CONNECT', 'TEMPORARY'",
      user.role == Role::kReadOnly ? 1 : 2,
      is_owner ? HasSetting(absl::StrCat("s = 'role=", user.database.owner.text(), "'"))
               : absl::StrCat("NOT ", HasSetting("s LIKE 'role=%'")),
      timeout > 0 ? HasSetting(absl::StrCat("s = 'statement_timeout=", timeout, "'")) : "true");
}

std::string SelectAttributes(const Dialect& dialect, const Identifier& role) {
  return absl::Substitute(
      "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, $1, rolcanlogin, "
      "rolinherit, rolconnlimit, coalesce(rolvaliduntil < 'infinity', false) "
      "FROM pg_roles WHERE rolname = $0",
      Text(role), dialect.has_bypass_rls() ? "rolbypassrls" : "false");
}

std::string SelectStrangers(const DatabaseSpec& database) {
  return absl::Substitute(
      "SELECT quote_ident(r.rolname), "
      "format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', d.datname, r.rolname) "
      "FROM pg_database d JOIN pg_roles r ON r.oid IN (SELECT grantee FROM aclexplode(d.datacl)) "
      "WHERE d.datname = $0 AND r.oid <> d.datdba AND r.rolname NOT IN ($1, $2, $3) AND NOT EXISTS "
      "(SELECT 1 FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.roleid "
      "WHERE o.rolname IN ($1, $2, $3) AND m.member = r.oid AND r.rolname <> current_user) "
      "ORDER BY 1",
      Text(database.name), Text(database.owner), Text(GroupOf(database, Role::kReadWrite)),
      Text(GroupOf(database, Role::kReadOnly)));
}

std::string SelectMemberships(const Identifier& role, const Identifier& expected) {
  return absl::Substitute(
      "SELECT quote_ident(r.rolname), r.rolname = $1, "
      "CASE WHEN r.rolname = $1 THEN format('REVOKE ADMIN OPTION FOR %I FROM %I', r.rolname, $0) "
      "ELSE format('REVOKE %I FROM %I', r.rolname, $0) END "
      // From 16 on, somebody else's grant is taken back in that one's name alone.
      "|| CASE WHEN current_setting('server_version_num')::int < 160000 THEN '' "
      "ELSE format(' GRANTED BY %I', pg_get_userbyid(m.grantor)) END "
      "FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
      "JOIN pg_roles u ON u.oid = m.member "
      "WHERE u.rolname = $0 AND (r.rolname <> $1 OR m.admin_option) ORDER BY 1",
      Text(role), Text(expected));
}

std::string SelectOtherDatabases(const UserSpec& user) {
  return absl::Substitute(
      "SELECT quote_ident(d.datname), d.datdba = u.oid, "
      "CASE WHEN d.datdba = u.oid THEN format('ALTER DATABASE %I OWNER TO %I', "
      "d.datname, current_user) ELSE format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', "
      "d.datname, u.rolname) "
      "END FROM pg_database d JOIN pg_roles u ON u.rolname = $0 "
      "WHERE d.datname <> $1 AND (d.datdba = u.oid "
      "OR u.oid IN (SELECT grantee FROM aclexplode(d.datacl))) ORDER BY 1",
      Text(user.name), Text(user.database.name));
}

std::string TakeAttribute(const Identifier& role, absl::string_view attribute) {
  return absl::StrCat("ALTER ROLE ", Name(role), " NO", attribute);
}

std::string UnmakeTemplate(const Dialect& dialect, const Identifier& database) {
  if (dialect.has_allow_connections()) {
    return absl::StrCat("ALTER DATABASE ", Name(database), " IS_TEMPLATE false");
  }
  return absl::StrCat("UPDATE pg_database SET datistemplate = false WHERE datname = ",
                      Text(database));
}

}  // namespace eds::sql
