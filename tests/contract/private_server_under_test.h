#ifndef EDS_TESTS_CONTRACT_PRIVATE_SERVER_UNDER_TEST_H_
#define EDS_TESTS_CONTRACT_PRIVATE_SERVER_UNDER_TEST_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/random.h"
#include "node/database_server.h"
#include "tests/contract/database_server_contract.h"
#include "tests/fixtures/private_server.h"

namespace eds {

// What the suite must know of an engine. `$0` in SQL stands for a name.
struct Engine {
  std::function<absl::StatusOr<std::unique_ptr<PrivateServer>>(PrivateServerOptions)> start;
  std::function<absl::StatusOr<std::unique_ptr<DatabaseServer>>(const ServerConfig&, Clock&,
                                                                RandomSource&, absl::Time deadline)>
      open;
  std::string create_owner_sql;  // Empty: databases have no owner roles.
  std::string create_user_sql;
  std::string lock_user_sql;
  std::string grant_too_much_sql;
  // `$0` is the database, `$1` its owner, `$2` the owner's password, `$3` the database
  // with its `_` escaped, `$4` the administrator of the implementation.
  std::vector<std::string> create_foreign_database_sql;
  std::string owner_format;  // What AdoptDatabase is to be told of the owner `$0`.
  std::string sleep_sql;     // For `$0` seconds.
  bool has_statement_timeouts = true;
  bool knows_two_passwords = true;
  DatabaseOptions options;
  std::vector<DatabaseOptions> unknown_options;
  // Answers, to the administrator, whether all users may create tables. Empty: no.
  std::string lets_everybody_create_sql = {};
};

enum class AdminKind { kFirst, kMinimal };

// Starts a private server, to be administered by its first administrator or by one
// with the least privileges.
StartServerUnderTest PrivateServerUnderTest(Engine engine, AdminKind admin);

}  // namespace eds

#endif  // EDS_TESTS_CONTRACT_PRIVATE_SERVER_UNDER_TEST_H_
