// What node/database_server.h says of users.

#include <memory>

#include "absl/status/status.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST_P(DatabaseServerContract, AUserLogsInWithItsPasswordAlone) {
  const Secret password = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), password);
  EXPECT_TRUE(CanLogIn(user, password));
  EXPECT_FALSE(CanLogIn(user, NewPassword()));
  EXPECT_FALSE(CanLogIn(user, Secret()));
}

TEST_P(DatabaseServerContract, AUserCanDoEverythingInItsDatabase) {
  const Secret password = NewPassword();
  const auto session = LogIn(CreateUser(CreateDatabase(), password), password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->CreateTable("t"), IsOk());
  EXPECT_THAT(session->Insert("t"), IsOk());
  EXPECT_THAT(session->CreateView("v", "t"), IsOk());
  EXPECT_EQ(session->Count("t").value_or(-1), 1);
  EXPECT_EQ(session->Count("v").value_or(-1), 1);
}

TEST_P(DatabaseServerContract, AUserCanDoNothingBeyondItsDatabase) {
  const Secret password = NewPassword();
  const DatabaseSpec other = CreateDatabase();
  const UserSpec user = CreateUser(CreateDatabase(), password);
  EXPECT_FALSE(CanLogIn({user.name, other}, password));
  const auto session = LogIn(user, password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->CreateDatabase(NewName('d').text()), Not(IsOk()));
}

TEST_P(DatabaseServerContract, UsersOfOneDatabaseShareItsTables) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto first = LogIn(CreateUser(database, password), password);
  ASSERT_NE(first, nullptr);
  ASSERT_THAT(first->CreateTable("early"), IsOk());
  const auto second = LogIn(CreateUser(database, password), password);
  ASSERT_NE(second, nullptr);
  ASSERT_THAT(first->CreateTable("late"), IsOk());
  for (const char* const table : {"early", "late"}) {
    EXPECT_THAT(second->Insert(table), IsOk());
    EXPECT_THAT(first->Insert(table), IsOk());
    EXPECT_EQ(second->Count(table).value_or(-1), 2);
  }
}

TEST_P(DatabaseServerContract, RepeatedCreateOfAUserLeavesTheLastPasswordAlone) {
  const Secret first = NewPassword();
  const Secret second = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), first);
  EXPECT_THAT(admin().CreateUser(user, second, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, second));
  EXPECT_FALSE(CanLogIn(user, first));
}

TEST_P(DatabaseServerContract, CreateUserCompletesWhatACrashLeftHalfDone) {
  const UserSpec user = NewUserSpec(CreateDatabase());
  const Secret password = NewPassword();
  ASSERT_THAT(server().CreateUserAlone(user.name), IsOk());
  EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
  const auto session = LogIn(user, password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->CreateTable("t"), IsOk());
}

TEST_P(DatabaseServerContract, CreateUserUnlocksALockedUser) {
  const Secret password = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), password);
  ASSERT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, password));
}

TEST_P(DatabaseServerContract, CreateUserTellsThatItsDatabaseIsMissingAndChangesNothing) {
  const UserSpec user = NewUserSpec(NewDatabaseSpec());
  EXPECT_THAT(admin().CreateUser(user, NewPassword(), Soon()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
  EXPECT_THAT(ListObjects().users, Not(Contains(user.name.text())));
}

TEST_P(DatabaseServerContract, SetUserPasswordLeavesTheNewOneAlone) {
  const Secret first = NewPassword();
  const Secret second = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), first);
  EXPECT_THAT(admin().SetUserPassword(user.name, second, Soon()), IsOk());
  EXPECT_THAT(admin().SetUserPassword(user.name, second, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, second));
  EXPECT_FALSE(CanLogIn(user, first));
}

TEST_P(DatabaseServerContract, SetUserPasswordTellsThatTheUserIsMissing) {
  EXPECT_THAT(admin().SetUserPassword(NewName('u'), NewPassword(), Soon()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kUserNotFound));
}

TEST_P(DatabaseServerContract, SetUserPasswordDoesNotUnlock) {
  const Secret password = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), NewPassword());
  ASSERT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(admin().SetUserPassword(user.name, password, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, password));
}

TEST_P(DatabaseServerContract, LockUserEndsItsSessionsAndRefusesItsLogins) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const UserSpec locked = CreateUser(database, password);
  const auto first = LogIn(locked, password);
  const auto second = LogIn(locked, password);
  const auto other = LogIn(CreateUser(database, password), password);
  ASSERT_TRUE(first != nullptr && second != nullptr && other != nullptr);
  EXPECT_THAT(admin().LockUser(locked.name, Soon()), IsOk());
  EXPECT_TRUE(IsEnded(*first));
  EXPECT_TRUE(IsEnded(*second));
  EXPECT_THAT(other->Ping(), IsOk());
  EXPECT_FALSE(CanLogIn(locked, password));
}

TEST_P(DatabaseServerContract, RepeatedLockAndLockOfAMissingUserAreOk) {
  const UserSpec user = CreateUser(CreateDatabase(), NewPassword());
  EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(admin().LockUser(NewName('u'), Soon()), IsOk());
}

TEST_P(DatabaseServerContract, DropUserEndsItsSessionsAndItsLogin) {
  const Secret password = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), password);
  const auto session = LogIn(user, password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  EXPECT_TRUE(IsEnded(*session));
  EXPECT_FALSE(CanLogIn(user, password));
  EXPECT_THAT(ListObjects().users, Not(Contains(user.name.text())));
}

TEST_P(DatabaseServerContract, DropOfAMissingUserIsOk) {
  const UserSpec user = CreateUser(CreateDatabase(), NewPassword());
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(NewUserSpec(NewDatabaseSpec()), Soon()), IsOk());
}

TEST_P(DatabaseServerContract, DropUserCompletesWhatACrashLeftHalfDone) {
  const UserSpec user = NewUserSpec(CreateDatabase());
  ASSERT_THAT(server().CreateUserAlone(user.name), IsOk());
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  EXPECT_THAT(ListObjects().users, Not(Contains(user.name.text())));
}

TEST_P(DatabaseServerContract, DropUserLeavesItsTablesToTheDatabase) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const UserSpec dropped = CreateUser(database, password);
  const auto first = LogIn(dropped, password);
  ASSERT_NE(first, nullptr);
  ASSERT_THAT(first->CreateTable("t"), IsOk());
  ASSERT_THAT(first->Insert("t"), IsOk());
  EXPECT_THAT(admin().DropUser(dropped, Soon()), IsOk());
  const auto second = LogIn(CreateUser(database, password), password);
  ASSERT_NE(second, nullptr);
  EXPECT_THAT(second->Insert("t"), IsOk());
  EXPECT_EQ(second->Count("t").value_or(-1), 2);
}

TEST_P(DatabaseServerContract, DropUserNeverBreaksWhatItLeaves) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const UserSpec dropped = CreateUser(database, password);
  const auto first = LogIn(dropped, password);
  ASSERT_NE(first, nullptr);
  ASSERT_THAT(first->CreateTable("t"), IsOk());
  ASSERT_THAT(first->CreateView("v", "t"), IsOk());
  const absl::Status status = admin().DropUser(dropped, Soon());
  EXPECT_FALSE(CanLogIn(dropped, password));
  if (!status.ok()) {
    EXPECT_THAT(status, FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects));
    EXPECT_THAT(ListObjects().users, Contains(dropped.name.text()));
  }
  const auto second = LogIn(CreateUser(database, password), password);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->Count("v").value_or(-1), 0);
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(dropped, Soon()), IsOk());
}

}  // namespace
}  // namespace eds
