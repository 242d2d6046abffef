#ifndef EDS_MYSQL_NODE_MYSQL_SERVER_FIXTURE_H_
#define EDS_MYSQL_NODE_MYSQL_SERVER_FIXTURE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/random.h"
#include "gtest/gtest.h"
#include "node/database_server.h"
#include "tests/fixtures/private_server.h"
#include "tests/fixtures/sql_session.h"

namespace eds {

struct TestedFlavour {
  std::string name;
  std::function<absl::StatusOr<std::unique_ptr<PrivateServer>>(PrivateServerOptions)> start;
  std::string kill_privilege;
};

// MariaDB and MySQL.
std::vector<TestedFlavour> TestedFlavours();
inline std::string NameOfFlavour(const testing::TestParamInfo<TestedFlavour>& test) {
  return test.param.name;
}

// Tests on a private server of each flavour, one for all tests of a suite, whose defaults
// would change what statements mean.
class MysqlServerTest : public testing::TestWithParam<TestedFlavour> {
 protected:
  static void TearDownTestSuite() { servers_.clear(); }
  void SetUp() override;

  static absl::Time Soon() { return absl::Now() + absl::Seconds(30); }
  static PrivateServer& server() { return *servers_[GetParam().name]; }
  static bool IsMariadb() { return GetParam().name == "Mariadb"; }

  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const Login& login, ServerClaim claim = {});
  std::unique_ptr<DatabaseServer> OpenAsRoot();
  // As another administrator, with the documented minimum of privileges.
  std::unique_ptr<DatabaseServer> OpenAsMinimalAdmin();

  // Another administrator, with these grants alone (" TO …" is added).
  Login CreateAdmin(const std::vector<std::string>& grants);
  static std::vector<std::string> MinimalGrants();

  // Runs one statement with all privileges.
  static Rows Run(const std::string& sql);
  std::unique_ptr<SqlSession> Connect(const Login& login);

  // Without its prefix it is an identifier as well.
  Identifier NewName(char prefix);
  DatabaseSpec NewDatabase() { return {NewName('d'), NewName('o')}; }

  // A session of a user of a new database, and the names of both.
  struct Tenant {
    UserSpec user;
    std::unique_ptr<SqlSession> session;
  };
  Tenant CreateTenant(DatabaseServer& admin, const std::string& current_database = "");
  // Of a database that there is.
  Tenant CreateTenantOf(DatabaseServer& admin, const DatabaseSpec& database,
                        const std::string& current_database = "");

  SystemClock clock_;
  SystemRandom random_;

 private:
  static inline std::map<std::string, std::unique_ptr<PrivateServer>> servers_;
};

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_SERVER_FIXTURE_H_
