#include "postgresql_node/postgresql_sharing_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "postgresql_node/postgresql_groups.h"

namespace eds::sql {
namespace {

// What a role needs.
struct Needs {
  absl::string_view database;
  absl::string_view schemas;
  absl::string_view tables;
  absl::string_view sequences;
};

Needs NeedsOf(Role role) {
  switch (role) {
    case Role::kOwner:
      return {"CONNECT, TEMPORARY", "USAGE, CREATE",
              "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER",
              "USAGE, SELECT, UPDATE"};
    case Role::kReadWrite:
      return {"CONNECT, TEMPORARY", "USAGE", "SELECT, INSERT, UPDATE, DELETE",
              "USAGE, SELECT, UPDATE"};
    case Role::kReadOnly:
      return {"CONNECT", "USAGE", "SELECT", "SELECT"};
  }
  return {};
}

// The groups that there are, and who makes objects. A user of ours is a member of a group;
// so are administrators, whose objects are not for tenants.
std::string Groups(const DatabaseSpec& database) {
  std::string values;
  for (const Role role : kRoles) {
    const Needs needs = NeedsOf(role);
    absl::StrAppend(&values, values.empty() ? "" : ", ",
                    absl::Substitute("($0, '$1', '$2', '$3')", Text(GroupOf(database, role)),
                                     needs.schemas, needs.tables, needs.sequences));
  }
  return absl::Substitute(
      "WITH needs (name, schemas, tables, sequences) AS (VALUES $0), "
      "groups AS (SELECT r.oid, r.rolname, n.* FROM needs n JOIN pg_roles r ON r.rolname = "
      "n.name), "
      "makers AS (SELECT r.oid, r.rolname, r.oid IN (SELECT oid FROM groups) AS is_group "
      "FROM pg_roles r WHERE r.oid IN (SELECT oid FROM groups) "
      "OR (NOT r.rolsuper AND NOT r.rolcreaterole AND r.oid IN "
      "(SELECT m.member FROM pg_auth_members m JOIN groups g ON g.oid = m.roleid))), "
      "schemas AS (SELECT oid, nspname, nspowner FROM pg_namespace "
      "WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')",
      values);
}

constexpr absl::string_view kLacksOnSchemas =
    "SELECT CASE WHEN o.rolname = 'pg_database_owner' THEN d.datdba ELSE n.nspowner END AS maker, "
    "format('GRANT %s ON SCHEMA %I TO %I', g.schemas, n.nspname, g.rolname) AS statement "
    "FROM schemas n JOIN pg_roles o ON o.oid = n.nspowner "
    "JOIN pg_database d ON d.datname = current_database() CROSS JOIN groups g "
    "WHERE g.oid <> n.nspowner AND EXISTS (SELECT 1 FROM unnest(string_to_array(g.schemas, ', ')) "
    "p "
    "WHERE NOT has_schema_privilege(g.oid, n.oid, p))";

constexpr absl::string_view kLacksOnTables =
    "SELECT c.relowner, format('GRANT %s ON TABLE %I.%I TO %I', g.tables, n.nspname, c.relname, "
    "g.rolname) FROM pg_class c JOIN schemas n ON n.oid = c.relnamespace CROSS JOIN groups g "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND g.oid <> c.relowner "
    "AND EXISTS (SELECT 1 FROM unnest(string_to_array(g.tables, ', ')) p "
    "WHERE NOT has_table_privilege(g.oid, c.oid, p))";

constexpr absl::string_view kLacksOnSequences =
    "SELECT c.relowner, format('GRANT %s ON SEQUENCE %I.%I TO %I', g.sequences, n.nspname, "
    "c.relname, g.rolname) FROM pg_class c JOIN schemas n ON n.oid = c.relnamespace "
    "CROSS JOIN groups g WHERE c.relkind = 'S' AND g.oid <> c.relowner "
    "AND EXISTS (SELECT 1 FROM unnest(string_to_array(g.sequences, ', ')) p "
    "WHERE NOT CASE c.relkind WHEN 'S' THEN has_sequence_privilege(g.oid, c.oid, p) END)";

// `$0`: the kinds of objects that the release knows defaults for; `$1`: whose.
constexpr absl::string_view kLacksOfDefaults =
    "SELECT m.oid, format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT %s ON %s TO %I', "
    "m.rolname, k.needs, k.kind, k.rolname) FROM makers m CROSS JOIN ("
    "SELECT oid, rolname, 'r' AS type, 'TABLES' AS kind, tables AS needs FROM groups "
    "UNION ALL SELECT oid, rolname, 'S', 'SEQUENCES', sequences FROM groups$0) k "
    "WHERE k.oid <> m.oid$1 AND EXISTS (SELECT 1 FROM unnest(string_to_array(k.needs, ', ')) p "
    "WHERE NOT EXISTS (SELECT 1 FROM pg_default_acl d WHERE d.defaclrole = m.oid "
    "AND d.defaclnamespace = 0 AND d.defaclobjtype::text = k.type AND EXISTS "
    "(SELECT 1 FROM aclexplode(d.defaclacl) a WHERE a.grantee = k.oid AND a.privilege_type = p)))";

}  // namespace

std::string SelectGroup(const DatabaseSpec& database, Role role) {
  const absl::string_view needs = NeedsOf(role).database;
  return absl::Substitute(
      "SELECT NOT EXISTS (SELECT 1 FROM unnest(string_to_array('$2', ', ')) p WHERE NOT EXISTS "
      "(SELECT 1 FROM aclexplode(d.datacl) a WHERE a.grantee = g.oid AND a.privilege_type = p)) "
      "FROM pg_roles g LEFT JOIN pg_database d ON d.datname = $1 WHERE g.rolname = $0",
      Text(GroupOf(database, role)), Text(database.name), needs);
}

std::string CreateGroup(const DatabaseSpec& database, Role role) {
  return absl::StrCat("CREATE ROLE ", Name(GroupOf(database, role)), " NOLOGIN; ",
                      AdmitGroup(database, role));
}

std::string AdmitGroup(const DatabaseSpec& database, Role role) {
  return absl::Substitute("GRANT $0 ON DATABASE $1 TO $2", NeedsOf(role).database,
                          Name(database.name), Name(GroupOf(database, role)));
}

std::string SelectOtherGroups(const UserSpec& user) {
  std::string others;
  for (const Role role : kRoles) {
    if (role == user.role) continue;
    absl::StrAppend(&others, others.empty() ? "" : ", ", Text(GroupOf(user.database, role)));
  }
  return absl::Substitute(
      "SELECT format('REVOKE %I FROM %I', g.rolname, u.rolname) FROM pg_auth_members m "
      "JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member "
      "WHERE u.rolname = $0 AND g.rolname IN ($1) ORDER BY 1",
      Text(user.name), others);
}

std::string SelectLacks(const Dialect& dialect, const DatabaseSpec& database) {
  const std::string defaults = absl::Substitute(
      kLacksOfDefaults,
      dialect.has_schema_defaults()
          ? " UNION ALL SELECT oid, rolname, 'n', 'SCHEMAS', schemas FROM groups"
          : "",
      dialect.opens_public_schema()
          ? ""
          : absl::StrCat(" AND m.rolname = ", Text(GroupOf(database, Role::kOwner))));
  return absl::StrCat(Groups(database), ", lacks AS (", kLacksOnSchemas, " UNION ALL ",
                      kLacksOnTables, " UNION ALL ", kLacksOnSequences, " UNION ALL ", defaults,
                      ") SELECT quote_ident(m.rolname), m.is_group, pg_has_role(m.oid, 'USAGE'), "
                      "l.statement FROM lacks l JOIN makers m ON m.oid = l.maker ORDER BY 1, 4");
}

std::string MendLacks(const Dialect& dialect, const std::vector<Lack>& lacks) {
  std::string sql = "BEGIN";
  std::string farewell;
  absl::string_view maker;
  for (const Lack& lack : lacks) {
    if (maker != absl::string_view(lack.maker.text)) {
      maker = lack.maker.text;
      if (!lack.has_us) {
        absl::StrAppend(&sql, "; SET LOCAL ROLE NONE; GRANT ", maker, " TO ", dialect.Ourselves());
      }
      if (!lack.has_us && !lack.keeps_us) {
        absl::StrAppend(&farewell, "; REVOKE ", maker, " FROM ", dialect.Ourselves());
      }
      absl::StrAppend(&sql, "; SET LOCAL ROLE ", maker);
    }
    absl::StrAppend(&sql, "; ", lack.statement);
  }
  return absl::StrCat(sql, "; SET LOCAL ROLE NONE", farewell, "; COMMIT");
}

std::string SelectOpenPublicSchema(const DatabaseSpec& database) {
  return absl::Substitute(
      "SELECT 1 FROM pg_namespace n JOIN pg_roles o ON o.rolname = $0 "
      "WHERE n.nspname = 'public' AND pg_has_role(n.nspowner, 'USAGE') "
      "AND (EXISTS (SELECT 1 FROM aclexplode(n.nspacl) WHERE grantee = 0 "
      "AND privilege_type = 'CREATE') OR NOT has_schema_privilege(o.oid, n.oid, 'CREATE'))",
      Text(database.owner));
}

std::string ClosePublicSchema(const DatabaseSpec& database) {
  return absl::StrCat(
      "REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE, CREATE ON SCHEMA public TO ",
      Name(database.owner));
}

std::string SelectSpeaksForFirstSuperuser() {
  // Its number is the same on every server.
  return "SELECT pg_has_role('10'::oid, 'USAGE')";
}

}  // namespace eds::sql
