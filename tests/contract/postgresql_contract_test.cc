#include <utility>

#include "postgresql_node/postgresql_server.h"
#include "tests/contract/database_server_contract.h"
#include "tests/contract/private_server_under_test.h"
#include "tests/fixtures/postgresql_server.h"

namespace eds {
namespace {

StartServerUnderTest StartPostgresql(AdminKind admin) {
  return PrivateServerUnderTest(
      {.start =
           [](PrivateServerOptions options) {
             return PrivatePostgresqlServer::Start(std::move(options));
           },
       .open = OpenPostgresqlServer,
       .create_owner_sql = "CREATE ROLE $0 NOLOGIN",
       .create_user_sql = "CREATE ROLE $0 LOGIN",
       .lock_user_sql = "ALTER ROLE $0 NOLOGIN",
       .grant_too_much_sql = "ALTER ROLE $0 CREATEDB",
       .create_foreign_database_sql = {"CREATE ROLE $1 LOGIN PASSWORD '$2'",
                                       "CREATE DATABASE \"$0\" OWNER $1", "GRANT $1 TO $4"},
       .owner_format = "$0",
       .sleep_sql = "SELECT pg_sleep($0)",
       .knows_two_passwords = false,
       .options =
           {.encoding = "LATIN1", .locale = "C", .extensions = {"plpgsql"}, .connection_limit = 7},
       .unknown_options = {{.encoding = "NOSUCH"},
                           {.locale = "no_SUCH"},
                           {.extensions = {"nosuch"}}},
       .lets_everybody_create_sql =
           "SELECT NOT rolsuper AND current_setting('server_version_num')::int < 150000 "
           "FROM pg_roles WHERE rolname = current_user"},
      admin);
}

INSTANTIATE_TEST_SUITE_P(FirstAdmin, DatabaseServerContract,
                         testing::Values(StartPostgresql(AdminKind::kFirst)));
INSTANTIATE_TEST_SUITE_P(MinimalAdmin, DatabaseServerContract,
                         testing::Values(StartPostgresql(AdminKind::kMinimal)));

}  // namespace
}  // namespace eds
