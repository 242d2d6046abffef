#include "postgresql_node/postgresql_removal_sql.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::HasSubstr;

const Identifier kUser = *Identifier::Parse("uada1");
const Dialect kNewest;

const std::string kOwned =
    "SELECT pg_describe_object(s.classid, s.objid, s.objsubid) "
    "FROM pg_shdepend s WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = 16384 "
    "AND s.deptype = 'o' AND s.classid <> 'pg_default_acl'::regclass "
    "AND s.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))";

TEST(RemovalSql, NamesWhatARoleOwns) {
  EXPECT_EQ(sql::SelectOwnedObjects(16384), kOwned + " ORDER BY 1 LIMIT 20");
  EXPECT_EQ(sql::SelectOwnedPowers(16384),
            kOwned +
                " AND ((s.classid = 'pg_proc'::regclass AND s.objid IN "
                "(SELECT oid FROM pg_proc WHERE prosecdef)) "
                "OR (s.classid = 'pg_class'::regclass AND (s.objid IN "
                "(SELECT oid FROM pg_class WHERE relkind IN ('v', 'm') OR relhasrules) "
                "OR s.objid IN (SELECT indrelid FROM pg_index "
                "WHERE indexprs IS NOT NULL OR indpred IS NOT NULL)))) ORDER BY 1 LIMIT 20");
}

TEST(RemovalSql, TakesNoHeirThatHasRightsOverTheServer) {
  EXPECT_THAT(sql::SelectEstates(16384),
              HasSubstr("NOT h.rolsuper AND NOT h.rolcreaterole AND h.rolname <> current_user"));
}

TEST(RemovalSql, HandsOverWhatARoleOwns) {
  EXPECT_EQ(sql::HandOver(kNewest, kUser, {"oshop1"}, /*join_heir=*/false),
            "GRANT \"uada1\" TO CURRENT_USER; REASSIGN OWNED BY \"uada1\" TO oshop1; "
            "DROP OWNED BY \"uada1\"");
  EXPECT_EQ(sql::HandOver(kNewest, kUser, {"oshop1"}, /*join_heir=*/true),
            "GRANT \"uada1\" TO CURRENT_USER; GRANT oshop1 TO CURRENT_USER; "
            "REASSIGN OWNED BY \"uada1\" TO oshop1; DROP OWNED BY \"uada1\"");
  EXPECT_EQ(sql::DropOwned(kNewest, kUser),
            "GRANT \"uada1\" TO CURRENT_USER; DROP OWNED BY \"uada1\"");
  EXPECT_EQ(sql::DropOwned(Dialect(90400, "eds"), kUser),
            "GRANT \"uada1\" TO \"eds\"; DROP OWNED BY \"uada1\"");
  EXPECT_EQ(sql::DropRole(kUser), "DROP ROLE IF EXISTS \"uada1\"");
}

}  // namespace
}  // namespace eds
