// What node/database_server.h says of the server as a whole, and of its failures.

#include <memory>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

// How much later than its deadline a call may answer: to cancel its statement takes
// a moment, more on a busy machine.
constexpr absl::Duration kGrace = absl::Seconds(2);

bool AnyError(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (finding.severity == Finding::Severity::kError) return true;
  }
  return false;
}

TEST_P(DatabaseServerContract, ProbeTellsWhoTheServerIs) {
  const absl::StatusOr<ServerInfo> info = admin().Probe(Soon());
  ASSERT_THAT(info, IsOk());
  EXPECT_THAT(info->flavour, Not(IsEmpty()));
  EXPECT_THAT(info->version, testing::ContainsRegex("^[0-9]+\\.[0-9]+"));
  EXPECT_THAT(info->identity, Not(IsEmpty()));
  EXPECT_EQ(info->address, absl::StrCat("127.0.0.1:", server().config().port));
}

TEST_P(DatabaseServerContract, TheIdentityStaysWhenTheAddressChanges) {
  const absl::StatusOr<ServerInfo> before = admin().Probe(Soon());
  ASSERT_THAT(before, IsOk());
  server().Kill();
  ASSERT_THAT(server().Move(), IsOk());
  const auto opened = Open();
  ASSERT_THAT(opened, IsOk());
  const absl::StatusOr<ServerInfo> after = (*opened)->Probe(Soon());
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(before->identity, after->identity);
  EXPECT_NE(before->address, after->address);
}

TEST_P(DatabaseServerContract, AnotherServerHasAnotherIdentity) {
  const auto another = server().StartAnother();
  ASSERT_THAT(another, IsOk());
  const auto opened = (*another)->Open((*another)->config(), Soon());
  ASSERT_THAT(opened, IsOk());
  const absl::StatusOr<ServerInfo> ours = admin().Probe(Soon());
  const absl::StatusOr<ServerInfo> theirs = (*opened)->Probe(Soon());
  ASSERT_THAT(ours, IsOk());
  ASSERT_THAT(theirs, IsOk());
  EXPECT_NE(ours->identity, theirs->identity);
}

TEST_P(DatabaseServerContract, OpensTheFirstHostThatAnswers) {
  ServerConfig config = server().config();
  config.hosts = {"127.0.0.99", "127.0.0.1"};  // Nobody listens on the first.
  const auto opened = server().Open(config, Soon());
  ASSERT_THAT(opened, IsOk());
  const absl::StatusOr<ServerInfo> info = (*opened)->Probe(Soon());
  ASSERT_THAT(info, IsOk());
  EXPECT_EQ(info->address, absl::StrCat("127.0.0.1:", config.port));
}

TEST_P(DatabaseServerContract, RefusesAWrongAdministratorPassword) {
  ServerConfig config = server().config();
  config.password = NewPassword();
  const auto opened = server().Open(config, Soon());
  EXPECT_THAT(opened, FailsWith(kMendIt, Reason::kAdminLoginRefused));
  EXPECT_THAT(std::string(opened.status().message()), Not(HasSubstr(config.password.Reveal())));
}

TEST_P(DatabaseServerContract, NamesThePrivilegeThatTheAdministratorLacks) {
  const absl::StatusOr<ServerConfig> config = server().PowerlessAdmin();
  ASSERT_THAT(config, IsOk());
  EXPECT_THAT(server().Open(*config, Soon()), FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
}

TEST_P(DatabaseServerContract, RefusesAServerThatCannotBeWrittenTo) {
  ASSERT_THAT(server().SetReadOnly(true), IsOk());
  EXPECT_THAT(Open(), FailsWith(kMendIt, Reason::kServerReadOnly));
  EXPECT_THAT(admin().CreateDatabase(NewDatabaseSpec(), Soon()),
              FailsWith(kMendIt, Reason::kServerReadOnly));
  ASSERT_THAT(server().SetReadOnly(false), IsOk());
  EXPECT_THAT(Open(), IsOk());
}

TEST_P(DatabaseServerContract, SurvivesARestartOfTheServerBetweenTwoSteps) {
  const Secret password = NewPassword();
  const DatabaseSpec database = CreateDatabase();
  ASSERT_THAT(server().Restart(), IsOk());
  const UserSpec user = CreateUser(database, password);
  server().Kill();
  ASSERT_THAT(server().Restart(), IsOk());
  EXPECT_THAT(admin().Probe(Soon()), IsOk());
  EXPECT_TRUE(CanLogIn(user, password));
}

TEST_P(DatabaseServerContract, TellsThatTheServerIsUnreachable) {
  server().Kill();
  const absl::Cleanup restart = [] { EXPECT_THAT(server().Restart(), IsOk()); };
  const auto unreachable = FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable);
  const absl::Time begin = absl::Now();
  EXPECT_THAT(admin().CreateDatabase(NewDatabaseSpec(), Soon()), unreachable);
  EXPECT_THAT(admin().Probe(Soon()), unreachable);
  EXPECT_THAT(Open(), unreachable);
  EXPECT_TRUE(AnyError(admin().Diagnose(Soon())));
  EXPECT_LT(absl::Now() - begin, kGrace);
}

TEST_P(DatabaseServerContract, AnswersBeforeTheDeadlineWhenTheServerDoesNot) {
  server().Freeze();
  const absl::Cleanup thaw = [] { server().Thaw(); };
  const auto no_answer =
      AnyOf(FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout),
            FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
  for (const auto& step : std::vector<std::function<absl::Status(absl::Time)>>{
           [&](absl::Time deadline) { return admin().Probe(deadline).status(); },
           [&](absl::Time deadline) { return admin().LockUser(NewName('u'), deadline); },
           [&](absl::Time deadline) {
             return server().Open(server().config(), deadline).status();
           }}) {
    const absl::Time deadline = absl::Now() + absl::Seconds(1);
    EXPECT_THAT(step(deadline), no_answer);
    EXPECT_LT(absl::Now(), deadline + kGrace);
  }
}

TEST_P(DatabaseServerContract, AStepWhoseDeadlineIsOverDoesNotBegin) {
  const DatabaseSpec database = NewDatabaseSpec();
  EXPECT_THAT(admin().CreateDatabase(database, absl::Now() - absl::Seconds(1)),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
  EXPECT_THAT(ListObjects().databases, IsEmpty());
}

TEST_P(DatabaseServerContract, DiagnosesNoErrorOnAHealthyServer) {
  const std::vector<Finding> findings = admin().Diagnose(Soon());
  EXPECT_THAT(findings, Not(IsEmpty()));
  for (const Finding& finding : findings) {
    EXPECT_NE(finding.severity, Finding::Severity::kError)
        << finding.check << ": " << finding.detail;
    EXPECT_FALSE(absl::StrContains(finding.detail, "\n")) << finding.detail;
  }
}

TEST_P(DatabaseServerContract, NoPasswordReachesTheLogsOfTheServer) {
  const Secret first = NewPassword();
  const Secret second = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), first);
  ASSERT_THAT(admin().CreateUser(user, first, Soon()), IsOk());
  ASSERT_THAT(admin().SetUserPassword(user.name, second, Soon()), IsOk());
  ASSERT_TRUE(CanLogIn(user, second));
  const std::string logs = server().ReadLogs();
  for (const Secret& secret : {first, second, server().config().password}) {
    EXPECT_EQ(logs.find(secret.Reveal()), std::string::npos);
  }
}

}  // namespace
}  // namespace eds
