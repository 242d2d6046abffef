#include "postgresql_node/postgresql_extensions_sql.h"

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(ExtensionsSql, AsksWhoMayCreateThem) {
  EXPECT_EQ(sql::SelectAvailable(Dialect(), {"citext", "uuid-ossp"}),
            "SELECT e.name, NOT v.superuser OR v.trusted, "
            "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) "
            "FROM pg_available_extensions e JOIN pg_available_extension_versions v "
            "ON v.name = e.name AND v.version = e.default_version "
            "WHERE e.name IN ('citext', 'uuid-ossp')");
  EXPECT_EQ(sql::SelectAvailable(Dialect(120000), {"citext"}),
            "SELECT e.name, NOT v.superuser, "
            "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) "
            "FROM pg_available_extensions e JOIN pg_available_extension_versions v "
            "ON v.name = e.name AND v.version = e.default_version WHERE e.name IN ('citext')");
}

TEST(ExtensionsSql, CreatesThoseThatAreMissing) {
  EXPECT_EQ(sql::SelectMissingExtensions({"cube", "earthdistance"}),
            "SELECT n FROM unnest(ARRAY['cube', 'earthdistance']) n "
            "WHERE n NOT IN (SELECT extname::text FROM pg_extension)");
  const Identifier owner = *Identifier::Parse("oshop1");
  EXPECT_EQ(sql::CreateExtension(owner, "uuid-ossp", /*as_owner=*/true),
            "BEGIN; SET LOCAL search_path = public; SET LOCAL ROLE \"oshop1\"; "
            "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"; COMMIT");
  EXPECT_EQ(sql::CreateExtension(owner, "postgis", /*as_owner=*/false),
            "BEGIN; SET LOCAL search_path = public; "
            "CREATE EXTENSION IF NOT EXISTS \"postgis\"; COMMIT");
}

}  // namespace
}  // namespace eds
