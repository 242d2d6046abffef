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
       .owner_format = "$0"},
      admin);
}

INSTANTIATE_TEST_SUITE_P(FirstAdmin, DatabaseServerContract,
                         testing::Values(StartPostgresql(AdminKind::kFirst)));
INSTANTIATE_TEST_SUITE_P(MinimalAdmin, DatabaseServerContract,
                         testing::Values(StartPostgresql(AdminKind::kMinimal)));

}  // namespace
}  // namespace eds
