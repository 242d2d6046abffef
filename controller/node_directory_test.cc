#include "controller/node_directory.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "common/error.h"
#include "common/fake_clock.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using node::v1::JoinResponse;

node::v1::Hello HelloOf(const std::string& instance) {
  node::v1::Hello hello;
  hello.set_node("mysql_node");
  hello.set_instance(instance);
  return hello;
}

node::v1::Outcome Applied(int64_t revision) {
  node::v1::Outcome outcome;
  outcome.set_revision(revision);
  return outcome;
}

node::v1::Problem ProblemOf(absl::StatusCode code, Reason reason) {
  node::v1::Problem problem;
  problem.set_code(static_cast<int>(code));
  problem.set_reason(std::string(ReasonName(reason)));
  problem.set_message("trouble");
  return problem;
}

node::v1::Configuration Revision(int64_t revision) {
  node::v1::Configuration configuration;
  configuration.set_revision(revision);
  return configuration;
}

class NodeDirectoryTest : public testing::Test {
 protected:
  absl::Status Join(const std::string& instance = "one") {
    return directory_.Join(HelloOf(instance), {},
                           [this](const JoinResponse& response) { sent_.push_back(response); });
  }

  FakeClock clock_;
  NodeDirectory directory_{clock_};
  std::vector<JoinResponse> sent_;
};

TEST_F(NodeDirectoryTest, ANodeThatNeverJoinedIsNotConnected) {
  EXPECT_THAT(directory_.CheckReady("mysql_node"),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected));
}

TEST_F(NodeDirectoryTest, TheWelcomeIsSentBeforeAnyConfiguration) {
  ASSERT_THAT(Join(), IsOk());
  directory_.Configure("mysql_node", Revision(1));
  ASSERT_EQ(sent_.size(), 2u);
  EXPECT_TRUE(sent_[0].has_welcome());
  EXPECT_EQ(sent_[1].configuration().revision(), 1);
}

TEST_F(NodeDirectoryTest, ASecondAgentIsTurnedAwayUntilTheFirstLeaves) {
  ASSERT_THAT(Join("one"), IsOk());
  const auto in_use = FailsWith(absl::StatusCode::kAlreadyExists, Reason::kNodeIdInUse);
  EXPECT_THAT(directory_.CheckFree("mysql_node"), in_use);
  EXPECT_THAT(Join("two"), in_use);
  directory_.Leave("mysql_node", "one");
  EXPECT_THAT(directory_.CheckFree("mysql_node"), IsOk());
  EXPECT_THAT(Join("two"), IsOk());
  directory_.Leave("mysql_node", "one");  // Too late: it is not the one any more.
  EXPECT_TRUE(directory_.Find("mysql_node").has_value());
}

TEST_F(NodeDirectoryTest, BeforeItsFirstReportANodeIsTriedAgain) {
  ASSERT_THAT(Join(), IsOk());
  directory_.Configure("mysql_node", Revision(1));
  EXPECT_THAT(directory_.CheckReady("mysql_node"), HasCode(absl::StatusCode::kUnavailable));
  directory_.Record("mysql_node", Applied(1));
  EXPECT_THAT(directory_.CheckReady("mysql_node"), IsOk());
}

TEST_F(NodeDirectoryTest, WhatSomebodyMustMendIsAFailedPrecondition) {
  ASSERT_THAT(Join(), IsOk());
  node::v1::Outcome refused = Applied(1);
  *refused.mutable_problem() =
      ProblemOf(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused);
  directory_.Record("mysql_node", refused);
  EXPECT_THAT(directory_.CheckReady("mysql_node"),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused));
}

TEST_F(NodeDirectoryTest, WhatMayPassIsUnavailableAndSaysWhenToRetry) {
  ASSERT_THAT(Join(), IsOk());
  directory_.Record("mysql_node", Applied(1));
  node::v1::Health health;
  health.set_revision(1);
  *health.mutable_problem() =
      ProblemOf(absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded);
  directory_.Record("mysql_node", health);
  const absl::Status status = directory_.CheckReady("mysql_node");
  EXPECT_THAT(status, FailsWith(absl::StatusCode::kUnavailable, Reason::kServerOverloaded));
  EXPECT_TRUE(RetryAfterOf(status).has_value());
}

TEST_F(NodeDirectoryTest, ARefusedRevisionDoesNotStopANodeThatWorks) {
  ASSERT_THAT(Join(), IsOk());
  directory_.Record("mysql_node", Applied(1));
  node::v1::Outcome refused = Applied(2);
  *refused.mutable_problem() =
      ProblemOf(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused);
  directory_.Record("mysql_node", refused);
  EXPECT_THAT(directory_.CheckReady("mysql_node"), IsOk());
  EXPECT_EQ(directory_.Find("mysql_node")->rejected_revision, 2);
}

TEST_F(NodeDirectoryTest, TellsEachTimeANodeBecomesReady) {
  int times = 0;
  directory_.OnReady([&times] { ++times; });
  ASSERT_THAT(Join(), IsOk());
  directory_.Record("mysql_node", Applied(1));
  directory_.Record("mysql_node", Applied(1));
  EXPECT_EQ(times, 1);
  node::v1::Health health;
  health.set_revision(1);
  *health.mutable_problem() = ProblemOf(absl::StatusCode::kUnavailable, Reason::kServerUnreachable);
  directory_.Record("mysql_node", health);
  health.clear_problem();
  directory_.Record("mysql_node", health);
  EXPECT_EQ(times, 2);
}

TEST_F(NodeDirectoryTest, WaitsForAnotherInstanceAndItsOutcome) {
  ASSERT_THAT(Join("one"), IsOk());
  directory_.Record("mysql_node", Applied(1));
  std::thread restart([this] {
    directory_.Leave("mysql_node", "one");
    ASSERT_THAT(Join("two"), IsOk());
    directory_.Configure("mysql_node", Revision(1));
    directory_.Record("mysql_node", Applied(1));
  });
  EXPECT_THAT(directory_.WaitForOther("mysql_node", "one", absl::InfiniteFuture()), IsOk());
  EXPECT_EQ(directory_.Find("mysql_node")->hello.instance(), "two");
  restart.join();
}

TEST_F(NodeDirectoryTest, GivesUpWaitingAtTheDeadline) {
  EXPECT_THAT(directory_.WaitForOther("mysql_node", "one", absl::Now()),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kNodeNotConnected));
}

TEST_F(NodeDirectoryTest, RemembersWhenANodeWasLastSeen) {
  ASSERT_THAT(Join(), IsOk());
  const absl::Time seen = clock_.Now();
  directory_.Leave("mysql_node", "one");
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(directory_.LastSeen("mysql_node"), seen);
}

}  // namespace
}  // namespace eds
