#include "postgresql_node/postgresql_inspection_sql.h"

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

Identifier Id(const char* text) { return *Identifier::Parse(text); }

const DatabaseSpec kDatabase = {Id("dshop1"), Id("oshop1")};
const UserSpec kUser = {Id("uada1"), kDatabase};

TEST(InspectionSql, LooksAtADatabase) {
  EXPECT_EQ(sql::SelectDatabaseState(kDatabase),
            "SELECT pg_get_userbyid(d.datdba), d.datallowconn, d.datconnlimit, d.datistemplate, "
            "d.datacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(d.datacl) WHERE grantee = 0), "
            "o.oid IS NOT NULL, coalesce(pg_has_role(o.oid, 'USAGE'), false) "
            "FROM pg_database d LEFT JOIN pg_roles o ON o.rolname = 'oshop1' "
            "WHERE d.datname = 'dshop1'");
  EXPECT_EQ(sql::SelectStrangers(kDatabase),
            "SELECT quote_ident(r.rolname), "
            "format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', d.datname, r.rolname) "
            "FROM pg_database d "
            "JOIN pg_roles r ON r.oid IN (SELECT grantee FROM aclexplode(d.datacl)) "
            "WHERE d.datname = 'dshop1' AND r.oid <> d.datdba "
            "AND r.rolname NOT IN ('oshop1', 'wshop1', 'rshop1') "
            "AND NOT EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.roleid "
            "WHERE o.rolname IN ('oshop1', 'wshop1', 'rshop1') AND m.member = r.oid "
            "AND r.rolname <> current_user) ORDER BY 1");
}

std::string HasSetting(const std::string& condition) {
  return "EXISTS (SELECT 1 FROM (SELECT unnest(setconfig) AS s FROM pg_db_role_setting "
         "WHERE setrole = u.oid AND setdatabase = d.oid) c WHERE " +
         condition + ")";
}

TEST(InspectionSql, LooksAtAUser) {
  EXPECT_EQ(sql::SelectUserState(kUser),
            "SELECT EXISTS (SELECT 1 FROM pg_auth_members WHERE member = u.oid "
            "AND roleid = g.oid), "
            "(SELECT count(DISTINCT privilege_type) FROM aclexplode(d.datacl) "
            "WHERE grantee = u.oid AND privilege_type IN ('CONNECT', 'TEMPORARY')) = 2, " +
                HasSetting("s = 'role=oshop1'") +
                ", true, d.oid IS NOT NULL "
                "FROM pg_roles u LEFT JOIN pg_roles g ON g.rolname = 'oshop1' "
                "LEFT JOIN pg_database d ON d.datname = 'dshop1' WHERE u.rolname = 'uada1'");
  EXPECT_EQ(sql::SelectAttributes(Dialect(90500), kUser.name),
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, "
            "rolcanlogin, rolinherit, rolconnlimit, coalesce(rolvaliduntil < 'infinity', false) "
            "FROM pg_roles WHERE rolname = 'uada1'");
  EXPECT_EQ(sql::SelectAttributes(Dialect(90400), kUser.name),
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, false, "
            "rolcanlogin, rolinherit, rolconnlimit, coalesce(rolvaliduntil < 'infinity', false) "
            "FROM pg_roles WHERE rolname = 'uada1'");
}

TEST(InspectionSql, LooksAtAReaderWithATimeout) {
  UserSpec user = kUser;
  user.role = Role::kReadOnly;
  user.options.statement_timeout = absl::Seconds(2);
  EXPECT_EQ(sql::SelectUserState(user),
            "SELECT EXISTS (SELECT 1 FROM pg_auth_members WHERE member = u.oid "
            "AND roleid = g.oid), "
            "(SELECT count(DISTINCT privilege_type) FROM aclexplode(d.datacl) "
            "WHERE grantee = g.oid AND privilege_type IN ('CONNECT')) = 1, NOT " +
                HasSetting("s LIKE 'role=%'") + ", " + HasSetting("s = 'statement_timeout=2000'") +
                ", d.oid IS NOT NULL "
                "FROM pg_roles u LEFT JOIN pg_roles g ON g.rolname = 'rshop1' "
                "LEFT JOIN pg_database d ON d.datname = 'dshop1' WHERE u.rolname = 'uada1'");
}

TEST(InspectionSql, LooksForWhatAUserHasElsewhere) {
  EXPECT_EQ(sql::SelectMemberships(kUser.name, kDatabase.owner),
            "SELECT quote_ident(r.rolname), r.rolname = 'oshop1', CASE WHEN r.rolname = 'oshop1' "
            "THEN format('REVOKE ADMIN OPTION FOR %I FROM %I', r.rolname, 'uada1') "
            "ELSE format('REVOKE %I FROM %I', r.rolname, 'uada1') END "
            "|| CASE WHEN current_setting('server_version_num')::int < 160000 THEN '' "
            "ELSE format(' GRANTED BY %I', pg_get_userbyid(m.grantor)) END "
            "FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
            "JOIN pg_roles u ON u.oid = m.member "
            "WHERE u.rolname = 'uada1' AND (r.rolname <> 'oshop1' OR m.admin_option) ORDER BY 1");
  EXPECT_EQ(sql::SelectOtherDatabases(kUser),
            "SELECT quote_ident(d.datname), d.datdba = u.oid, CASE WHEN d.datdba = u.oid "
            "THEN format('ALTER DATABASE %I OWNER TO %I', d.datname, current_user) "
            "ELSE format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', d.datname, u.rolname) END "
            "FROM pg_database d JOIN pg_roles u ON u.rolname = 'uada1' "
            "WHERE d.datname <> 'dshop1' AND (d.datdba = u.oid "
            "OR u.oid IN (SELECT grantee FROM aclexplode(d.datacl))) ORDER BY 1");
}

TEST(InspectionSql, TakesBackWhatIsTooMuch) {
  EXPECT_EQ(sql::TakeAttribute(kUser.name, "SUPERUSER"), "ALTER ROLE \"uada1\" NOSUPERUSER");
  EXPECT_EQ(sql::UnmakeTemplate(Dialect(), kDatabase.name),
            "ALTER DATABASE \"dshop1\" IS_TEMPLATE false");
}

}  // namespace
}  // namespace eds
