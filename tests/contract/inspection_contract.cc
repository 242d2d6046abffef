// What node/database_server.h says of the deviations that it finds.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

// What a repeat of the step mends.
testing::Matcher<const Deviation&> IsLack() {
  return AllOf(Field("missing", &Deviation::missing, false),
               Field("detail", &Deviation::detail, Not(IsEmpty())),
               Field("remedy", &Deviation::remedy, IsEmpty()));
}

testing::Matcher<const Deviation&> IsExcess() {
  return AllOf(Field("missing", &Deviation::missing, false),
               Field("detail", &Deviation::detail, Not(IsEmpty())),
               Field("remedy", &Deviation::remedy, Not(IsEmpty())));
}

testing::Matcher<const Deviation&> IsAbsence() {
  return Field("missing", &Deviation::missing, true);
}

TEST_P(DatabaseServerContract, WhatItMadeDoesNotDeviate) {
  const DatabaseSpec database = CreateDatabase();
  const UserSpec user = CreateUser(database, NewPassword());
  EXPECT_THAT(Inspect(database), IsEmpty());
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(DatabaseServerContract, FindsThatADatabaseOrAUserIsMissing) {
  const DatabaseSpec database = CreateDatabase();
  EXPECT_THAT(Inspect(NewUserSpec(database)), ElementsAre(IsAbsence()));
  EXPECT_THAT(Inspect(NewDatabaseSpec()), ElementsAre(IsAbsence()));
  ASSERT_THAT(server().DropDatabaseAlone(database), IsOk());
  EXPECT_THAT(Inspect(database), ElementsAre(IsAbsence()));
}

TEST_P(DatabaseServerContract, FindsThatAUserIsLockedUntilItIsCreatedAgain) {
  const Secret password = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), password);
  ASSERT_THAT(server().LockAlone(user.name), IsOk());
  EXPECT_THAT(Inspect(user), ElementsAre(IsLack()));
  EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(DatabaseServerContract, FindsWhatACrashLeftOutUntilTheStepIsRepeated) {
  const UserSpec user = NewUserSpec(CreateDatabase());
  ASSERT_THAT(server().CreateUserAlone(user.name), IsOk());
  EXPECT_THAT(Inspect(user), AllOf(Not(IsEmpty()), Each(IsLack())));
  EXPECT_THAT(admin().CreateUser(user, NewPassword(), Soon()), IsOk());
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(DatabaseServerContract, FindsAPrivilegeTooManyAndHowToTakeItBack) {
  const UserSpec user = CreateUser(CreateDatabase(), NewPassword());
  ASSERT_THAT(server().GrantTooMuch(user.name), IsOk());
  const std::vector<Deviation> deviations = Inspect(user);
  ASSERT_THAT(deviations, ElementsAre(IsExcess()));
  EXPECT_FALSE(absl::StrContains(deviations[0].detail, "\n"));
  EXPECT_THAT(server().RunAlone(deviations[0].remedy), IsOk());
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(DatabaseServerContract, FindsThatADatabaseBelongsToSomebodyElse) {
  if (!server().has_owner_roles()) GTEST_SKIP() << "a database has no owner";
  const ForeignDatabase foreign = CreateForeignDatabase();
  EXPECT_THAT(Inspect(foreign.database), Not(IsEmpty()));
}

}  // namespace
}  // namespace eds
