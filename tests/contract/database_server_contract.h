#ifndef EDS_TESTS_CONTRACT_DATABASE_SERVER_CONTRACT_H_
#define EDS_TESTS_CONTRACT_DATABASE_SERVER_CONTRACT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/identifier.h"
#include "common/random.h"
#include "common/secret.h"
#include "gtest/gtest.h"
#include "node/database_server.h"
#include "tests/contract/database_server_under_test.h"

namespace eds {

using StartServerUnderTest =
    std::function<absl::StatusOr<std::unique_ptr<DatabaseServerUnderTest>>()>;

// Every sentence of node/database_server.h. To be instantiated for each
// implementation, with one value; its tests share one server, each with names of its
// own.
class DatabaseServerContract : public testing::TestWithParam<StartServerUnderTest> {
 protected:
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override;
  void TearDown() override;

  static DatabaseServerUnderTest& server() { return *server_; }
  // The implementation, opened as the administrator.
  DatabaseServer& admin() { return *admin_; }
  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(ServerClaim claim = {});

  static absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

  const Identifier& installation() const { return *installation_; }
  Identifier NewName(char prefix);
  Secret NewPassword() { return RandomPassword(random_); }
  DatabaseSpec NewDatabaseSpec() { return {NewName('d'), NewName('o')}; }
  UserSpec NewUserSpec(const DatabaseSpec& database) { return {NewName('u'), database}; }

  // The same, created on the server.
  DatabaseSpec CreateDatabase();
  UserSpec CreateUser(const DatabaseSpec& database, const Secret& password,
                      Role role = Role::kOwner);
  // A login made ahead for it; kNone: it is of no database yet.
  UserSpec PrepareUser(const DatabaseSpec& database, Rights rights, const Secret& password);
  void ExpectToBeAsCreateUserLeavesIt(const UserSpec& user, const Secret& password);

  // A database of somebody else's, with a table `t` of one row.
  struct ForeignDatabase {
    DatabaseSpec database;  // As it is to be ours.
    UserSpec owner;         // As it logs in.
    Secret password;
    std::string expected_owner;
  };
  ForeignDatabase CreateForeignDatabase();

  bool CanLogIn(const UserSpec& user, const Secret& password);
  std::unique_ptr<ClientSession> LogIn(const UserSpec& user, const Secret& password);
  Inventory ListObjects();
  std::vector<Deviation> Inspect(const DatabaseSpec& database);
  std::vector<Deviation> Inspect(const UserSpec& user);
  // Whether the server has ended `session`.
  static bool IsEnded(ClientSession& session);

 private:
  static inline std::unique_ptr<DatabaseServerUnderTest> server_;

  SystemRandom random_;
  absl::StatusOr<Identifier> installation_;
  std::unique_ptr<DatabaseServer> admin_;
};

}  // namespace eds

#endif  // EDS_TESTS_CONTRACT_DATABASE_SERVER_CONTRACT_H_
