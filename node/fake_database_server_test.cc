#include "node/fake_database_server.h"

#include <memory>

#include "common/error.h"
#include "common/fake_clock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using Effect = FakeDatabaseServer::Effect;
using Step = FakeDatabaseServer::Step;

class FakeDatabaseServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = server_.Open(config_, deadline_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    administrator_ = *std::move(opened);
  }

  FakeClock clock_;
  const absl::Time deadline_ = clock_.Now() + absl::Seconds(1);
  const ServerConfig config_ = {
      .hosts = {"h"}, .port = 1, .user = "admin", .password = Secret("p")};
  const DatabaseSpec database_ = {*Identifier::Parse("d1"), *Identifier::Parse("o1")};
  FakeDatabaseServer server_{clock_, config_};
  std::unique_ptr<DatabaseServer> administrator_;
};

TEST_F(FakeDatabaseServerTest, FailsTheNextStepBeforeItTakesEffect) {
  server_.FailNext(Step::kCreateDatabase, absl::InternalError("no"));
  EXPECT_EQ(administrator_->CreateDatabase(database_, deadline_), absl::InternalError("no"));
  EXPECT_FALSE(server_.HasDatabase("d1"));
  EXPECT_TRUE(administrator_->CreateDatabase(database_, deadline_).ok());
  EXPECT_TRUE(server_.HasDatabase("d1"));
}

TEST_F(FakeDatabaseServerTest, LosesTheReplyOfTheNextStep) {
  server_.FailNext(Step::kCreateDatabase, absl::UnavailableError("lost"), Effect::kHappened);
  EXPECT_EQ(administrator_->CreateDatabase(database_, deadline_), absl::UnavailableError("lost"));
  EXPECT_TRUE(server_.HasDatabase("d1"));
}

TEST_F(FakeDatabaseServerTest, TellsItsHookOfEachStep) {
  int creations = 0;
  server_.OnStep([&creations](Step step) { creations += step == Step::kCreateDatabase ? 1 : 0; });
  EXPECT_TRUE(administrator_->CreateDatabase(database_, deadline_).ok());
  EXPECT_TRUE(administrator_->Probe(deadline_).ok());
  EXPECT_EQ(creations, 1);
}

TEST_F(FakeDatabaseServerTest, AStepThatTheHookDelaysBeyondItsDeadlineDoesNotHappen) {
  server_.OnStep([this](Step) { clock_.Advance(absl::Seconds(2)); });
  EXPECT_TRUE(
      HasReason(administrator_->CreateDatabase(database_, deadline_), Reason::kServerTimeout));
  EXPECT_FALSE(server_.HasDatabase("d1"));
}

TEST_F(FakeDatabaseServerTest, KeepsAUserLockedWhoseObjectsCannotBeHandedOver) {
  const UserSpec user = {*Identifier::Parse("u1"), database_};
  ASSERT_TRUE(administrator_->CreateDatabase(database_, deadline_).ok());
  ASSERT_TRUE(administrator_->CreateUser(user, Secret("s"), deadline_).ok());
  EXPECT_TRUE(server_.CanLogIn("u1", Secret("s"), "d1"));
  server_.SetOwnedObject("u1", "view v");
  EXPECT_TRUE(HasReason(administrator_->DropUser(user, deadline_), Reason::kUserOwnsObjects));
  EXPECT_TRUE(server_.HasUser("u1"));
  EXPECT_FALSE(server_.CanLogIn("u1", Secret("s"), "d1"));
}

TEST_F(FakeDatabaseServerTest, AnAdministratorWhoseClaimWasTakenFailsEachStep) {
  ServerConfig config = config_;
  config.claim = {"inst", "node", 1};
  const auto earlier = server_.Open(config, deadline_);
  config.claim.epoch = 2;
  const auto later = server_.Open(config, deadline_);
  ASSERT_TRUE(earlier.ok());
  ASSERT_TRUE(later.ok());
  EXPECT_TRUE(HasReason((*earlier)->CreateDatabase(database_, deadline_), Reason::kServerClaimed));
  EXPECT_FALSE(server_.HasDatabase("d1"));
  EXPECT_TRUE((*later)->CreateDatabase(database_, deadline_).ok());
}

TEST_F(FakeDatabaseServerTest, AClaimEndsWhenTheServerStops) {
  ServerConfig config = config_;
  config.claim = {"inst", "first", 1};
  const auto first = server_.Open(config, deadline_);
  ASSERT_TRUE(first.ok());
  server_.Stop();
  server_.Start();
  config.claim.node = "second";
  EXPECT_TRUE(server_.Open(config, deadline_).ok());
  EXPECT_TRUE((*first)->Probe(deadline_).ok());  // Nobody has it again.
}

}  // namespace
}  // namespace eds
