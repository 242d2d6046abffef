#include <utility>

#include "mysql_node/mysql_server.h"
#include "tests/contract/database_server_contract.h"
#include "tests/contract/private_server_under_test.h"
#include "tests/fixtures/mariadb_server.h"

namespace eds {
namespace {

StartServerUnderTest StartMariadb(AdminKind admin) {
  return PrivateServerUnderTest(
      {.start =
           [](PrivateServerOptions options) {
             return PrivateMariadbServer::Start(std::move(options));
           },
       .open = OpenMysqlServer,
       .create_owner_sql = "",
       .create_user_sql = "CREATE USER '$0'@'%' IDENTIFIED BY 'half-done'"},
      admin);
}

INSTANTIATE_TEST_SUITE_P(FirstAdmin, DatabaseServerContract,
                         testing::Values(StartMariadb(AdminKind::kFirst)));
INSTANTIATE_TEST_SUITE_P(MinimalAdmin, DatabaseServerContract,
                         testing::Values(StartMariadb(AdminKind::kMinimal)));

}  // namespace
}  // namespace eds
