#include "postgresql_node/postgresql_adoption_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace eds::sql {

std::string Begin() { return "BEGIN"; }
std::string Commit() { return "COMMIT"; }

std::string SelectOwnership(const Identifier& database) {
  return absl::StrCat(
      "SELECT r.rolname, quote_ident(r.rolname), r.oid, r.rolsuper, r.rolname = current_user, "
      "pg_has_role(r.oid, 'USAGE'), quote_ident(current_user), d.datistemplate, "
      "d.datallowconn AND d.datconnlimit <> -2 "
      "FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = ",
      Text(database));
}

std::string SelectSharedObjects(RoleOid role, const Identifier& database) {
  return absl::Substitute(
      "SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend "
      "WHERE dbid = 0 AND refclassid = 'pg_authid'::regclass AND refobjid = $0 AND deptype = 'o' "
      "AND NOT (classid = 'pg_database'::regclass "
      "AND objid = (SELECT oid FROM pg_database WHERE datname = $1)) "
      "ORDER BY 1 LIMIT 20",
      role, Text(database));
}

std::string BecomeMember(const Dialect& dialect, const QuotedName& role) {
  return absl::StrCat("GRANT ", role.text, " TO ", dialect.Ourselves());
}

std::string EndMembership(const Dialect& dialect, const QuotedName& role) {
  return absl::StrCat("REVOKE ", role.text, " FROM ", dialect.Ourselves());
}

std::string SetOwner(const DatabaseSpec& database) {
  return absl::Substitute("ALTER DATABASE $0 OWNER TO $1", Name(database.name),
                          Name(database.owner));
}

std::string SelectSchemaTransfers(RoleOid from, const Identifier& to) {
  return absl::Substitute(
      "SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, $1) FROM pg_namespace "
      "WHERE nspowner = $0 ORDER BY 1",
      from, Text(to));
}

std::string Reassign(const QuotedName& from, const Identifier& to) {
  return absl::Substitute("REASSIGN OWNED BY $0 TO $1", from.text, Name(to));
}

std::string EndSessionsOfStrangers(const Dialect& dialect, const Identifier& database) {
  return EndSessions(
      dialect, absl::StrCat("a.datname = ", Text(database),
                            " AND NOT has_database_privilege(a.usesysid, a.datid, 'CONNECT')"));
}

}  // namespace eds::sql
