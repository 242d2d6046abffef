// What node/database_server.h says of the options of databases and users.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

TEST_P(DatabaseServerContract, CreatesADatabaseWithEveryOption) {
  const Secret password = NewPassword();
  DatabaseSpec database = NewDatabaseSpec();
  database.options = server().options();
  EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(Inspect(database), IsEmpty());
  EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(Inspect(database), IsEmpty());
  const auto session = LogIn(CreateUser(database, password), password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->CreateTable("t"), IsOk());
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
}

TEST_P(DatabaseServerContract, UnknownOptionsLeaveNothingBehind) {
  for (const DatabaseOptions& options : server().unknown_options()) {
    DatabaseSpec database = NewDatabaseSpec();
    database.options = options;
    EXPECT_THAT(admin().CreateDatabase(database, Soon()),
                FailsWith(kMendIt, Reason::kOptionUnsupported));
    EXPECT_THAT(ListObjects().databases, IsEmpty());
    EXPECT_THAT(ListObjects().users, IsEmpty());
  }
}

TEST_P(DatabaseServerContract, UnknownOptionsDoNoHarmToADatabaseThatIsThere) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto session = LogIn(CreateUser(database, password), password);
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->CreateTable("t"), IsOk());
  for (const DatabaseOptions& options : server().unknown_options()) {
    DatabaseSpec other = database;
    other.options = options;
    (void)admin().CreateDatabase(other, Soon());
    EXPECT_THAT(session->Insert("t"), IsOk());
  }
}

TEST_P(DatabaseServerContract, ADatabaseTakesNoMoreSessionsThanItsLimit) {
  DatabaseSpec database = NewDatabaseSpec();
  database.options.connection_limit = server().options().connection_limit == 0 ? 0 : 2;
  if (database.options.connection_limit == 0) GTEST_SKIP() << "databases have no such limit";
  ASSERT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  const Secret password = NewPassword();
  const UserSpec user = CreateUser(database, password);
  const auto first = LogIn(user, password);
  const auto second = LogIn(CreateUser(database, password), password);
  ASSERT_TRUE(first != nullptr && second != nullptr);
  EXPECT_THAT(server().LogIn(user.name, password, database.name), Not(IsOk()));
}

TEST_P(DatabaseServerContract, ARepeatPutsTheLimitOfADatabaseBack) {
  if (server().options().connection_limit == 0) GTEST_SKIP() << "databases have no such limit";
  DatabaseSpec database = CreateDatabase();
  EXPECT_THAT(Inspect(database), IsEmpty());
  database.options.connection_limit = 2;
  EXPECT_THAT(Inspect(database), Not(IsEmpty()));
  EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(Inspect(database), IsEmpty());
}

TEST_P(DatabaseServerContract, AUserHasNoMoreSessionsThanItsLimit) {
  const Secret password = NewPassword();
  UserSpec user = NewUserSpec(CreateDatabase());
  user.options.connection_limit = 1;
  for (const Role role : {Role::kOwner, Role::kReadWrite, Role::kReadOnly}) {
    user.name = NewName('u');
    user.role = role;
    ASSERT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
    EXPECT_THAT(Inspect(user), IsEmpty());
    const auto session = LogIn(user, password);
    ASSERT_NE(session, nullptr);
    EXPECT_THAT(server().LogIn(user.name, password, user.database.name), Not(IsOk()));
    EXPECT_THAT(session->Ping(), IsOk());
  }
}

TEST_P(DatabaseServerContract, ARepeatPutsTheLimitOfAUserBack) {
  const Secret password = NewPassword();
  UserSpec user = CreateUser(CreateDatabase(), password);
  user.options.connection_limit = 1;
  EXPECT_THAT(Inspect(user), Not(IsEmpty()));
  EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
  EXPECT_THAT(Inspect(user), IsEmpty());
  const auto session = LogIn(user, password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(server().LogIn(user.name, password, user.database.name), Not(IsOk()));
}

TEST_P(DatabaseServerContract, AStatementEndsWhenItsUsersTimeIsOver) {
  const Secret password = NewPassword();
  UserSpec user = NewUserSpec(CreateDatabase());
  user.options.statement_timeout = absl::Milliseconds(100);
  const absl::Status created = admin().CreateUser(user, password, Soon());
  if (!server().has_statement_timeouts()) {
    EXPECT_THAT(created, FailsWith(kMendIt, Reason::kOptionUnsupported));
    EXPECT_THAT(ListObjects().users, Not(Contains(user.name.text())));
    return;
  }
  ASSERT_THAT(created, IsOk());
  EXPECT_THAT(Inspect(user), IsEmpty());
  const auto session = LogIn(user, password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->Sleep(absl::Seconds(20)), Not(IsOk()));
  EXPECT_THAT(session->Ping(), IsOk());
}

}  // namespace
}  // namespace eds
