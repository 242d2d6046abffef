#include "controller/password_rotator.h"

#include <string>

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Effect = FakeDatabaseServer::Effect;
using Step = FakeDatabaseServer::Step;

constexpr absl::Duration kOverlap = absl::Hours(24);

absl::Status ServerDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "gone");
}

// A user of a database on a node of one kind, during and after rotations with an overlap.
class PasswordRotatorTest : public testing::TestWithParam<v1::Kind> {
 protected:
  void SetUp() override {
    Restart();
    const NewDatabase request{.request = {}, .kind = GetParam(), .node = kNode};
    const auto database = harness_.databases().Create(request, kNode);
    ASSERT_THAT(database, IsOk());
    database_ = database->record;
    const auto user = harness_.CreateUser(database_.id());
    ASSERT_THAT(user, IsOk());
    user_ = user->record;
    first_ = *harness_.users().PasswordOf(*user);
  }

  void Restart() {
    harness_.Restart();
    harness_.AddNode(kNode, GetParam());
  }

  StoredUser Reread() { return harness_.catalog().GetUser(database_.id(), user_.id()).value(); }
  Secret Current() { return *harness_.users().PasswordOf(Reread()); }

  // As the application was told.
  bool CanLogIn(const std::string& name, const Secret& password) {
    return harness_.server().CanLogIn(name, password, database_.server_name());
  }
  bool FirstWorks() { return CanLogIn(user_.server_name(), first_); }
  bool CurrentWorks() { return CanLogIn(Reread().record.server_name(), Current()); }
  size_t Logins() { return harness_.server().Everything().users.size() - 1; }  // But the owner.

  absl::StatusOr<StoredUser> Rotate(const std::string& request_id = "",
                                    absl::Duration overlap = kOverlap) {
    return harness_.Rotate(Reread(), request_id, overlap);
  }
  absl::StatusOr<StoredUser> EndOverlap(const std::string& request_id = "") {
    return harness_.rotator().EndOverlap(
        {.request = {.id = request_id, .method = "EndPasswordOverlap", .fingerprint = "x"},
         .user = {user_.database(), user_.id()}});
  }
  absl::Status Expire() { return harness_.rotator().Expire({user_.database(), user_.id()}); }
  bool Overlaps() { return Reread().record.has_previous_password_expire_time(); }

  static constexpr char kNode[] = "a_node";
  ProvisioningHarness harness_;
  state::v1::DatabaseRecord database_;
  state::v1::UserRecord user_;
  Secret first_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, PasswordRotatorTest,
                         testing::Values(v1::KIND_MYSQL, v1::KIND_POSTGRESQL),
                         [](const auto& info) {
                           return info.param == v1::KIND_MYSQL ? "OneLogin" : "TwoLogins";
                         });

TEST_P(PasswordRotatorTest, WithoutAnOverlapTheOldPasswordEndsAtOnce) {
  ASSERT_THAT(Rotate("", absl::ZeroDuration()), IsOk());
  EXPECT_FALSE(FirstWorks());
  EXPECT_TRUE(CurrentWorks());
  EXPECT_FALSE(Overlaps());
  EXPECT_EQ(Logins(), 1);
}

TEST_P(PasswordRotatorTest, BothPasswordsWorkUntilTheOverlapEnds) {
  ASSERT_THAT(Rotate(), IsOk());
  EXPECT_TRUE(FirstWorks());
  EXPECT_TRUE(CurrentWorks());
  EXPECT_FALSE(first_ == Current());
  ASSERT_THAT(Expire(), IsOk());
  EXPECT_TRUE(FirstWorks());  // It is not time yet.
  harness_.clock().Advance(kOverlap);
  ASSERT_THAT(Expire(), IsOk());
  EXPECT_FALSE(FirstWorks());
  EXPECT_TRUE(CurrentWorks());
  EXPECT_FALSE(Overlaps());
  EXPECT_EQ(Logins(), 1);
}

TEST_P(PasswordRotatorTest, ACallEndsTheOverlapAndItsRepeatChangesNothing) {
  ASSERT_THAT(Rotate(), IsOk());
  ASSERT_THAT(EndOverlap("e1"), IsOk());
  EXPECT_FALSE(FirstWorks());
  EXPECT_TRUE(CurrentWorks());
  ASSERT_THAT(Rotate(), IsOk());
  EXPECT_THAT(EndOverlap("e1"), IsOk());
  EXPECT_TRUE(Overlaps());
  ASSERT_THAT(EndOverlap("e2"), IsOk());
  EXPECT_FALSE(Overlaps());
  EXPECT_THAT(EndOverlap("e3"), IsOk());
}

TEST_P(PasswordRotatorTest, AtMostTwoPasswordsWork) {
  ASSERT_THAT(Rotate(), IsOk());
  const Secret second = Current();
  const std::string second_name = Reread().record.server_name();
  ASSERT_THAT(Rotate(), IsOk());
  EXPECT_FALSE(FirstWorks());
  EXPECT_TRUE(CanLogIn(second_name, second));
  EXPECT_TRUE(CurrentWorks());
  ASSERT_THAT(Rotate("", absl::ZeroDuration()), IsOk());
  EXPECT_FALSE(CanLogIn(second_name, second));
  EXPECT_TRUE(CurrentWorks());
  EXPECT_FALSE(Overlaps());
  EXPECT_EQ(Logins(), 1);
}

TEST_P(PasswordRotatorTest, ARepeatAnswersTheSamePassword) {
  ASSERT_THAT(Rotate("r1"), IsOk());
  const Secret second = Current();
  ASSERT_THAT(harness_.Rotate(Reread(), "r1", kOverlap), IsOk());
  EXPECT_EQ(Current(), second);
  EXPECT_EQ(Reread().record.password_generation(), 2);
  EXPECT_TRUE(FirstWorks());
}

TEST_P(PasswordRotatorTest, AStoppedRotationIsFinished) {
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    const std::string before_name = Reread().record.server_name();
    const Secret before = Current();
    const bool one_login = GetParam() == v1::KIND_MYSQL;
    harness_.server().FailNext(one_login ? Step::kSetUserPassword : Step::kCreateUser, ServerDown(),
                               effect);
    EXPECT_THAT(Rotate(), HasCode(absl::StatusCode::kUnavailable));
    Restart();
    ASSERT_THAT(harness_.FinishAll(), IsOk());
    EXPECT_TRUE(CurrentWorks());
    EXPECT_TRUE(CanLogIn(before_name, before));
    EXPECT_TRUE(Overlaps());
  }
}

TEST_P(PasswordRotatorTest, AStoppedEndIsCompletedWhenItIsDue) {
  const Step step = GetParam() == v1::KIND_MYSQL ? Step::kSetUserPassword : Step::kDropUser;
  for (const Effect effect : {Effect::kNone, Effect::kHappened}) {
    ASSERT_THAT(Rotate(), IsOk());
    harness_.server().FailNext(step, ServerDown(), effect);
    EXPECT_THAT(EndOverlap(), HasCode(absl::StatusCode::kUnavailable));
    EXPECT_TRUE(CurrentWorks());
    Restart();
    ASSERT_THAT(Expire(), IsOk());
    EXPECT_FALSE(Overlaps());
    EXPECT_TRUE(CurrentWorks());
    EXPECT_EQ(Logins(), 1);
  }
}

TEST_P(PasswordRotatorTest, DeletionTakesBothLogins) {
  ASSERT_THAT(Rotate(), IsOk());
  ASSERT_THAT(harness_.DeleteUser(Reread()), IsOk());
  EXPECT_EQ(Logins(), 0);
}

TEST_P(PasswordRotatorTest, DeletionOfARotatingUserTakesBothLogins) {
  const bool one_login = GetParam() == v1::KIND_MYSQL;
  harness_.server().FailNext(one_login ? Step::kSetUserPassword : Step::kCreateUser, ServerDown(),
                             Effect::kHappened);
  EXPECT_THAT(Rotate(), HasCode(absl::StatusCode::kUnavailable));
  ASSERT_THAT(harness_.DeleteUser(Reread()), IsOk());
  EXPECT_EQ(Logins(), 0);
}

TEST_P(PasswordRotatorTest, DeletionOfTheDatabaseLocksBothAndUndeletionLetsBothIn) {
  ASSERT_THAT(Rotate(), IsOk());
  ASSERT_THAT(harness_.DeleteDatabase(database_.id(), true), IsOk());
  EXPECT_FALSE(FirstWorks());
  EXPECT_FALSE(harness_.server().HasOpenLogins(database_.server_name()));
  ASSERT_THAT(harness_.UndeleteDatabase(database_.id()), IsOk());
  EXPECT_TRUE(FirstWorks());
  EXPECT_TRUE(CurrentWorks());
}

TEST_P(PasswordRotatorTest, AnOverlapThatEndsWhileTheDatabaseIsDeletedLetsNobodyIn) {
  ASSERT_THAT(Rotate(), IsOk());
  ASSERT_THAT(harness_.DeleteDatabase(database_.id(), true), IsOk());
  harness_.clock().Advance(kOverlap);
  ASSERT_THAT(Expire(), IsOk());
  EXPECT_FALSE(harness_.server().HasOpenLogins(database_.server_name()));
  ASSERT_THAT(harness_.UndeleteDatabase(database_.id()), IsOk());
  EXPECT_FALSE(FirstWorks());
  EXPECT_TRUE(CurrentWorks());
}

TEST_P(PasswordRotatorTest, WhereThereAreNoTwoPasswordsNothingIsChanged) {
  if (GetParam() != v1::KIND_MYSQL) GTEST_SKIP() << "a second login is to be had everywhere";
  harness_.server().FailNext(Step::kSetUserPassword,
                             MakeError(absl::StatusCode::kFailedPrecondition,
                                       Reason::kOptionUnsupported, "this release knows one"));
  EXPECT_THAT(Rotate("r1"),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kOptionUnsupported));
  EXPECT_EQ(Reread().record.state(), v1::User::STATE_READY);
  EXPECT_EQ(Reread().record.password_generation(), 1);
  EXPECT_TRUE(FirstWorks());
  // The request was forgotten with it.
  ASSERT_THAT(Rotate("r1"), IsOk());
  EXPECT_EQ(Reread().record.password_generation(), 2);
}

}  // namespace
}  // namespace eds
