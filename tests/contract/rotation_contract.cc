// What node/database_server.h says of two passwords at once.

#include <atomic>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kOneAtATime[] = "a user has one password at a time, and gets a second login instead";

TEST_P(DatabaseServerContract, BothPasswordsWorkUntilOneIsSetAlone) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  const auto session = LogIn(user, old);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_TRUE(CanLogIn(user, old));
  EXPECT_THAT(admin().SetUserPassword(user.name, fresh, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
  EXPECT_THAT(admin().SetUserPassword(user.name, fresh, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
  EXPECT_THAT(session->Ping(), IsOk());
}

TEST_P(DatabaseServerContract, ARepeatLeavesTheSameTwo) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
    EXPECT_TRUE(CanLogIn(user, fresh));
    EXPECT_TRUE(CanLogIn(user, old));
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
    EXPECT_TRUE(CanLogIn(user, fresh));
    EXPECT_TRUE(CanLogIn(user, old));
  }
  EXPECT_THAT(admin().SetUserPassword(user.name, fresh, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
}

TEST_P(DatabaseServerContract, TheNextRotationForgetsTheOldestPassword) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  const Secret newest = NewPassword();
  ASSERT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  EXPECT_THAT(admin().SetUserPassword(user.name, {newest, fresh}, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, newest));
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
  EXPECT_THAT(admin().SetUserPassword(user.name, newest, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, fresh));
}

TEST_P(DatabaseServerContract, CompletesWhatACrashLeftOfARotation) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  const Secret other = NewPassword();
  const Passwords left[] = {fresh,          other,        {old, fresh},
                            {fresh, other}, {old, other}, {other, fresh}};
  for (const Passwords& passwords : left) {
    ASSERT_THAT(admin().SetUserPassword(user.name, passwords, Soon()), IsOk());
    EXPECT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
    EXPECT_TRUE(CanLogIn(user, fresh));
    EXPECT_TRUE(CanLogIn(user, old));
    EXPECT_FALSE(CanLogIn(user, other));
    ASSERT_THAT(admin().SetUserPassword(user.name, passwords, Soon()), IsOk());
    EXPECT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
    EXPECT_TRUE(CanLogIn(user, fresh));
    EXPECT_TRUE(CanLogIn(user, old));
    EXPECT_FALSE(CanLogIn(user, other));
  }
}

TEST_P(DatabaseServerContract, AUserCanBeCreatedWithTwoPasswords) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  UserSpec user = CreateUser(CreateDatabase(), old);
  user.name = NewName('u');
  EXPECT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_TRUE(CanLogIn(user, old));
  EXPECT_THAT(admin().CreateUser(user, fresh, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
}

TEST_P(DatabaseServerContract, CreateUserCompletesWhatACrashLeftHalfDoneWithTwoPasswords) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  UserSpec user = CreateUser(CreateDatabase(), old);
  user.name = NewName('u');
  ASSERT_THAT(server().CreateUserAlone(user.name), IsOk());
  EXPECT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_TRUE(CanLogIn(user, old));
}

TEST_P(DatabaseServerContract, ALockedUserIsRefusedWithBothUntilItIsCreatedAgain) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  ASSERT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
  EXPECT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, fresh));
  EXPECT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_TRUE(CanLogIn(user, old));
  EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(admin().CreateUser(user, fresh, Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
}

TEST_P(DatabaseServerContract, TwoPasswordsForAMissingUserMakeNone) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  const Identifier missing = NewName('u');
  EXPECT_THAT(admin().SetUserPassword(missing, both, Soon()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kUserNotFound));
  EXPECT_THAT(ListObjects().users, Not(Contains(missing.text())));
}

TEST_P(DatabaseServerContract, AUserWithTwoPasswordsCanBeDropped) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  ASSERT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, fresh));
  EXPECT_FALSE(CanLogIn(user, old));
}

TEST_P(DatabaseServerContract, APasswordThatWorksIsNeverRefusedMeanwhile) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  ASSERT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  std::atomic<bool> stop = false;
  int refused = 0;
  std::thread application([&] {
    while (!stop) {
      if (!CanLogIn(user, fresh)) ++refused;
      if (!CanLogIn(user, old)) ++refused;
    }
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(admin().SetUserPassword(user.name, {old, fresh}, Soon()), IsOk());
    EXPECT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
    EXPECT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  }
  stop = true;
  application.join();
  EXPECT_EQ(refused, 0);
}

TEST_P(DatabaseServerContract, FindsASecondPasswordThatShouldNotBeThere) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  EXPECT_THAT(Inspect(user), IsEmpty());
  ASSERT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  EXPECT_THAT(Inspect(user), Not(IsEmpty()));
  EXPECT_THAT(admin().CreateUser(user, fresh, Soon()), IsOk());
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(DatabaseServerContract, FindsThatASecondPasswordIsMissing) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  UserSpec user = CreateUser(CreateDatabase(), old);
  user.has_second_password = true;
  EXPECT_THAT(Inspect(user), Not(IsEmpty()));
  EXPECT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(DatabaseServerContract, NeitherOfTwoPasswordsReachesTheLogsOfTheServer) {
  if (!server().knows_two_passwords()) GTEST_SKIP() << kOneAtATime;
  const Secret old = NewPassword();
  const Secret fresh = NewPassword();
  const Passwords both(fresh, old);
  const UserSpec user = CreateUser(CreateDatabase(), old);
  ASSERT_THAT(admin().SetUserPassword(user.name, both, Soon()), IsOk());
  ASSERT_THAT(admin().CreateUser(user, both, Soon()), IsOk());
  const std::string logs = server().ReadLogs();
  EXPECT_FALSE(absl::StrContains(logs, fresh.Reveal()));
  EXPECT_FALSE(absl::StrContains(logs, old.Reveal()));
}

}  // namespace
}  // namespace eds
