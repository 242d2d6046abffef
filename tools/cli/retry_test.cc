#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/cli/cli_runner.h"

namespace eds::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::Status Unavailable() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                   "mysql_node: no answer from 127.0.0.1:3306");
}

std::vector<std::string> RequestIds(CliRunner& runner, const std::string& method) {
  return runner.controller().WithState(
      [&method](FakeState& state) { return state.request_ids[method]; });
}

TEST(Retry, RepeatsAMutationWithTheSameRequestId) {
  CliRunner runner;
  runner.controller().FailNext("CreateDatabase", Unavailable());
  runner.controller().FailNext("CreateDatabase", Unavailable());
  EXPECT_EQ(runner.Run("edsctl database create --kind mysql").code, 0);
  const std::vector<std::string> ids = RequestIds(runner, "CreateDatabase");
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1u);
  EXPECT_EQ(ids[0].size(), 36u);
  EXPECT_THAT(runner.sleeps(), ElementsAre(absl::Milliseconds(100), absl::Milliseconds(200)));
}

TEST(Retry, SendsTheRequestIdThatIsGiven) {
  CliRunner runner;
  runner.Run("edsctl database create --kind mysql --request-id r1");
  runner.Run("edsctl user create mysql-24901 --request-id r2");
  runner.Run("edsctl user rotate mysql-24901 u1 --request-id r3");
  runner.Run("edsctl user delete mysql-24901 u1 --request-id r4");
  runner.Run("edsctl database delete mysql-24901 --request-id r5");
  runner.Run("helion create-service mysql --request-id r6");
  EXPECT_THAT(RequestIds(runner, "CreateDatabase"), ElementsAre("r1", "r6"));
  EXPECT_THAT(RequestIds(runner, "CreateUser"), ElementsAre("r2"));
  EXPECT_THAT(RequestIds(runner, "RotateUserPassword"), ElementsAre("r3"));
  EXPECT_THAT(RequestIds(runner, "DeleteUser"), ElementsAre("r4"));
  EXPECT_THAT(RequestIds(runner, "DeleteDatabase"), ElementsAre("r5"));
}

TEST(Retry, GivesUpAndSaysHowToLearnTheOutcome) {
  CliRunner runner;
  for (int i = 0; i < 5; ++i) runner.controller().FailNext("CreateDatabase", Unavailable());
  const CliResult result = runner.Run("edsctl database create --kind mysql --request-id r1");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err,
            "edsctl: mysql_node: no answer from 127.0.0.1:3306; to learn the outcome, repeat with "
            "--request-id r1 [SERVER_UNREACHABLE]\n");
}

TEST(Retry, WaitsAsLongAsItIsTold) {
  CliRunner runner;
  const absl::Status busy = MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                                      "something is being done");
  for (int i = 0; i < 6; ++i) {
    runner.controller().FailNext("CreateDatabase", WithRetryAfter(busy, absl::Seconds(3)));
  }
  EXPECT_EQ(runner.Run("edsctl database create --kind mysql").code, 0);
  EXPECT_THAT(runner.sleeps(), testing::Each(absl::Seconds(3)));
  EXPECT_EQ(runner.sleeps().size(), 6u);
}

TEST(Retry, DoesNotWaitBeyondItsTimeout) {
  CliRunner runner;
  runner.controller().FailNext("CreateDatabase", WithRetryAfter(Unavailable(), absl::Seconds(30)));
  const CliResult result = runner.Run("edsctl --timeout 20s database create --kind mysql");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("try again in 30 s"));
  EXPECT_TRUE(runner.sleeps().empty());
}

TEST(Retry, OutlastsALostConnection) {
  CliRunner runner;
  for (int i = 0; i < 20; ++i) {
    runner.controller().FailNext("CreateDatabase", absl::UnavailableError("Socket closed"));
  }
  EXPECT_EQ(runner.Run("edsctl database create --kind mysql").code, 0);
  EXPECT_EQ(runner.sleeps().size(), 20u);
  EXPECT_EQ(runner.sleeps().back(), absl::Seconds(2));
}

TEST(Retry, SaysThatTheConnectionWasLost) {
  CliRunner runner;
  for (int i = 0; i < 50; ++i) {
    runner.controller().FailNext("CreateUser", absl::UnavailableError("Socket closed"));
  }
  const CliResult result = runner.Run("edsctl user create databases/d1 --request-id r1");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, absl::StrCat("edsctl: the connection to the controller at ",
                                     runner.controller().address(),
                                     " was lost; to learn the outcome, repeat with "
                                     "--request-id r1\n"));
}

TEST(Retry, SaysThatThereWasNoAnswerInTime) {
  CliRunner runner;
  runner.controller().FailNext("CreateDatabase", absl::DeadlineExceededError("Deadline Exceeded"));
  EXPECT_EQ(runner.Run("edsctl database create --kind mysql --request-id r1 --timeout 7s").err,
            absl::StrCat("edsctl: no answer from the controller at ", runner.controller().address(),
                         " within 7s (--timeout); to learn the outcome, repeat with "
                         "--request-id r1\n"));
}

TEST(Retry, LeavesOtherErrorsAlone) {
  CliRunner runner;
  runner.controller().FailNext(
      "CreateDatabase",
      MakeError(absl::StatusCode::kAborted, Reason::kEtagMismatch, "it has changed"));
  EXPECT_EQ(runner.Run("edsctl database create --kind mysql").err,
            "edsctl: it has changed [ETAG_MISMATCH]\n");
  runner.controller().FailNext("ListNodes", Unavailable());
  EXPECT_EQ(runner.Run("edsctl node list").code, 1);
  EXPECT_TRUE(runner.sleeps().empty());
}

TEST(Retry, TellsAControllerThatIsNotThereAtOnce) {
  CliRunner runner;
  const CliResult result =
      runner.Run("edsctl --controller unix:/nowhere/eds.sock database create --kind mysql");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err,
            "edsctl: cannot reach the controller at unix:/nowhere/eds.sock: is it running? "
            "(--controller or EDS_CONTROLLER)\n");
  EXPECT_TRUE(runner.sleeps().empty());
}

}  // namespace
}  // namespace eds::cli
