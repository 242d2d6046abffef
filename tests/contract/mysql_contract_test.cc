#include <utility>

#include "mysql_node/mysql_server.h"
#include "tests/contract/database_server_contract.h"
#include "tests/contract/private_server_under_test.h"
#include "tests/fixtures/mysql_server.h"

namespace eds {
namespace {

StartServerUnderTest StartMysql(AdminKind admin) {
  return PrivateServerUnderTest(
      {.start =
           [](PrivateServerOptions options) {
             return PrivateMysqlServer::Start(std::move(options));
           },
       .open = OpenMysqlServer,
       .create_owner_sql = "",
       .create_user_sql = "CREATE USER '$0'@'%' IDENTIFIED BY 'half-done'",
       .lock_user_sql = "ALTER USER '$0'@'%' ACCOUNT LOCK",
       .grant_too_much_sql = "GRANT CREATE ON *.* TO '$0'@'%'",
       .create_foreign_database_sql = {"CREATE DATABASE `$0`",
                                       "CREATE USER '$1'@'%' IDENTIFIED BY '$2'",
                                       "GRANT ALL PRIVILEGES ON `$3`.* TO '$1'@'%'"},
       .owner_format = "$0@%",
       .sleep_sql = "SELECT SLEEP($0)",
       .has_statement_timeouts = false,
       .options = {.character_set = "latin1", .collation = "latin1_bin"},
       .unknown_options = {{.character_set = "nosuch"}, {.collation = "nosuch"}}},
      admin);
}

INSTANTIATE_TEST_SUITE_P(FirstAdmin, DatabaseServerContract,
                         testing::Values(StartMysql(AdminKind::kFirst)));
INSTANTIATE_TEST_SUITE_P(MinimalAdmin, DatabaseServerContract,
                         testing::Values(StartMysql(AdminKind::kMinimal)));

}  // namespace
}  // namespace eds
