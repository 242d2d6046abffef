// What node/database_server.h says of logins that are made ahead and let in later.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Role kAllRoles[] = {Role::kOwner, Role::kReadWrite, Role::kReadOnly};

// Every option that all servers know.
UserOptions SomeOptions(DatabaseServerUnderTest& server) {
  return {.connection_limit = 2,
          .statement_timeout =
              server.has_statement_timeouts() ? absl::Seconds(7) : absl::ZeroDuration()};
}

TEST_P(DatabaseServerContract, APreparedLoginCannotLogIn) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  for (const UserSpec& user : {PrepareUser(database, Rights::kNone, password),
                               PrepareUser(database, Rights::kGranted, password)}) {
    EXPECT_FALSE(CanLogIn(user, password));
    EXPECT_FALSE(CanLogIn(user, Secret()));
    EXPECT_THAT(Inspect(user), Not(IsEmpty()));
    EXPECT_THAT(ListObjects().users, Contains(user.name.text()));
  }
}

TEST_P(DatabaseServerContract, ALoginThatHasItsRightsIsLetInAsCreateUserLeavesIt) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  for (const UserOptions& options : {UserOptions(), SomeOptions(server())}) {
    UserSpec user = PrepareUser(database, Rights::kGranted, password);
    user.options = options;
    EXPECT_THAT(admin().AdmitUser(user, Rights::kGranted, Soon()), IsOk());
    ExpectToBeAsCreateUserLeavesIt(user, password);
    EXPECT_THAT(admin().AdmitUser(user, Rights::kGranted, Soon()), IsOk());
    ExpectToBeAsCreateUserLeavesIt(user, password);
  }
}

TEST_P(DatabaseServerContract, ASpareLoginIsLetInAsCreateUserLeavesItWhateverItsRole) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  for (const Role role : kAllRoles) {
    for (const UserOptions& options : {UserOptions(), SomeOptions(server())}) {
      UserSpec user = PrepareUser(database, Rights::kNone, password);
      user.role = role;
      user.options = options;
      EXPECT_THAT(admin().AdmitUser(user, Rights::kNone, Soon()), IsOk());
      ExpectToBeAsCreateUserLeavesIt(user, password);
      EXPECT_THAT(admin().AdmitUser(user, Rights::kNone, Soon()), IsOk());
      ExpectToBeAsCreateUserLeavesIt(user, password);
    }
  }
}

TEST_P(DatabaseServerContract, LoginsThatWereLetInShareTheTablesOfTheirDatabase) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const UserSpec first = PrepareUser(database, Rights::kGranted, password);
  const UserSpec spare = PrepareUser(database, Rights::kNone, password);
  UserSpec reader = PrepareUser(database, Rights::kNone, password);
  reader.role = Role::kReadOnly;
  ASSERT_THAT(admin().AdmitUser(first, Rights::kGranted, Soon()), IsOk());
  ASSERT_THAT(admin().AdmitUser(spare, Rights::kNone, Soon()), IsOk());
  ASSERT_THAT(admin().AdmitUser(reader, Rights::kNone, Soon()), IsOk());
  const auto one = LogIn(first, password);
  const auto two = LogIn(spare, password);
  const auto three = LogIn(reader, password);
  ASSERT_TRUE(one != nullptr && two != nullptr && three != nullptr);
  ASSERT_THAT(one->CreateTable("t"), IsOk());
  EXPECT_THAT(two->Insert("t"), IsOk());
  EXPECT_EQ(three->Count("t").value_or(-1), 1);
  EXPECT_THAT(three->Insert("t"), Not(IsOk()));
  EXPECT_THAT(two->DropTable("t"), IsOk());
}

TEST_P(DatabaseServerContract, ALoginIsLetInToItsDatabaseAlone) {
  const Secret password = NewPassword();
  const UserSpec user = PrepareUser(CreateDatabase(), Rights::kNone, password);
  const DatabaseSpec other = CreateDatabase();
  ASSERT_THAT(admin().AdmitUser(user, Rights::kNone, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn({user.name, other}, password));
}

TEST_P(DatabaseServerContract, ARepeatOfPrepareUserLeavesItLockedWithTheLastPassword) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const Secret first = NewPassword();
  const UserSpec user = NewUserSpec(database);
  for (const Secret& next : {first, password}) {
    EXPECT_THAT(admin().PrepareUser(user.name, database, next, Soon()), IsOk());
  }
  EXPECT_FALSE(CanLogIn(user, password));
  ASSERT_THAT(admin().AdmitUser(user, Rights::kGranted, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, first));
  ExpectToBeAsCreateUserLeavesIt(user, password);
  EXPECT_THAT(admin().PrepareUser(user.name, database, password, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, password));
}

TEST_P(DatabaseServerContract, PrepareUserCompletesWhatACrashLeftHalfDone) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  for (const Rights rights : {Rights::kNone, Rights::kGranted}) {
    const UserSpec user = NewUserSpec(database);
    ASSERT_THAT(server().CreateUserAlone(user.name), IsOk());
    EXPECT_THAT(admin().PrepareUser(
                    user.name, rights == Rights::kNone ? absl::optional<DatabaseSpec>() : database,
                    password, Soon()),
                IsOk());
    EXPECT_FALSE(CanLogIn(user, password));
    ASSERT_THAT(admin().AdmitUser(user, rights, Soon()), IsOk());
    ExpectToBeAsCreateUserLeavesIt(user, password);
  }
}

TEST_P(DatabaseServerContract, PrepareUserTellsThatItsDatabaseIsMissingAndChangesNothing) {
  const Secret password = NewPassword();
  const UserSpec user = NewUserSpec(NewDatabaseSpec());
  EXPECT_THAT(admin().PrepareUser(user.name, user.database, password, Soon()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
  EXPECT_THAT(ListObjects().users, Not(Contains(user.name.text())));
}

TEST_P(DatabaseServerContract, AdmitUserTellsThatItIsMissingAndMakesNone) {
  const UserSpec user = NewUserSpec(CreateDatabase());
  for (const Rights rights : {Rights::kNone, Rights::kGranted}) {
    EXPECT_THAT(admin().AdmitUser(user, rights, Soon()),
                FailsWith(absl::StatusCode::kNotFound, Reason::kUserNotFound));
    EXPECT_THAT(ListObjects().users, Not(Contains(user.name.text())));
  }
}

TEST_P(DatabaseServerContract, AdmitUserTellsThatItsDatabaseIsMissingAndLeavesItLocked) {
  const Secret password = NewPassword();
  UserSpec user = PrepareUser(NewDatabaseSpec(), Rights::kNone, password);
  for (const Role role : kAllRoles) {
    user.role = role;
    EXPECT_THAT(admin().AdmitUser(user, Rights::kNone, Soon()),
                FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
  }
  const DatabaseSpec database = CreateDatabase();
  EXPECT_FALSE(CanLogIn({user.name, database}, password));
  user = {user.name, database};
  ASSERT_THAT(admin().AdmitUser(user, Rights::kNone, Soon()), IsOk());
  ExpectToBeAsCreateUserLeavesIt(user, password);
}

TEST_P(DatabaseServerContract, AnOptionThatTheServerLacksLeavesItLocked) {
  const Secret password = NewPassword();
  if (server().has_statement_timeouts()) GTEST_SKIP() << "the server has all options";
  UserSpec user = PrepareUser(CreateDatabase(), Rights::kGranted, password);
  user.options.statement_timeout = absl::Seconds(1);
  EXPECT_THAT(admin().AdmitUser(user, Rights::kGranted, Soon()),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kOptionUnsupported));
  EXPECT_FALSE(CanLogIn(user, password));
}

TEST_P(DatabaseServerContract, CreateUserMakesAPreparedLoginAUserLikeAnyOther) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  for (const UserSpec& user : {PrepareUser(database, Rights::kNone, password),
                               PrepareUser(database, Rights::kGranted, password)}) {
    EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
    ExpectToBeAsCreateUserLeavesIt(user, password);
  }
}

TEST_P(DatabaseServerContract, ALoginOfNoDatabaseCanBeLockedAndDropped) {
  const Secret password = NewPassword();
  const UserSpec user = PrepareUser(NewDatabaseSpec(), Rights::kNone, password);
  EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(user.name, absl::nullopt, Soon()), IsOk());
  EXPECT_THAT(ListObjects().users, Not(Contains(user.name.text())));
  EXPECT_THAT(admin().DropUser(user.name, absl::nullopt, Soon()), IsOk());
}

TEST_P(DatabaseServerContract, APreparedLoginCanBeDroppedBeforeItsDatabaseAndAfterIt) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const UserSpec early = PrepareUser(database, Rights::kGranted, password);
  const UserSpec late = PrepareUser(database, Rights::kGranted, password);
  EXPECT_THAT(admin().DropUser(early, Soon()), IsOk());
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(late, Soon()), IsOk());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, ThePasswordOfAPreparedLoginReachesNoLogOfTheServer) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const UserSpec user = PrepareUser(database, Rights::kGranted, password);
  ASSERT_THAT(admin().PrepareUser(user.name, database, password, Soon()), IsOk());
  ASSERT_THAT(admin().AdmitUser(user, Rights::kGranted, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, password));
  EXPECT_EQ(server().ReadLogs().find(password.Reveal()), std::string::npos);
}

}  // namespace
}  // namespace eds
