#include "postgresql_node/postgresql_removal_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace eds::sql {
namespace {

// Default privileges are no property: DROP OWNED takes them back.
constexpr absl::string_view kIsOwned =
    "s.deptype = 'o' AND s.classid <> 'pg_default_acl'::regclass";

// Of the role, in the session's database.
constexpr absl::string_view kOwned =
    "FROM pg_shdepend s WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $0 AND $1 "
    "AND s.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))";

}  // namespace

std::string SelectEstates(RoleOid role) {
  return absl::Substitute(
      "SELECT e.datname, e.owns, coalesce(quote_ident(h.rolname), ''), e.is_member, "
      "NOT h.rolsuper AND NOT h.rolcreaterole AND h.rolname <> current_user, "
      "pg_has_role(h.oid, 'USAGE') FROM ("
      "SELECT x.datname, x.owns, coalesce(g.oid, x.datdba) AS heir, coalesce(g.oid IS NOT NULL "
      "OR EXISTS (SELECT 1 FROM pg_auth_members WHERE member = $0 AND roleid = x.datdba), false) "
      "AS is_member FROM (SELECT coalesce(d.datname, '') AS datname, d.datdba, "
      "sum(CASE WHEN $1 THEN 1 ELSE 0 END) > 0 AS owns "
      "FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid "
      "WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = $0 "
      "GROUP BY d.datname, d.datdba) x LEFT JOIN pg_roles g ON g.oid IN "
      "(SELECT roleid FROM pg_auth_members WHERE member = $0) "
      "AND substr(g.rolname, 1, 1) IN ('w', 'r') AND substr(g.rolname, 2) = "
      "substr(pg_get_userbyid(x.datdba), 2) AND g.oid <> x.datdba) e "
      "LEFT JOIN pg_roles h ON h.oid = e.heir ORDER BY 1, 3",
      role, kIsOwned);
}

std::string SelectOwnedObjects(RoleOid role) {
  return absl::StrCat("SELECT pg_describe_object(s.classid, s.objid, s.objsubid) ",
                      absl::Substitute(kOwned, role, kIsOwned), " ORDER BY 1 LIMIT 20");
}

std::string SelectOwnedPowers(RoleOid role) {
  return absl::StrCat(
      "SELECT pg_describe_object(s.classid, s.objid, s.objsubid) ",
      absl::Substitute(kOwned, role, kIsOwned),
      " AND ((s.classid = 'pg_proc'::regclass AND s.objid IN "
      "(SELECT oid FROM pg_proc WHERE prosecdef)) "
      "OR (s.classid = 'pg_class'::regclass AND (s.objid IN "
      "(SELECT oid FROM pg_class WHERE relkind IN ('v', 'm') OR relhasrules) OR s.objid IN "
      "(SELECT indrelid FROM pg_index WHERE indexprs IS NOT NULL OR indpred IS NOT NULL)))) "
      "ORDER BY 1 LIMIT 20");
}

std::string HandOver(const Dialect& dialect, const Identifier& role, const QuotedName& heir,
                     bool join_heir) {
  return absl::Substitute(
      "$0; $1REASSIGN OWNED BY $2 TO $3; DROP OWNED BY $2", JoinRole(dialect, role),
      join_heir ? absl::StrCat("GRANT ", heir.text, " TO ", dialect.Ourselves(), "; ") : "",
      Name(role), heir.text);
}

std::string DropOwned(const Dialect& dialect, const Identifier& role) {
  return absl::StrCat(JoinRole(dialect, role), "; DROP OWNED BY ", Name(role));
}

std::string DropRole(const Identifier& role) {
  return absl::StrCat("DROP ROLE IF EXISTS ", Name(role));
}

}  // namespace eds::sql
