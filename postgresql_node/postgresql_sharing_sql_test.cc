#include "postgresql_node/postgresql_sharing_sql.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Identifier Id(const char* text) { return *Identifier::Parse(text); }

const DatabaseSpec kDatabase = {Id("dshop1"), Id("oshop1")};
const Dialect kNewest;
const Dialect k14(140000);
const Dialect k96(90600);

TEST(SharingSql, MakesAGroupThatMayConnect) {
  EXPECT_EQ(sql::CreateGroup(kDatabase, Role::kReadWrite),
            "CREATE ROLE \"wshop1\" NOLOGIN; "
            "GRANT CONNECT, TEMPORARY ON DATABASE \"dshop1\" TO \"wshop1\"");
  EXPECT_EQ(sql::AdmitGroup(kDatabase, Role::kReadOnly),
            "GRANT CONNECT ON DATABASE \"dshop1\" TO \"rshop1\"");
  EXPECT_EQ(sql::SelectGroup(kDatabase, Role::kReadOnly),
            "SELECT NOT EXISTS (SELECT 1 FROM unnest(string_to_array('CONNECT', ', ')) p "
            "WHERE NOT EXISTS (SELECT 1 FROM aclexplode(d.datacl) a "
            "WHERE a.grantee = g.oid AND a.privilege_type = p)) "
            "FROM pg_roles g LEFT JOIN pg_database d ON d.datname = 'dshop1' "
            "WHERE g.rolname = 'rshop1'");
}

TEST(SharingSql, EndsMembershipsInOtherGroups) {
  EXPECT_EQ(sql::SelectOtherGroups({Id("uada1"), kDatabase, Role::kReadWrite}),
            "SELECT format('REVOKE %I FROM %I', g.rolname, u.rolname) FROM pg_auth_members m "
            "JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member "
            "WHERE u.rolname = 'uada1' AND g.rolname IN ('oshop1', 'rshop1') ORDER BY 1");
}

TEST(SharingSql, NeedsForEachRoleWhatItMayDoAndNoMore) {
  EXPECT_THAT(
      sql::SelectLacks(kNewest, kDatabase),
      HasSubstr("VALUES ('oshop1', 'USAGE, CREATE', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, "
                "REFERENCES, TRIGGER', 'USAGE, SELECT, UPDATE'), "
                "('wshop1', 'USAGE', 'SELECT, INSERT, UPDATE, DELETE', 'USAGE, SELECT, UPDATE'), "
                "('rshop1', 'USAGE', 'SELECT', 'SELECT')"));
}

TEST(SharingSql, SetsDefaultsOfAllMakersWhereAllMayCreate) {
  const std::string owner_alone = "WHERE k.oid <> m.oid AND m.rolname = 'oshop1' AND EXISTS";
  EXPECT_THAT(sql::SelectLacks(kNewest, kDatabase), HasSubstr(owner_alone));
  EXPECT_THAT(sql::SelectLacks(k14, kDatabase), Not(HasSubstr(owner_alone)));
}

TEST(SharingSql, SetsDefaultsOfSchemasWhereThereAreSome) {
  EXPECT_THAT(sql::SelectLacks(k14, kDatabase), HasSubstr("'SCHEMAS'"));
  EXPECT_THAT(sql::SelectLacks(k96, kDatabase), Not(HasSubstr("'SCHEMAS'")));
}

TEST(SharingSql, MendsEachLackAsItsMaker) {
  EXPECT_EQ(sql::MendLacks(kNewest, {{{"oshop1"}, true, true, "GRANT a"},
                                     {{"oshop1"}, true, true, "GRANT b"},
                                     {{"uada1"}, false, false, "GRANT c"},
                                     {{"wshop1"}, true, false, "GRANT d"}}),
            "BEGIN; SET LOCAL ROLE oshop1; GRANT a; GRANT b; "
            "SET LOCAL ROLE NONE; GRANT uada1 TO CURRENT_USER; SET LOCAL ROLE uada1; GRANT c; "
            "SET LOCAL ROLE NONE; GRANT wshop1 TO CURRENT_USER; SET LOCAL ROLE wshop1; GRANT d; "
            "SET LOCAL ROLE NONE; REVOKE uada1 FROM CURRENT_USER; COMMIT");
}

TEST(SharingSql, ClosesTheSchemaPublicToAllButTheOwner) {
  EXPECT_EQ(sql::SelectOpenPublicSchema(kDatabase),
            "SELECT 1 FROM pg_namespace n JOIN pg_roles o ON o.rolname = 'oshop1' "
            "WHERE n.nspname = 'public' AND pg_has_role(n.nspowner, 'USAGE') "
            "AND (EXISTS (SELECT 1 FROM aclexplode(n.nspacl) WHERE grantee = 0 "
            "AND privilege_type = 'CREATE') OR NOT has_schema_privilege(o.oid, n.oid, 'CREATE'))");
  EXPECT_EQ(sql::ClosePublicSchema(kDatabase),
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC; "
            "GRANT USAGE, CREATE ON SCHEMA public TO \"oshop1\"");
  EXPECT_EQ(sql::SelectSpeaksForFirstSuperuser(), "SELECT pg_has_role('10'::oid, 'USAGE')");
}

}  // namespace
}  // namespace eds
