#include "node/agent.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/random.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "node/fake_controller.h"
#include "node/fake_database_server.h"

namespace eds {
namespace {

using Values = std::map<std::string, std::string>;

constexpr PauseRange kShort{.first = absl::Milliseconds(5), .longest = absl::Milliseconds(20)};
const Values kGood = {{"mysql/host", "db.example"},
                      {"mysql/port", "3306"},
                      {"mysql/user", "admin"},
                      {"mysql/pass", "s3cret"}};

node::v1::Configuration Revision(int64_t revision, const Values& values,
                                 const std::string& identity = "") {
  node::v1::Configuration configuration;
  configuration.set_revision(revision);
  configuration.mutable_values()->insert(values.begin(), values.end());
  configuration.set_expected_identity(identity);
  return configuration;
}

ServerConfig AdminConfig() {
  ServerConfig config;
  config.hosts = {"db.example", "other.example"};
  config.port = 3306;
  config.user = "admin";
  config.password = Secret("s3cret");
  return config;
}

class AgentTest : public testing::Test {
 protected:
  AgentTest() : database_(clock_, AdminConfig()), log_tail_(100) {
    database_.SetInfo({.flavour = "MySQL", .version = "9.7.0", .identity = "one", .address = ""});
    options_.kind = v1::KIND_MYSQL;
    options_.node = "mysql_node";
    options_.controller = controller_.address();
    options_.listen = "127.0.0.1:0";
    options_.trial_pauses = {.unreachable = kShort, .refused = kShort};
    options_.dial_pauses = kShort;
    options_.probe_interval = absl::Milliseconds(5);
  }

  void StartAgent() {
    auto agent = Agent::Start(
        options_,
        [this](const ServerConfig& config, absl::Time deadline) {
          {
            absl::MutexLock lock(&mutex_);
            claims_.push_back(config.claim.epoch);
          }
          EXPECT_EQ(config.claim.installation, "a1b2c3");
          EXPECT_EQ(config.claim.node, "mysql_node");
          EXPECT_EQ(config.claim.key, Secret("claimkey"));
          return database_.Open(config, deadline);
        },
        random_, log_tail_, [this] { restart_.Notify(); });
    ASSERT_TRUE(agent.ok()) << agent.status();
    agent_ = *std::move(agent);
  }

  node::v1::Outcome AwaitApplied(int64_t revision) {
    return controller_.AwaitOutcome([revision](const node::v1::Outcome& outcome) {
      return outcome.revision() == revision && !outcome.has_problem();
    });
  }
  node::v1::Problem AwaitRefused(int64_t revision, const std::string& reason) {
    return controller_
        .AwaitOutcome([&](const node::v1::Outcome& outcome) {
          return outcome.revision() == revision && outcome.problem().reason() == reason;
        })
        .problem();
  }
  node::v1::Health AwaitHealth(const std::string& reason) {
    return controller_.AwaitHealth(
        [&](const node::v1::Health& health) { return health.problem().reason() == reason; });
  }
  // Of the agent that joined as the `count`-th.
  absl::StatusCode CreateDatabase(size_t count = 1) {
    const node::v1::Hello hello = controller_.AwaitHello(count);
    const auto stub = node::v1::NodeAgentService::NewStub(
        grpc::CreateChannel(hello.address(), grpc::InsecureChannelCredentials()));
    node::v1::CreateDatabaseRequest request;
    request.mutable_target()->set_node(hello.node());
    request.mutable_target()->set_instance(hello.instance());
    request.mutable_target()->set_session(hello.session());
    request.set_database("da1");
    node::v1::CreateDatabaseResponse response;
    grpc::ClientContext context;
    return static_cast<absl::StatusCode>(
        stub->CreateDatabase(&context, request, &response).error_code());
  }

  // The epochs of the claims that the server was opened with.
  std::vector<int64_t> claims() {
    absl::MutexLock lock(&mutex_);
    return claims_;
  }

  SystemClock clock_;
  SystemRandom random_;
  absl::Mutex mutex_;
  std::vector<int64_t> claims_ ABSL_GUARDED_BY(mutex_);
  FakeController controller_;
  FakeDatabaseServer database_;
  LogTail log_tail_;
  AgentOptions options_;
  absl::Notification restart_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(AgentTest, SaysWhoItIs) {
  StartAgent();
  const node::v1::Hello hello = controller_.AwaitHello(1);
  EXPECT_EQ(hello.node(), "mysql_node");
  EXPECT_EQ(hello.kind(), v1::KIND_MYSQL);
  EXPECT_EQ(hello.address(), agent_->address());
  EXPECT_EQ(hello.instance().size(), 16u);
  EXPECT_FALSE(hello.build().empty());
  EXPECT_TRUE(hello.has_start_time());
}

TEST_F(AgentTest, IsReachedWhereItSaysSo) {
  options_.advertise = "node.example:7401";
  StartAgent();
  EXPECT_EQ(controller_.AwaitHello(1).address(), "node.example:7401");
}

TEST_F(AgentTest, WithoutConfigurationItSaysSo) {
  StartAgent();
  const node::v1::Health health = AwaitHealth("NODE_NOT_CONFIGURED");
  EXPECT_EQ(health.revision(), 0);
  EXPECT_TRUE(absl::StrContains(health.problem().message(), "edsctl config set mysql_node"));
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(AgentTest, AGoodConfigurationIsAppliedAndServed) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  const node::v1::Outcome outcome = AwaitApplied(1);
  EXPECT_EQ(outcome.server().identity(), "one");
  EXPECT_EQ(outcome.server().flavour(), "MySQL");
  EXPECT_EQ(AwaitHealth("").revision(), 1);
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kOk);
  EXPECT_TRUE(database_.HasDatabase("da1"));
}

TEST_F(AgentTest, KeysCanBeSetOneByOneInAnyOrder) {
  StartAgent();
  controller_.AwaitHello(1);
  const std::vector<std::vector<std::string>> orders = {
      {"mysql/host", "mysql/pass", "mysql/port", "mysql/user"},
      {"mysql/user", "mysql/pass", "mysql/host", "mysql/port"},
      {"mysql/pass", "mysql/port", "mysql/user", "mysql/host"},
  };
  int64_t revision = 0;
  for (const auto& order : orders) {
    Values values;
    for (const std::string& key : order) {
      values[key] = kGood.at(key);
      controller_.Configure(Revision(++revision, values));
      const node::v1::Outcome outcome = controller_.AwaitOutcome(
          [revision](const node::v1::Outcome& each) { return each.revision() == revision; });
      EXPECT_TRUE(values.size() < 4 || !outcome.has_problem()) << outcome.problem().message();
    }
  }
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kOk);
}

TEST_F(AgentTest, WhileANewConfigurationIsRefusedItServesOnTheOldOne) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  Values wrong = kGood;
  wrong["mysql/pass"] = "wrong";
  controller_.Configure(Revision(2, wrong));
  const node::v1::Problem problem = AwaitRefused(2, "ADMIN_LOGIN_REFUSED");
  EXPECT_FALSE(absl::StrContains(problem.message(), "wrong"));
  EXPECT_EQ(AwaitHealth("").revision(), 1);
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kOk);
}

TEST_F(AgentTest, AServerThatStartsLaterIsPickedUp) {
  database_.Stop();
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitRefused(1, "SERVER_UNREACHABLE");
  AwaitHealth("SERVER_UNREACHABLE");
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kUnavailable);
  database_.Start();
  AwaitApplied(1);
  EXPECT_EQ(AwaitHealth("").revision(), 1);
}

TEST_F(AgentTest, ALostServerIsReportedAndSoIsItsReturn) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  AwaitHealth("");
  database_.Stop();
  EXPECT_EQ(AwaitHealth("SERVER_UNREACHABLE").revision(), 1);
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kUnavailable);
  database_.Start();
  AwaitHealth("");
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kOk);
}

TEST_F(AgentTest, AServerOfAnotherIdentityIsRefusedByName) {
  controller_.Configure(Revision(1, kGood, "two"));
  StartAgent();
  const node::v1::Problem problem = AwaitRefused(1, "SERVER_IDENTITY_CHANGED");
  EXPECT_EQ(problem.code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  for (const char* part : {"one", "two", "--force"}) {
    EXPECT_TRUE(absl::StrContains(problem.message(), part)) << problem.message();
  }
  controller_.Configure(Revision(2, kGood));
  AwaitApplied(2);
}

TEST_F(AgentTest, AServerThatTurnsIntoAnotherIsNotTouched) {
  controller_.Configure(Revision(1, kGood, "one"));
  StartAgent();
  AwaitApplied(1);
  database_.SetInfo({.flavour = "MySQL", .version = "9.7.0", .identity = "two", .address = ""});
  AwaitHealth("SERVER_IDENTITY_CHANGED");
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(database_.HasDatabase("da1"));
}

TEST_F(AgentTest, ARestartedControllerIsJoinedAgainAndToldTheSame) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  controller_.Stop();
  EXPECT_EQ(CreateDatabase(), absl::StatusCode::kOk) << "a node goes on without its controller";
  controller_.Start();
  EXPECT_EQ(controller_.AwaitHello(2).instance(), controller_.AwaitHello(1).instance());
  AwaitApplied(1);
  EXPECT_EQ(AwaitHealth("").revision(), 1);
}

TEST_F(AgentTest, OnlyTheControllerThatItJoinedLastIsObeyed) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  controller_.Stop();
  controller_.Start();
  AwaitApplied(1);
  EXPECT_NE(controller_.AwaitHello(1).session(), controller_.AwaitHello(2).session());
  EXPECT_EQ(CreateDatabase(1), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(database_.HasDatabase("da1"));
  EXPECT_EQ(CreateDatabase(2), absl::StatusCode::kOk);
}

TEST_F(AgentTest, AServerThatWorksKeepsItsClaimWhenTheAgentJoinsAgain) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  controller_.Stop();
  controller_.Start();
  AwaitApplied(1);
  EXPECT_EQ(claims(), std::vector<int64_t>{1});
  Values other = kGood;
  other["mysql/host"] = "other.example";
  controller_.Configure(Revision(2, other));
  AwaitApplied(2);
  EXPECT_EQ(claims(), (std::vector<int64_t>{1, 1})) << "the first one's connections would end";
}

TEST_F(AgentTest, ALostClaimIsReportedAndTheNextJoinMayWinItBack) {
  options_.trial_pauses.refused = {.first = absl::Hours(1), .longest = absl::Hours(1)};
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  const absl::Status claimed =
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                "another agent of mysql_node, which joined later, works on the server");
  database_.FailNext(FakeDatabaseServer::Step::kOpen, claimed);
  database_.FailNext(FakeDatabaseServer::Step::kProbe, claimed);
  const node::v1::Health health = AwaitHealth("SERVER_CLAIMED");
  EXPECT_EQ(health.problem().message(), claimed.message());
  AwaitRefused(1, "SERVER_CLAIMED");
  EXPECT_EQ(claims(), (std::vector<int64_t>{1, 1})) << "tried again once, then given time";
  controller_.Stop();
  controller_.Start();
  AwaitApplied(1);
  EXPECT_EQ(claims(), (std::vector<int64_t>{1, 1, 2}));
  EXPECT_EQ(AwaitHealth("").revision(), 1);
}

TEST_F(AgentTest, AClaimThatWasLostUnnoticedIsMadeAnew) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  controller_.Stop();
  controller_.Start();
  AwaitApplied(1);
  database_.FailNext(FakeDatabaseServer::Step::kOpen,
                     MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerClaimed, ""));
  node::v1::Configuration second = Revision(2, kGood);
  (*second.mutable_values())["mysql/pool_size"] = "3";
  controller_.Configure(second);
  AwaitApplied(2);
  EXPECT_EQ(claims(), (std::vector<int64_t>{1, 1, 2}));
}

TEST_F(AgentTest, AnIdentityThatIsExpectedLaterNeedsNoNewConnection) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  database_.FailNext(FakeDatabaseServer::Step::kOpen, absl::InternalError("opened again"));
  controller_.Configure(Revision(1, kGood, "one"));
  AwaitApplied(1);
  controller_.Configure(Revision(1, kGood, "two"));
  AwaitRefused(1, "SERVER_IDENTITY_CHANGED");
  AwaitHealth("SERVER_IDENTITY_CHANGED");
}

TEST_F(AgentTest, ARefusedAgentAsksAgain) {
  controller_.Refuse(grpc::Status(grpc::StatusCode::ALREADY_EXISTS, "joined already"));
  StartAgent();
  controller_.AwaitHello(3);
  controller_.Refuse(grpc::Status::OK);
  AwaitHealth("NODE_NOT_CONFIGURED");
}

TEST_F(AgentTest, ARestartChangesTheInstanceButNotTheAddress) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  const node::v1::Hello before = controller_.AwaitHello(1);
  const auto stub = node::v1::NodeAgentService::NewStub(
      grpc::CreateChannel(before.address(), grpc::InsecureChannelCredentials()));
  node::v1::RestartRequest request;
  request.mutable_target()->set_node(before.node());
  request.mutable_target()->set_instance(before.instance());
  request.mutable_target()->set_session(before.session());
  node::v1::RestartResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(stub->Restart(&context, request, &response).ok());
  restart_.WaitForNotification();
  options_.listen = agent_->address();
  agent_ = nullptr;
  StartAgent();
  const node::v1::Hello after = controller_.AwaitHello(2);
  EXPECT_EQ(after.address(), before.address());
  EXPECT_NE(after.instance(), before.instance());
  AwaitApplied(1);
  EXPECT_EQ(CreateDatabase(2), absl::StatusCode::kOk);
  EXPECT_EQ(CreateDatabase(1), absl::StatusCode::kUnavailable) << "meant for the first agent";
}

TEST_F(AgentTest, EndsWithinMomentsWhileNobodyAnswers) {
  controller_.Stop();
  StartAgent();
  agent_ = nullptr;
}

TEST_F(AgentTest, ATakenAddressIsSaid) {
  StartAgent();
  options_.listen = agent_->address();
  const auto second = Agent::Start(options_, nullptr, random_, log_tail_, [] {});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable) << second.status();
}

TEST_F(AgentTest, TheHealthServiceTellsWhetherTheServerCanBeUsed) {
  controller_.Configure(Revision(1, kGood));
  StartAgent();
  AwaitApplied(1);
  AwaitHealth("");
  const auto stub = grpc::health::v1::Health::NewStub(
      grpc::CreateChannel(agent_->address(), grpc::InsecureChannelCredentials()));
  const auto status_of = [&stub](const std::string& service) {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(stub->Check(&context, request, &response).ok());
    return response.status();
  };
  EXPECT_EQ(status_of("eds.node.v1.NodeAgentService"),
            grpc::health::v1::HealthCheckResponse::SERVING);
  database_.Stop();
  AwaitHealth("SERVER_UNREACHABLE");
  EXPECT_EQ(status_of("eds.node.v1.NodeAgentService"),
            grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(status_of(""), grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_F(AgentTest, TheLogTellsWhatBecameOfEachRevisionButNoSecret) {
  Values wrong = kGood;
  wrong["mysql/pass"] = "hunter2";
  controller_.Configure(Revision(1, wrong));
  StartAgent();
  AwaitRefused(1, "ADMIN_LOGIN_REFUSED");
  controller_.Configure(Revision(2, kGood));
  AwaitApplied(2);
  std::string log;
  for (const LogLine& line : log_tail_.Newest(100)) absl::StrAppend(&log, line.message, "\n");
  EXPECT_TRUE(absl::StrContains(log, "revision 1 refused: ")) << log;
  EXPECT_TRUE(absl::StrContains(log, "applied revision 2: MySQL 9.7.0 at ")) << log;
  EXPECT_FALSE(absl::StrContains(log, "hunter2")) << log;
  EXPECT_FALSE(absl::StrContains(log, "s3cret")) << log;
}

}  // namespace
}  // namespace eds
