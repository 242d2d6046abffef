// What node/database_server.h says of the roles of users.

#include <memory>

#include "absl/status/status.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Role kAllRoles[] = {Role::kOwner, Role::kReadWrite, Role::kReadOnly};

TEST_P(DatabaseServerContract, OwnersChangeAndDropEachOthersTables) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto first = LogIn(CreateUser(database, password), password);
  const auto second = LogIn(CreateUser(database, password), password);
  ASSERT_TRUE(first != nullptr && second != nullptr);
  ASSERT_THAT(first->CreateTable("t"), IsOk());
  EXPECT_THAT(second->Insert("t"), IsOk());
  EXPECT_THAT(second->DropTable("t"), IsOk());
  EXPECT_THAT(first->CreateTable("t"), IsOk());
}

TEST_P(DatabaseServerContract, AReaderAndWriterUsesAllTablesEarlyAndLateByAnyOwner) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto first = LogIn(CreateUser(database, password), password);
  ASSERT_NE(first, nullptr);
  ASSERT_THAT(first->CreateTable("early"), IsOk());
  const auto session = LogIn(CreateUser(database, password, Role::kReadWrite), password);
  const auto second = LogIn(CreateUser(database, password), password);
  ASSERT_TRUE(session != nullptr && second != nullptr);
  ASSERT_THAT(first->CreateTable("late"), IsOk());
  ASSERT_THAT(second->CreateTable("other"), IsOk());
  ASSERT_THAT(second->CreateView("v", "early"), IsOk());
  for (const char* const table : {"early", "late", "other"}) {
    EXPECT_THAT(session->Insert(table), IsOk()) << table;
    EXPECT_EQ(session->Count(table).value_or(-1), 1) << table;
  }
  EXPECT_THAT(session->Count("v"), IsOk());
}

TEST_P(DatabaseServerContract, AReaderReadsAllTablesEarlyAndLateByAnyOwner) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto first = LogIn(CreateUser(database, password), password);
  ASSERT_NE(first, nullptr);
  ASSERT_THAT(first->CreateTable("early"), IsOk());
  const auto session = LogIn(CreateUser(database, password, Role::kReadOnly), password);
  const auto second = LogIn(CreateUser(database, password), password);
  ASSERT_TRUE(session != nullptr && second != nullptr);
  ASSERT_THAT(first->CreateTable("late"), IsOk());
  ASSERT_THAT(second->CreateTable("other"), IsOk());
  for (const char* const table : {"early", "late", "other"}) {
    ASSERT_THAT(first->Insert(table), IsOk()) << table;
    EXPECT_EQ(session->Count(table).value_or(-1), 1) << table;
    EXPECT_THAT(session->Insert(table), Not(IsOk())) << table;
  }
}

TEST_P(DatabaseServerContract, OnlyOwnersCreateAndDropTables) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database, password), password);
  ASSERT_NE(owner, nullptr);
  ASSERT_THAT(owner->CreateTable("t"), IsOk());
  for (const Role role : {Role::kReadWrite, Role::kReadOnly}) {
    const auto session = LogIn(CreateUser(database, password, role), password);
    ASSERT_NE(session, nullptr);
    EXPECT_THAT(session->DropTable("t"), Not(IsOk()));
    if (!server().lets_everybody_create()) {
      EXPECT_THAT(session->CreateTable("mine"), Not(IsOk()));
    }
  }
  EXPECT_THAT(owner->Insert("t"), IsOk());
}

TEST_P(DatabaseServerContract, ARoleReachesNoFurtherThanItsDatabase) {
  const Secret password = NewPassword();
  const DatabaseSpec other = CreateDatabase();
  for (const Role role : {Role::kReadWrite, Role::kReadOnly}) {
    const UserSpec user = CreateUser(CreateDatabase(), password, role);
    EXPECT_FALSE(CanLogIn({user.name, other}, password));
    const auto session = LogIn(user, password);
    ASSERT_NE(session, nullptr);
    EXPECT_THAT(session->CreateDatabase(NewName('d').text()), Not(IsOk()));
  }
}

TEST_P(DatabaseServerContract, AUserKeepsItsRoleWhenItIsCreatedAgainAndAfterALock) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database, password), password);
  ASSERT_NE(owner, nullptr);
  ASSERT_THAT(owner->CreateTable("t"), IsOk());
  for (const Role role : {Role::kReadWrite, Role::kReadOnly}) {
    const UserSpec user = CreateUser(database, password, role);
    EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
    EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
    EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
    EXPECT_THAT(Inspect(user), IsEmpty());
    const auto session = LogIn(user, password);
    ASSERT_NE(session, nullptr);
    EXPECT_THAT(session->Count("t"), IsOk());
    EXPECT_EQ(session->Insert("t").ok(), role == Role::kReadWrite);
    EXPECT_THAT(session->DropTable("t"), Not(IsOk()));
  }
}

TEST_P(DatabaseServerContract, CreateUserGivesWhatACrashLeftHalfDoneItsRole) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database, password), password);
  ASSERT_NE(owner, nullptr);
  ASSERT_THAT(owner->CreateTable("t"), IsOk());
  for (const Role role : {Role::kReadWrite, Role::kReadOnly}) {
    UserSpec user = NewUserSpec(database);
    user.role = role;
    ASSERT_THAT(server().CreateUserAlone(user.name), IsOk());
    EXPECT_THAT(Inspect(user), Not(IsEmpty()));
    EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
    EXPECT_THAT(Inspect(user), IsEmpty());
    const auto session = LogIn(user, password);
    ASSERT_NE(session, nullptr);
    EXPECT_EQ(session->Insert("t").ok(), role == Role::kReadWrite);
  }
}

TEST_P(DatabaseServerContract, WhatItMadeDoesNotDeviateInAnyRole) {
  const DatabaseSpec database = CreateDatabase();
  for (const Role role : kAllRoles) {
    EXPECT_THAT(Inspect(CreateUser(database, NewPassword(), role)), IsEmpty());
    EXPECT_THAT(Inspect(database), IsEmpty());
  }
}

TEST_P(DatabaseServerContract, FindsThatAUserHasAnotherRole) {
  const DatabaseSpec database = CreateDatabase();
  for (const Role role : kAllRoles) {
    UserSpec user = CreateUser(database, NewPassword(), role);
    user.role = role == Role::kOwner ? Role::kReadOnly : Role::kOwner;
    EXPECT_THAT(Inspect(user), Not(IsEmpty()));
  }
}

TEST_P(DatabaseServerContract, DroppingAUserOfAnyRoleTakesNothingFromTheOthers) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database, password), password);
  const auto writer = LogIn(CreateUser(database, password, Role::kReadWrite), password);
  const auto reader = LogIn(CreateUser(database, password, Role::kReadOnly), password);
  ASSERT_TRUE(owner != nullptr && writer != nullptr && reader != nullptr);
  for (const Role role : kAllRoles) {
    const UserSpec dropped = CreateUser(database, password, role);
    const auto session = LogIn(dropped, password);
    ASSERT_NE(session, nullptr);
    if (role == Role::kOwner) {
      ASSERT_THAT(session->CreateTable("t"), IsOk());
    }
    EXPECT_THAT(admin().DropUser(dropped, Soon()), IsOk());
    EXPECT_THAT(ListObjects().users, Not(Contains(dropped.name.text())));
    EXPECT_THAT(owner->Insert("t"), IsOk());
    EXPECT_THAT(writer->Insert("t"), IsOk());
    EXPECT_THAT(reader->Count("t"), IsOk());
  }
  EXPECT_EQ(reader->Count("t").value_or(-1), 6);
}

TEST_P(DatabaseServerContract, UsersOfEveryRoleAndTheirDatabaseCanBeDropped) {
  const DatabaseSpec database = CreateDatabase();
  for (const Role role : kAllRoles) {
    EXPECT_THAT(admin().DropUser(CreateUser(database, NewPassword(), role), Soon()), IsOk());
  }
  const UserSpec left = CreateUser(database, NewPassword(), Role::kReadOnly);
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(left, Soon()), IsOk());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, AnAdoptedDatabaseTakesUsersOfEveryRole) {
  const ForeignDatabase foreign = CreateForeignDatabase();
  const Secret password = NewPassword();
  ASSERT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()), IsOk());
  const auto writer = LogIn(CreateUser(foreign.database, password, Role::kReadWrite), password);
  const auto reader = LogIn(CreateUser(foreign.database, password, Role::kReadOnly), password);
  const auto owner = LogIn(CreateUser(foreign.database, password), password);
  ASSERT_TRUE(owner != nullptr && writer != nullptr && reader != nullptr);
  EXPECT_THAT(writer->Insert("t"), IsOk());
  EXPECT_EQ(reader->Count("t").value_or(-1), 2);
  EXPECT_THAT(reader->Insert("t"), Not(IsOk()));
  ASSERT_THAT(owner->CreateTable("new"), IsOk());
  EXPECT_THAT(writer->Insert("new"), IsOk());
  EXPECT_EQ(reader->Count("new").value_or(-1), 1);
  EXPECT_THAT(Inspect(foreign.database), IsEmpty());
}

}  // namespace
}  // namespace eds
