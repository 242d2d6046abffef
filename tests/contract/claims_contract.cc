// What node/database_server.h says of the one agent that may work on a server.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::HasSubstr;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

TEST_P(DatabaseServerContract, AnotherNodeIsRefusedAndToldWhoWorksOnTheServer) {
  const auto first = Open({installation().text(), "first", 1});
  ASSERT_THAT(first, IsOk());
  const auto second = Open({installation().text(), "second", 2});
  EXPECT_THAT(second, FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("first"));
  EXPECT_THAT((*first)->CreateDatabase(NewDatabaseSpec(), Soon()), IsOk());
}

TEST_P(DatabaseServerContract, OtherInstallationsAndThoseWithoutAreNotConcerned) {
  const auto claimed = Open({installation().text(), "node", 1});
  const auto other = Open({"x" + installation().text(), "other", 1});
  const auto without = Open();
  for (const auto* server : {&claimed, &other, &without}) {
    ASSERT_THAT(*server, IsOk());
    EXPECT_THAT((**server)->CreateDatabase(NewDatabaseSpec(), Soon()), IsOk());
  }
}

TEST_P(DatabaseServerContract, TheLaterAgentOfANodeTakesTheClaimFromTheEarlier) {
  const auto earlier = Open({installation().text(), "node", 1});
  ASSERT_THAT(earlier, IsOk());
  const auto later = Open({installation().text(), "node", 2});
  ASSERT_THAT(later, IsOk());
  const DatabaseSpec database = NewDatabaseSpec();
  EXPECT_THAT((*earlier)->CreateDatabase(database, Soon()),
              FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT((*earlier)->Probe(Soon()), FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT(ListObjects().databases, testing::IsEmpty());
  EXPECT_THAT((*later)->CreateDatabase(database, Soon()), IsOk());
}

TEST_P(DatabaseServerContract, TheEarlierAgentOfANodeIsRefusedOnceThereIsALater) {
  const auto later = Open({installation().text(), "node", 10});
  ASSERT_THAT(later, IsOk());
  EXPECT_THAT(Open({installation().text(), "node", 9}), FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT((*later)->Probe(Soon()), IsOk());
}

TEST_P(DatabaseServerContract, OneAgentCanOpenAServerTwice) {
  const ServerClaim claim = {installation().text(), "node", 1};
  auto first = Open(claim);
  const auto second = Open(claim);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT((*first)->CreateDatabase(NewDatabaseSpec(), Soon()), IsOk());
  EXPECT_THAT((*second)->CreateDatabase(NewDatabaseSpec(), Soon()), IsOk());
  first->reset();
  EXPECT_THAT((*second)->CreateDatabase(NewDatabaseSpec(), Soon()), IsOk());
  EXPECT_THAT(Open({installation().text(), "another", 2}),
              FailsWith(kMendIt, Reason::kServerClaimed));
}

TEST_P(DatabaseServerContract, AClaimEndsWithItsAgent) {
  auto first = Open({installation().text(), "first", 1});
  ASSERT_THAT(first, IsOk());
  first->reset();
  const absl::Time soon = Soon();
  // The server sees a moment later that the sessions are closed.
  auto second = Open({installation().text(), "second", 2});
  while (HasReason(second.status(), Reason::kServerClaimed) && absl::Now() < soon) {
    second = Open({installation().text(), "second", 2});
  }
  EXPECT_THAT(second, IsOk());
}

TEST_P(DatabaseServerContract, AClaimSurvivesARestartOfTheServer) {
  const auto first = Open({installation().text(), "first", 1});
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(server().Restart(), IsOk());
  EXPECT_THAT((*first)->CreateDatabase(NewDatabaseSpec(), Soon()), IsOk());
  EXPECT_THAT(Open({installation().text(), "second", 2}),
              FailsWith(kMendIt, Reason::kServerClaimed));
}

TEST_P(DatabaseServerContract, AnAgentThatWasReplacedStaysSoAfterARestartOfTheServer) {
  const auto earlier = Open({installation().text(), "node", 1});
  const auto later = Open({installation().text(), "node", 2});
  ASSERT_THAT(earlier, IsOk());
  ASSERT_THAT(later, IsOk());
  ASSERT_THAT(server().Restart(), IsOk());
  EXPECT_THAT((*later)->Probe(Soon()), IsOk());
  EXPECT_THAT((*earlier)->Probe(Soon()), FailsWith(kMendIt, Reason::kServerClaimed));
}

}  // namespace
}  // namespace eds
