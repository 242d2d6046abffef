#include "postgresql_node/postgresql_adoption_sql.h"

#include "gtest/gtest.h"

namespace eds {
namespace {

const DatabaseSpec kDatabase = {*Identifier::ParseExisting("old_shop-1"),
                                *Identifier::Parse("oshop1")};
const Dialect kNewest;
const sql::QuotedName kOwner = {"\"Old \"\"Owner\"\"\""};

TEST(AdoptionSql, LooksWhoseADatabaseIs) {
  EXPECT_EQ(sql::SelectOwnership(kDatabase.name),
            "SELECT r.rolname, quote_ident(r.rolname), r.oid, r.rolsuper, "
            "r.rolname = current_user, pg_has_role(r.oid, 'USAGE'), quote_ident(current_user), "
            "d.datistemplate, d.datallowconn AND d.datconnlimit <> -2 "
            "FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba "
            "WHERE d.datname = 'old_shop-1'");
  EXPECT_EQ(sql::SelectSharedObjects(16384, kDatabase.name),
            "SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend "
            "WHERE dbid = 0 AND refclassid = 'pg_authid'::regclass AND refobjid = 16384 "
            "AND deptype = 'o' AND NOT (classid = 'pg_database'::regclass "
            "AND objid = (SELECT oid FROM pg_database WHERE datname = 'old_shop-1')) "
            "ORDER BY 1 LIMIT 20");
}

TEST(AdoptionSql, HandsOverWhatAnOwnerHas) {
  EXPECT_EQ(sql::BecomeMember(kNewest, kOwner), "GRANT \"Old \"\"Owner\"\"\" TO CURRENT_USER");
  EXPECT_EQ(sql::BecomeMember(Dialect(90400, "eds"), kOwner),
            "GRANT \"Old \"\"Owner\"\"\" TO \"eds\"");
  EXPECT_EQ(sql::EndMembership(kNewest, kOwner), "REVOKE \"Old \"\"Owner\"\"\" FROM CURRENT_USER");
  EXPECT_EQ(sql::SetOwner(kDatabase), "ALTER DATABASE \"old_shop-1\" OWNER TO \"oshop1\"");
  EXPECT_EQ(sql::SelectSchemaTransfers(16384, kDatabase.owner),
            "SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, 'oshop1') FROM pg_namespace "
            "WHERE nspowner = 16384 ORDER BY 1");
  EXPECT_EQ(sql::Reassign(kOwner, kDatabase.owner),
            "REASSIGN OWNED BY \"Old \"\"Owner\"\"\" TO \"oshop1\"");
}

TEST(AdoptionSql, EndsTheSessionsOfThoseWhoMayNotConnect) {
  EXPECT_EQ(sql::EndSessionsOfStrangers(kNewest, kDatabase.name),
            sql::EndSessions(kNewest,
                             "a.datname = 'old_shop-1' AND NOT "
                             "has_database_privilege(a.usesysid, a.datid, 'CONNECT')"));
}

}  // namespace
}  // namespace eds
