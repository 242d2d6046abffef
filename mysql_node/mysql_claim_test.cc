#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_server_fixture.h"
#include "node/database_server.h"
#include "tests/fixtures/sql_session.h"

// What goes beyond the contract of claims in tests/contract.
namespace eds {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

class MysqlClaimTest : public MysqlServerTest {
 protected:
  void SetUp() override {
    MysqlServerTest::SetUp();
    login_ = CreateAdmin(MinimalGrants());
    installation_ = RandomBase32(random_, 8);
  }

  using Opened = absl::StatusOr<std::unique_ptr<DatabaseServer>>;
  Opened OpenFor(const std::string& node, int64_t epoch) {
    Login login = login_;
    login.port = server().port();
    return Open(login, {.installation = installation_, .node = node, .epoch = epoch});
  }
  static bool Exists(const DatabaseSpec& database) {
    return !Run(absl::StrCat("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '",
                             database.name.text(), "'"))
                .empty();
  }
  // Returns when a statement that begins with `text` runs.
  static void AwaitStatement(const std::string& text) {
    const absl::Time soon = Soon();
    while (Run(absl::StrCat("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE '", text,
                            "%'"))
               .empty()) {
      ASSERT_LT(absl::Now(), soon);
    }
  }
  // What a server answers whose claim is lost, once the end of its sessions is reported.
  static void ExpectClaimedFromNowOn(DatabaseServer& server) {
    absl::Status status = server.Probe(Soon()).status();
    const absl::Time soon = Soon();
    while (HasReason(status, Reason::kServerUnreachable) && absl::Now() < soon) {
      status = server.Probe(Soon()).status();
    }
    EXPECT_THAT(status, FailsWith(kMendIt, Reason::kServerClaimed));
  }
  std::string HolderOfClaim() const {
    const Rows rows = Run(absl::StrCat("SELECT IS_USED_LOCK('eds/", installation_, "/claim')"));
    return rows.empty() ? "" : rows[0][0].value_or("");
  }

  Login login_;
  std::string installation_;
};

TEST_P(MysqlClaimTest, ACreateThatAnEarlierAgentIsWaitingForNeverHappens) {
  const auto earlier = OpenFor("node", 1);
  ASSERT_THAT(earlier, IsOk());
  const auto blocker = Connect(server().admin());
  ASSERT_THAT(blocker->Run("FLUSH TABLES WITH READ LOCK"), IsOk());
  const DatabaseSpec database = NewDatabase();
  auto created =
      std::async(std::launch::async, [&] { return (*earlier)->CreateDatabase(database, Soon()); });
  AwaitStatement("CREATE DATABASE");
  const auto later = OpenFor("node", 2);
  EXPECT_THAT(later, IsOk());
  EXPECT_THAT(created.get(), Not(IsOk()));
  ASSERT_THAT(blocker->Run("UNLOCK TABLES"), IsOk());
  EXPECT_FALSE(Exists(database));
  ExpectClaimedFromNowOn(**earlier);
  EXPECT_THAT((*later)->CreateDatabase(database, Soon()), IsOk());
}

TEST_P(MysqlClaimTest, ADropThatAnEarlierAgentIsWaitingForNeverHappens) {
  const auto earlier = OpenFor("node", 1);
  ASSERT_THAT(earlier, IsOk());
  const DatabaseSpec database = NewDatabase();
  ASSERT_THAT((*earlier)->CreateDatabase(database, Soon()), IsOk());
  Run(absl::StrCat("CREATE TABLE ", database.name.text(), ".t (n INT)"));
  const auto blocker = Connect(server().admin());
  ASSERT_THAT(blocker->Run(absl::StrCat("LOCK TABLES ", database.name.text(), ".t WRITE")), IsOk());
  auto dropped =
      std::async(std::launch::async, [&] { return (*earlier)->DropDatabase(database, Soon()); });
  AwaitStatement("DROP DATABASE");
  const auto later = OpenFor("node", 2);
  EXPECT_THAT(later, IsOk());
  EXPECT_THAT(dropped.get(), Not(IsOk()));
  ASSERT_THAT(blocker->Run("UNLOCK TABLES"), IsOk());
  EXPECT_TRUE(Exists(database));
  ExpectClaimedFromNowOn(**earlier);
  EXPECT_THAT((*later)->DropDatabase(database, Soon()), IsOk());
}

TEST_P(MysqlClaimTest, AStatementOfTheSameAgentGoesOnWhenItOpensTheServerAgain) {
  const auto first = OpenFor("node", 1);
  ASSERT_THAT(first, IsOk());
  const auto blocker = Connect(server().admin());
  ASSERT_THAT(blocker->Run("FLUSH TABLES WITH READ LOCK"), IsOk());
  const DatabaseSpec database = NewDatabase();
  auto created =
      std::async(std::launch::async, [&] { return (*first)->CreateDatabase(database, Soon()); });
  AwaitStatement("CREATE DATABASE");
  const auto second = OpenFor("node", 1);
  EXPECT_THAT(second, IsOk());
  ASSERT_THAT(blocker->Run("UNLOCK TABLES"), IsOk());
  EXPECT_THAT(created.get(), IsOk());
  EXPECT_THAT((*second)->DropDatabase(database, Soon()), IsOk());
}

TEST_P(MysqlClaimTest, AClaimWhoseSessionIsKilledIsTakenAgainByTheNextProbe) {
  const auto agent = OpenFor("node", 2);
  ASSERT_THAT(agent, IsOk());
  const std::string before = HolderOfClaim();
  Run("KILL " + before);
  EXPECT_THAT((*agent)->CreateDatabase(NewDatabase(), Soon()), IsOk());
  EXPECT_THAT((*agent)->Probe(Soon()), IsOk());
  EXPECT_THAT(HolderOfClaim(), AllOf(Not(IsEmpty()), Not(before)));
}

TEST_P(MysqlClaimTest, WhileTheClaimIsLostNobodyElseGetsIt) {
  const auto agent = OpenFor("node", 2);
  ASSERT_THAT(agent, IsOk());
  Run("KILL " + HolderOfClaim());
  EXPECT_THAT(OpenFor("another", 3), FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT(OpenFor("node", 1), FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT((*agent)->Probe(Soon()), IsOk());
}

TEST_P(MysqlClaimTest, ASharedClaimPassesOnToWhoIsLeft) {
  auto first = OpenFor("node", 1);
  const auto second = OpenFor("node", 1);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  const std::string before = HolderOfClaim();
  first->reset();
  const absl::Time soon = Soon();
  while (HolderOfClaim() == before) ASSERT_LT(absl::Now(), soon);
  EXPECT_THAT((*second)->Probe(Soon()), IsOk());
  EXPECT_THAT(HolderOfClaim(), Not(IsEmpty()));
}

TEST_P(MysqlClaimTest, AfterARestartOfTheServerTheNextStepClaimsItAgain) {
  const auto agent = OpenFor("node", 1);
  ASSERT_THAT(agent, IsOk());
  ASSERT_THAT(server().Restart(), IsOk());
  EXPECT_THAT((*agent)->CreateDatabase(NewDatabase(), Soon()), IsOk());
  EXPECT_THAT(HolderOfClaim(), Not(IsEmpty()));
}

TEST_P(MysqlClaimTest, TheRefusalTellsWhichConnectionHoldsTheClaim) {
  const auto agent = OpenFor("mysql_node-2", 1);
  ASSERT_THAT(agent, IsOk());
  const auto refused = OpenFor("node", 2);
  EXPECT_THAT(refused, FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("node mysql_node-2"), HasSubstr(login_.user), HasSubstr("127.0.0.1"),
                    HasSubstr("end that agent")));
}

TEST_P(MysqlClaimTest, ALockThatSomebodyElseHoldsIsReported) {
  const auto other = Connect(server().admin());
  ASSERT_THAT(other->Run(absl::StrCat("SELECT GET_LOCK('eds/", installation_, "/claim', 0)")),
              IsOk());
  const auto refused = OpenFor("node", 2);
  EXPECT_THAT(refused, FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("of " + server().admin().user));
}

TEST_P(MysqlClaimTest, ALockOfTheRecordThatSomebodyElseHoldsIsReported) {
  const auto other = Connect(server().admin());
  ASSERT_THAT(other->Run(absl::StrCat("SELECT GET_LOCK('eds/", installation_, "/claim/12/n', 0)")),
              IsOk());
  const auto refused = OpenFor("node", 2);
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kInternal, Reason::kServerError));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("GET_LOCK"));
}

TEST_P(MysqlClaimTest, OfAgentsThatStartAtOnceTheLatestRemains) {
  constexpr int kAgents = 5;
  std::vector<Opened> agents(kAgents);
  std::vector<std::thread> threads;
  for (int i = 0; i < kAgents; ++i) {
    threads.emplace_back([this, &agents, i] { agents[i] = OpenFor("node", i); });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_THAT(agents.back(), IsOk());
  EXPECT_THAT(agents.back().value()->CreateDatabase(NewDatabase(), Soon()), IsOk());
  for (int i = 0; i + 1 < kAgents; ++i) {
    if (!agents[i].ok()) continue;
    EXPECT_THAT((*agents[i])->Probe(Soon()), Not(IsOk())) << i;
  }
}

TEST_P(MysqlClaimTest, ManyConnectionsOfOneAgentShareOneClaim) {
  const auto agent = OpenFor("node", 1);
  ASSERT_THAT(agent, IsOk());
  ASSERT_THAT(server().Restart(), IsOk());
  std::vector<std::future<absl::Status>> created;
  for (int i = 0; i < 8; ++i) {
    created.push_back(std::async(std::launch::async, [this, &agent, database = NewDatabase()] {
      return (*agent)->CreateDatabase(database, Soon());
    }));
  }
  for (auto& status : created) EXPECT_THAT(status.get(), IsOk());
  EXPECT_THAT(Run(absl::StrCat("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = "
                               "IS_USED_LOCK('eds/",
                               installation_, "/claim')")),
              SizeIs(1));
}

TEST_P(MysqlClaimTest, ATenantWhoKnowsTheInstallationBlocksNothing) {
  const Tenant tenant = CreateTenant(*OpenAsRoot());
  for (const char* const lock : {"claim", "claim/confirmed", "claim/12/n"}) {
    ASSERT_THAT(tenant.session->Run(
                    absl::StrCat("SELECT GET_LOCK('eds/", installation_, "/", lock, "', 0)")),
                IsOk());
  }
  const ServerClaim claim = {installation_, "node", 1, Secret(RandomBase32(random_, 26))};
  const auto agent = Open(server().admin(), claim);
  ASSERT_THAT(agent, IsOk());
  EXPECT_THAT((*agent)->CreateDatabase(NewDatabase(), Soon()), IsOk());
  EXPECT_THAT(tenant.session->Run("SELECT 1"), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Flavours, MysqlClaimTest, testing::ValuesIn(TestedFlavours()),
                         NameOfFlavour);

}  // namespace
}  // namespace eds
