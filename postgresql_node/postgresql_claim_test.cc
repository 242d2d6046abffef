#include "postgresql_node/postgresql_claim.h"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_server_fixture.h"

namespace eds {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SessionNameTest, TellsWhoseASessionIs) {
  EXPECT_EQ(SessionNameOf({"k7d2x", "node-1", 42}), "eds/k7d2x/42/node-1");
  EXPECT_EQ(SessionNameOf({}), "eds postgresql_node");
}

TEST(SessionNameTest, FitsIntoWhatTheServerKeepsAndStaysDifferent) {
  const std::string node(60, 'n');
  const std::string first = SessionNameOf({std::string(32, 'i'), node + "1", INT64_MAX});
  const std::string second = SessionNameOf({std::string(32, 'i'), node + "2", INT64_MAX});
  EXPECT_THAT(first, SizeIs(63));
  EXPECT_THAT(second, SizeIs(63));
  EXPECT_NE(first, second);
  // A node is cut in the same way whatever its epoch.
  EXPECT_EQ(first.substr(first.rfind('/')),
            SessionNameOf({"i", node + "1", 1}).substr(std::string("eds/i/1").size()));
}

class RivalsTest : public testing::Test {
 protected:
  static AgentSession Session(const std::string& name, bool has_lock) {
    return {.pid = 7,
            .name = name,
            .role = "admin",
            .database = "postgres",
            .has_lock = has_lock,
            .can_be_ended = true};
  }
  static Rivals Find(const AgentSession& session) {
    return FindRivals({"inst", "node", 5}, "postgres", {session});
  }
};

TEST_F(RivalsTest, SessionsOfTheSameAgentArePeersOnceTheyHaveTheLock) {
  EXPECT_TRUE(Find(Session("eds/inst/5/node", true)).peers);
  EXPECT_FALSE(Find(Session("eds/inst/5/node", false)).peers);
}

TEST_F(RivalsTest, SessionsOfAnEarlierAgentAreOutdatedWhereverTheyAre) {
  AgentSession session = Session("eds/inst/4/node", false);
  EXPECT_THAT(Find(session).outdated, ElementsAre(7));
  session.database = "dtenant";
  EXPECT_THAT(Find(session).outdated, ElementsAre(7));
  session.can_be_ended = false;
  EXPECT_THAT(Find(session).outdated, IsEmpty());
  EXPECT_TRUE(Find(session).superior);
}

TEST_F(RivalsTest, AnySessionOfALaterAgentIsSuperior) {
  EXPECT_TRUE(Find(Session("eds/inst/6/node", false)).superior);
  EXPECT_TRUE(Find(Session("eds/inst/10/node", true)).superior);
}

TEST_F(RivalsTest, AnotherNodesSessionIsSuperiorIfItWorks) {
  AgentSession session = Session("eds/inst/1/other", false);
  EXPECT_FALSE(Find(session).superior);
  session.database = "dtenant";
  EXPECT_TRUE(Find(session).superior);
  EXPECT_TRUE(Find(Session("eds/inst/1/other", true)).superior);
  EXPECT_TRUE(Find(Session("eds/inst/1/node2", true)).superior);
}

TEST_F(RivalsTest, WhoeverHasTheLockUnderAnotherNameIsTakenForAnotherNode) {
  for (const char* const name : {"psql", "", "eds postgresql_node", "eds/inst/x/node"}) {
    EXPECT_TRUE(Find(Session(name, true)).superior) << name;
    EXPECT_FALSE(Find(Session(name, false)).superior) << name;
  }
}

TEST_F(RivalsTest, SessionsOfAnotherInstallationDoNotCount) {
  AgentSession session = Session("eds/other/9/node", false);
  session.database = "dtenant";
  EXPECT_FALSE(Find(session).superior);
  EXPECT_THAT(Find(session).outdated, IsEmpty());
}

class PostgresqlClaimTest : public PostgresqlServerFixture {
 protected:
  void SetUp() override {
    PostgresqlServerFixture::SetUp();
    installation_ = NewName('i').text().substr(0, 8);
  }

  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const std::string& node, int64_t epoch) {
    return OpenAs(GetParam().minimal ? minimal_ : server_->admin(), node, epoch);
  }
  absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenAs(const Login& login,
                                                         const std::string& node, int64_t epoch) {
    ServerConfig config = ConfigOf(login);
    config.claim = {installation_, node, epoch};
    return OpenPostgresqlServer(config, clock_, random_, Soon());
  }

  // Ends all sessions that are called by `name`.
  static void EndSessions(const std::string& name) {
    Do(
        absl::StrCat("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE application_name = '",
                     name, "'"));
    AwaitEnd(name);
  }
  static void AwaitEnd(const std::string& name) {
    while (Ask(absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE application_name = '",
                            name, "'")) != "0") {
    }
  }
  // Until a session of the agent waits for a lock.
  static void AwaitBlocked(const std::string& name) {
    while (Ask(absl::Substitute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = "
                                "'Lock' AND application_name = '$0'",
                                name)) == "0") {
    }
  }
  std::string NameOf(const std::string& node, int64_t epoch) {
    return SessionNameOf({installation_, node, epoch});
  }

  // Lets `step` of an agent be blocked by `lock`, which is held in `database`, until a
  // later agent has the server: the step must fail then.
  template <typename Step>
  void ReplaceAgentAmid(const std::string& database, const std::string& lock, const Step& step) {
    auto earlier = Open("node", 1);
    ASSERT_THAT(earlier, IsOk());
    Login login = server_->admin();
    login.database = database;
    const auto blocker = server_->Connect(login);
    ASSERT_THAT(blocker, IsOk());
    ASSERT_THAT((*blocker)->Run("BEGIN"), IsOk());
    ASSERT_THAT((*blocker)->Run(lock), IsOk());

    absl::Status outcome;
    std::thread stepping([&] { outcome = step(**earlier); });
    AwaitBlocked(NameOf("node", 1));
    auto later = Open("node", 2);
    stepping.join();
    EXPECT_THAT(later, IsOk());
    EXPECT_THAT(outcome, AnyOf(FailsWith(kMendIt, Reason::kServerClaimed),
                               HasCode(absl::StatusCode::kUnavailable)));
    EXPECT_THAT((*blocker)->Run("ROLLBACK"), IsOk());
    // Unavailable, while the failure of a session that was ended as it began is remembered.
    do {
      outcome = step(**earlier);
    } while (outcome.code() == absl::StatusCode::kUnavailable);
    EXPECT_THAT(outcome, FailsWith(kMendIt, Reason::kServerClaimed));
    AwaitEnd(NameOf("node", 1));
  }

  std::string installation_;
};

INSTANTIATE_TEST_SUITE_P(As, PostgresqlClaimTest, BothAdmins(), NameOfAdmin);

TEST_P(PostgresqlClaimTest, AStatementOfTheEarlierAgentNeverTakesEffectOnceThereIsALater) {
  const UserSpec user = CreateUser(CreateDatabase());
  const Secret other = RandomPassword(random_);
  ReplaceAgentAmid(
      "postgres", absl::Substitute("ALTER ROLE $0 CONNECTION LIMIT 9", user.name.text()),
      [&](DatabaseServer& server) { return server.SetUserPassword(user.name, other, Soon()); });
  EXPECT_NE(LogIn(user), nullptr);
}

TEST_P(PostgresqlClaimTest, NorDoesOneInATenantsDatabase) {
  const UserSpec user = CreateUser(CreateDatabase());
  const auto session = LogIn(user);
  ASSERT_NE(session, nullptr);
  for (const char* const sql : {"CREATE SCHEMA mine", "GRANT ALL ON SCHEMA mine TO PUBLIC",
                                "SET ROLE NONE", "CREATE TABLE mine.t (n int)"}) {
    ASSERT_THAT(session->Run(sql), IsOk());
  }
  ReplaceAgentAmid(user.database.name.text(), "LOCK TABLE mine.t IN ACCESS SHARE MODE",
                   [&](DatabaseServer& server) { return server.DropUser(user, Soon()); });
  EXPECT_EQ(Ask("SELECT tableowner FROM pg_tables WHERE tablename = 't' AND schemaname = 'mine'",
                user.database.name.text()),
            user.name.text());
  EXPECT_TRUE(Exists(user.name));
}

TEST_P(PostgresqlClaimTest, WorksOnAndKeepsOthersOutAfterItsSessionsWereEnded) {
  const auto agent = Open("node", 1);
  ASSERT_THAT(agent, IsOk());
  EndSessions(NameOf("node", 1));
  EXPECT_THAT((*agent)->Probe(Soon()), IsOk());
  EXPECT_THAT(Open("another", 2), FailsWith(kMendIt, Reason::kServerClaimed));
}

TEST_P(PostgresqlClaimTest, AnAgentWhoseSessionsWereEndedDoesNotComeBackBesideAnother) {
  const auto agent = Open("node", 1);
  ASSERT_THAT(agent, IsOk());
  EndSessions(NameOf("node", 1));
  const auto another = Open("another", 1);
  ASSERT_THAT(another, IsOk());
  EXPECT_THAT((*agent)->Probe(Soon()), FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT((*another)->Probe(Soon()), IsOk());
}

TEST_P(PostgresqlClaimTest, TheClaimLastsAsLongAsEitherOfTwoObjectsOfAnAgent) {
  auto first = Open("node", 1);
  auto second = Open("node", 1);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  second->reset();
  EXPECT_THAT(Open("another", 2), FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT((*first)->Probe(Soon()), IsOk());
}

TEST_P(PostgresqlClaimTest, AnAgentCanGetAnotherLogin) {
  const auto before = OpenAs(server_->admin(), "node", 1);
  ASSERT_THAT(before, IsOk());
  const auto after = OpenAs(minimal_, "node", 1);
  EXPECT_THAT(after, IsOk());
  EXPECT_THAT((*before)->Probe(Soon()), IsOk());
}

TEST_P(PostgresqlClaimTest, NamesTheSessionThatItMayNotEnd) {
  const auto earlier = OpenAs(server_->admin(), "node", 1);
  ASSERT_THAT(earlier, IsOk());
  const auto later = OpenAs(minimal_, "node", 2);
  EXPECT_THAT(later, FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT(std::string(later.status().message()), HasSubstr("pg_terminate_backend("));
  EXPECT_THAT((*earlier)->Probe(Soon()), IsOk());
}

TEST_P(PostgresqlClaimTest, ManyStepsAtOnceClaimOnce) {
  const auto agent = Open("node", 1);
  ASSERT_THAT(agent, IsOk());
  EndSessions(NameOf("node", 1));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_THAT((*agent)->Probe(Soon()), IsOk()); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(PostgresqlClaimTest, OfManyNodesAtOnceOneBegins) {
  std::vector<std::unique_ptr<DatabaseServer>> servers(4);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < servers.size(); ++i) {
    threads.emplace_back([&, i] {
      auto opened = Open(absl::StrCat("node", i), 1);
      if (opened.ok()) servers[i] = *std::move(opened);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(servers.begin(), servers.end(), nullptr), 3);
}

TEST_P(PostgresqlClaimTest, ATenantCannotPassForAnAgentNorKeepItsLock) {
  auto agent = Open("node", 1);
  ASSERT_THAT(agent, IsOk());
  const std::string key = Ask(
      "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory'");
  const UserSpec tenant = CreateUser(CreateDatabase());
  const auto session = LogIn(tenant, "postgres");
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->Run(absl::StrCat("SET application_name = '", NameOf("node", 9), "'")),
              IsOk());
  EXPECT_THAT(Open("node", 1), IsOk());
  agent->reset();
  EndSessions(NameOf("node", 1));
  ASSERT_THAT(session->Run(absl::StrCat("SELECT pg_advisory_lock(", key, ")")), IsOk());
  EXPECT_THAT(Open("node", 1), IsOk());
  EXPECT_THAT(session->Run("SELECT 1"), HasCode(absl::StatusCode::kUnavailable));
}

TEST_P(PostgresqlClaimTest, TheLockOfAnotherAdministratorIsTold) {
  auto agent = Open("node", 1);
  ASSERT_THAT(agent, IsOk());
  const std::string key = Ask(
      "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory'");
  agent->reset();
  EndSessions(NameOf("node", 1));
  const auto session = server_->Connect(server_->admin());
  ASSERT_THAT(session, IsOk());
  ASSERT_THAT((*session)->Run(absl::StrCat("SELECT pg_advisory_lock(", key, ")")), IsOk());
  const auto opened = Open("node", 1);
  EXPECT_THAT(opened, FailsWith(kMendIt, Reason::kServerClaimed));
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("pg_terminate_backend("));
}

TEST_P(PostgresqlClaimTest, ATenantWhoKnowsTheInstallationBlocksNothing) {
  std::string old_key;
  {
    const auto agent = Open("node", 1);
    ASSERT_THAT(agent, IsOk());
    old_key = Ask(
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory'");
  }
  EndSessions(NameOf("node", 1));
  const auto session = LogIn(CreateUser(CreateDatabase()), "postgres");
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->Run(absl::StrCat("SELECT pg_advisory_lock(", old_key, ")")), IsOk());
  ServerConfig config = ConfigOf(GetParam().minimal ? minimal_ : server_->admin());
  config.claim = {installation_, "node", 1, Secret(RandomBase32(random_, 26))};
  EXPECT_THAT(OpenPostgresqlServer(config, clock_, random_, Soon()), IsOk());
  EXPECT_THAT(session->Run("SELECT 1"), IsOk());
}

}  // namespace
}  // namespace eds
