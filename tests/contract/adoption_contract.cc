// What node/database_server.h says of taking over a database that somebody else made.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

TEST_P(DatabaseServerContract, AnAdoptedDatabaseIsAsACreatedOneWithItsContent) {
  const ForeignDatabase foreign = CreateForeignDatabase();
  EXPECT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()), IsOk());
  EXPECT_THAT(Inspect(foreign.database), IsEmpty());
  const Secret password = NewPassword();
  const auto session = LogIn(CreateUser(foreign.database, password), password);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->Count("t").value_or(-1), 1);
  EXPECT_THAT(session->Insert("t"), IsOk());
  EXPECT_THAT(session->CreateTable("new"), IsOk());
}

TEST_P(DatabaseServerContract, WhoOwnedAnAdoptedDatabaseHasNoRightsInItAnyMore) {
  if (!server().has_owner_roles()) GTEST_SKIP() << "whoever holds privileges keeps them";
  const ForeignDatabase foreign = CreateForeignDatabase();
  const auto session = LogIn(foreign.owner, foreign.password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->Insert("t"), IsOk());
  EXPECT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()), IsOk());
  EXPECT_THAT(session->Insert("t"), Not(IsOk()));
  EXPECT_FALSE(CanLogIn(foreign.owner, foreign.password));
}

TEST_P(DatabaseServerContract, RepeatedAdoptionIsOkAndLeavesItsUsersAlone) {
  const ForeignDatabase foreign = CreateForeignDatabase();
  const Secret password = NewPassword();
  EXPECT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()), IsOk());
  EXPECT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()), IsOk());
  const UserSpec user = CreateUser(foreign.database, password);
  const auto session = LogIn(user, password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()), IsOk());
  EXPECT_THAT(session->Insert("t"), IsOk());
  EXPECT_TRUE(CanLogIn(user, password));
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(DatabaseServerContract, AdoptionFromAnotherThanItsOwnerChangesNothing) {
  const ForeignDatabase foreign = CreateForeignDatabase();
  const auto session = LogIn(foreign.owner, foreign.password);
  ASSERT_NE(session, nullptr);
  const absl::Status status =
      admin().AdoptDatabase(foreign.database, "not" + foreign.expected_owner, Soon());
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_THAT(std::string(status.message()), HasSubstr(foreign.owner.name.text()));
  EXPECT_THAT(session->Insert("t"), IsOk());
  EXPECT_TRUE(CanLogIn(foreign.owner, foreign.password));
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, AdoptionOfAMissingDatabaseTellsThatAndChangesNothing) {
  EXPECT_THAT(admin().AdoptDatabase(NewDatabaseSpec(), "somebody", Soon()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
  EXPECT_THAT(ListObjects().databases, IsEmpty());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, AnAdoptedDatabaseCanBeDropped) {
  const ForeignDatabase foreign = CreateForeignDatabase();
  EXPECT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()), IsOk());
  EXPECT_THAT(admin().DropDatabase(foreign.database, Soon()), IsOk());
  EXPECT_THAT(ListObjects().users, IsEmpty());
  EXPECT_THAT(admin().AdoptDatabase(foreign.database, foreign.expected_owner, Soon()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound));
}

}  // namespace
}  // namespace eds
