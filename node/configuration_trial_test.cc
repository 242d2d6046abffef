#include "node/configuration_trial.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "node/fake_database_server.h"

namespace eds {
namespace {

using absl::StatusCode;
using ServerStep = FakeDatabaseServer::Step;

constexpr PauseRange kShort{.first = absl::Milliseconds(1), .longest = absl::Milliseconds(1)};
constexpr PauseRange kNever{.first = absl::Hours(1), .longest = absl::Hours(1)};

node::v1::Configuration Revision(int64_t revision, const std::string& password) {
  node::v1::Configuration configuration;
  configuration.set_revision(revision);
  auto& values = *configuration.mutable_values();
  values["postgresql/host"] = "db.example";
  values["postgresql/user"] = "admin";
  values["postgresql/pass"] = password;
  return configuration;
}

ServerConfig AdminConfig() {
  ServerConfig config;
  config.hosts = {"db.example"};
  config.user = "admin";
  config.password = Secret("right");
  return config;
}

class ConfigurationTrialTest : public testing::Test {
 protected:
  void Start(const TrialPauses& pauses) {
    trial_ = std::make_unique<ConfigurationTrial>(
        ConfigurationTrial::Subject{v1::KIND_POSTGRESQL, "pg"},
        [this](const ServerConfig& config, absl::Time deadline) {
          {
            absl::MutexLock lock(&mutex_);
            ++attempts_;
            claim_ = config.claim;
          }
          return database_.Open(config, deadline);
        },
        pauses, random_, slot_,
        [this](const node::v1::Outcome& outcome) {
          absl::MutexLock lock(&mutex_);
          outcomes_.push_back(outcome);
        });
  }

  node::v1::Outcome AwaitOutcome(size_t count) {
    const auto told = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return outcomes_.size() >= count;
    };
    absl::MutexLock lock(&mutex_, absl::Condition(&told));
    EXPECT_EQ(outcomes_.size(), count);
    return outcomes_.at(count - 1);
  }
  void AwaitAttempts(int count) {
    const auto made = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return attempts_ >= count; };
    absl::MutexLock lock(&mutex_, absl::Condition(&made));
  }
  int attempts() {
    absl::MutexLock lock(&mutex_);
    return attempts_;
  }

  std::string claim() {
    absl::MutexLock lock(&mutex_);
    return absl::StrCat(claim_.installation, "/", claim_.node, "/", claim_.epoch);
  }
  void RefuseNextClaim() {
    database_.FailNext(ServerStep::kOpen,
                       MakeError(StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                                 "another agent works on the server"));
  }

  SystemClock clock_;
  SystemRandom random_;
  FakeDatabaseServer database_{clock_, AdminConfig()};
  ServerSlot slot_{MakeError(StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured, "empty"),
                   [](const SlotState&) {}};
  absl::Mutex mutex_;
  std::vector<node::v1::Outcome> outcomes_ ABSL_GUARDED_BY(mutex_);
  int attempts_ ABSL_GUARDED_BY(mutex_) = 0;
  ServerClaim claim_ ABSL_GUARDED_BY(mutex_);  // Of the last attempt.
  std::unique_ptr<ConfigurationTrial> trial_;
};

TEST_F(ConfigurationTrialTest, AnOutcomeIsToldOnceHoweverOftenItRecurs) {
  Start({.unreachable = kShort, .refused = kNever});
  database_.Stop();
  trial_->Offer(Revision(1, "right"));
  EXPECT_EQ(AwaitOutcome(1).problem().reason(), "SERVER_UNREACHABLE");
  AwaitAttempts(5);
  EXPECT_EQ(AwaitOutcome(1).revision(), 1);
  EXPECT_THAT(trial_->Refusal(), FailsWith(StatusCode::kUnavailable, Reason::kServerUnreachable));
  database_.Start();
  EXPECT_FALSE(AwaitOutcome(2).has_problem());
  EXPECT_THAT(trial_->Refusal(), IsOk());
}

TEST_F(ConfigurationTrialTest, ARefusedPasswordIsNotTriedAgainSoon) {
  Start({.unreachable = kShort, .refused = kNever});
  trial_->Offer(Revision(1, "wrong"));
  EXPECT_EQ(AwaitOutcome(1).problem().reason(), "ADMIN_LOGIN_REFUSED");
  // Nor when the controller comes back and offers the same again.
  trial_->Offer(Revision(1, "wrong"));
  EXPECT_EQ(AwaitOutcome(2).problem().reason(), "ADMIN_LOGIN_REFUSED");
  EXPECT_EQ(attempts(), 1);
}

TEST_F(ConfigurationTrialTest, ANewerRevisionIsTriedAtOnce) {
  Start({.unreachable = kNever, .refused = kNever});
  trial_->Offer(Revision(1, "wrong"));
  AwaitOutcome(1);
  trial_->Offer(Revision(2, "right"));
  EXPECT_EQ(AwaitOutcome(2).revision(), 2);
  EXPECT_EQ(slot_.State().revision, 2);
}

TEST_F(ConfigurationTrialTest, ARefusedRevisionLeavesTheServerInPlace) {
  Start({.unreachable = kNever, .refused = kNever});
  trial_->Offer(Revision(1, "right"));
  AwaitOutcome(1);
  trial_->Offer(Revision(2, "wrong"));
  EXPECT_TRUE(AwaitOutcome(2).has_problem());
  EXPECT_EQ(slot_.State().revision, 1);
  EXPECT_THAT(slot_.Get(), IsOk());
}

TEST_F(ConfigurationTrialTest, WhatIsInUseIsNotOpenedAgain) {
  Start({.unreachable = kNever, .refused = kNever});
  trial_->Offer(Revision(1, "right"));
  AwaitOutcome(1);
  trial_->Offer(Revision(1, "right"));
  EXPECT_FALSE(AwaitOutcome(2).has_problem());
  EXPECT_EQ(attempts(), 1);
}

TEST_F(ConfigurationTrialTest, WhatOnlyTheControllerGoesByOpensNothing) {
  Start({.unreachable = kNever, .refused = kNever});
  trial_->Offer(Revision(1, "right"));
  EXPECT_FALSE(AwaitOutcome(1).has_problem());
  const std::shared_ptr<DatabaseServer> server = slot_.State().server;
  node::v1::Configuration second = Revision(2, "right");
  (*second.mutable_values())["postgresql/ready_databases"] = "9";
  trial_->Offer(second);
  EXPECT_EQ(AwaitOutcome(2).revision(), 2);
  EXPECT_EQ(slot_.State().revision, 2);
  EXPECT_EQ(slot_.State().server, server);
  (*second.mutable_values())["postgresql/pool_size"] = "9";
  second.set_revision(3);
  trial_->Offer(second);
  EXPECT_EQ(AwaitOutcome(3).revision(), 3);
  EXPECT_NE(slot_.State().server, server);
}

TEST_F(ConfigurationTrialTest, OfThoseThatCameDuringAnAttemptTheNewestCounts) {
  Start({.unreachable = kNever, .refused = kNever});
  absl::Notification begun;
  absl::Notification go_on;
  database_.OnStep([&](ServerStep step) {
    if (step != ServerStep::kOpen || begun.HasBeenNotified()) return;
    begun.Notify();
    go_on.WaitForNotification();
  });
  trial_->Offer(Revision(1, "right"));
  begun.WaitForNotification();
  trial_->Offer(Revision(2, "wrong"));
  trial_->Offer(Revision(3, "right"));
  go_on.Notify();
  EXPECT_EQ(AwaitOutcome(2).revision(), 3);
  EXPECT_EQ(slot_.State().revision, 3);
}

TEST_F(ConfigurationTrialTest, ANewerClaimIsTriedAtOnceWhereTheEarlierWasRefused) {
  Start({.unreachable = kNever, .refused = kNever});
  trial_->Claim({"a1b2c3", "pg", 1});
  RefuseNextClaim();
  trial_->Offer(Revision(1, "right"));
  EXPECT_EQ(AwaitOutcome(1).problem().reason(), "SERVER_CLAIMED");
  EXPECT_EQ(claim(), "a1b2c3/pg/1");
  trial_->Claim({"a1b2c3", "pg", 2});
  EXPECT_FALSE(AwaitOutcome(2).has_problem());
  EXPECT_EQ(claim(), "a1b2c3/pg/2");
}

TEST_F(ConfigurationTrialTest, AClaimThatComesDuringAnAttemptIsTriedAfterIt) {
  Start({.unreachable = kNever, .refused = kNever});
  absl::Notification begun;
  absl::Notification go_on;
  database_.OnStep([&](ServerStep step) {
    if (step != ServerStep::kOpen || begun.HasBeenNotified()) return;
    begun.Notify();
    go_on.WaitForNotification();
  });
  trial_->Claim({"a1b2c3", "pg", 1});
  RefuseNextClaim();
  trial_->Offer(Revision(1, "right"));
  begun.WaitForNotification();
  trial_->Claim({"a1b2c3", "pg", 2});
  go_on.Notify();
  EXPECT_FALSE(AwaitOutcome(2).has_problem());
  EXPECT_EQ(attempts(), 2);
  EXPECT_EQ(claim(), "a1b2c3/pg/2");
}

TEST_F(ConfigurationTrialTest, AServerThatWorksIsClaimedAnewForAnotherInstallationAlone) {
  Start({.unreachable = kNever, .refused = kNever});
  trial_->Claim({"a1b2c3", "pg", 1});
  trial_->Offer(Revision(1, "right"));
  AwaitOutcome(1);
  trial_->Claim({"a1b2c3", "pg", 2});
  trial_->Offer(Revision(1, "right"));
  AwaitOutcome(2);
  EXPECT_EQ(attempts(), 1);
  trial_->Claim({"d4e5f6", "pg", 1});
  EXPECT_FALSE(AwaitOutcome(3).has_problem());
  EXPECT_EQ(claim(), "d4e5f6/pg/1");
}

TEST_F(ConfigurationTrialTest, ALostServerIsTriedOnceAndThenAtTheUsualPace) {
  Start({.unreachable = kNever, .refused = kNever});
  trial_->Claim({"a1b2c3", "pg", 1});
  trial_->Offer(Revision(1, "right"));
  AwaitOutcome(1);
  RefuseNextClaim();
  slot_.RecordProbe(*slot_.State().server, MakeError(StatusCode::kFailedPrecondition,
                                                     Reason::kServerClaimed, "another has it"));
  for (int i = 0; i < 3; ++i) trial_->TryAgain();
  EXPECT_EQ(AwaitOutcome(2).problem().reason(), "SERVER_CLAIMED");
  for (int i = 0; i < 3; ++i) trial_->TryAgain();
  EXPECT_EQ(attempts(), 2);
}

TEST_F(ConfigurationTrialTest, WithoutAConfigurationThereIsNothingToTryAgain) {
  Start({.unreachable = kShort, .refused = kShort});
  trial_->TryAgain();
  trial_->Claim({"a1b2c3", "pg", 1});
  trial_->Offer(Revision(1, "right"));
  EXPECT_FALSE(AwaitOutcome(1).has_problem());
}

}  // namespace
}  // namespace eds
