// One writer per object: what comes late, from a controller or an agent that was
// replaced, does no harm. Agents and the controller's side of the link, over gRPC, with
// fake servers.

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "common/log.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "controller/sealer.h"
#include "controller/state/memory_store.h"
#include "gtest/gtest.h"
#include "node/agent.h"
#include "node/fake_database_server.h"
#include "tests/fixtures/temporary_folder.h"
#include "tests/integration/controller_side.h"

namespace eds {
namespace {

using absl::StatusCode;
using Step = FakeDatabaseServer::Step;

constexpr char kNode[] = "mysql_node";
constexpr PauseRange kShort{.first = absl::Milliseconds(5), .longest = absl::Milliseconds(20)};
constexpr PauseRange kNever{.first = absl::Hours(1), .longest = absl::Hours(1)};

ServerConfig AdminConfig() {
  return {.hosts = {"db.example"}, .port = 3306, .user = "admin", .password = Secret("s3cret")};
}

DatabaseOnServer Database(const std::string& name, int64_t epoch, const std::string& node = kNode) {
  return {.node = node, .name = name, .owner = "o" + name, .epoch = epoch};
}

// A step sent by `link`, whoever the controller is by now.
absl::Status CreateDatabase(const AgentLink& link, const std::string& name) {
  node::v1::CreateDatabaseRequest request;
  *request.mutable_target() = link.target;
  request.set_database(name);
  request.set_owner("o" + name);
  node::v1::CreateDatabaseResponse response;
  grpc::ClientContext context;
  return FromGrpcStatus(link.stub->CreateDatabase(&context, request, &response));
}

class FencingTest : public testing::Test {
 protected:
  FencingTest() {
    server_.SetInfo({.flavour = "MySQL", .version = "9.7.0", .identity = "one", .address = ""});
  }

  // Each port is a way to the controller; agents know one of them.
  std::string Port(const std::string& name) {
    return absl::StrCat("unix:", folder_->File(name + ".sock"));
  }

  std::unique_ptr<ControllerSide> NewController(const std::string& port = "main") {
    auto controller = std::make_unique<ControllerSide>(Port(port), *store_, *sealer_, clock_);
    for (const char* node : {kNode, "mysql_two"}) {
      // The second is known once it has joined.
      controller->configs()
          .Set(node,
               {{"mysql/host", "db.example"}, {"mysql/user", "admin"}, {"mysql/pass", "s3cret"}},
               /*force=*/false, /*validate_only=*/false)
          .IgnoreError();
    }
    return controller;
  }

  std::unique_ptr<Agent> NewAgent(const std::string& node = kNode, const std::string& port = "main",
                                  const AgentLimits& limits = {}) {
    AgentOptions options;
    options.kind = v1::KIND_MYSQL;
    options.node = node;
    options.controller = Port(port);
    options.listen = "127.0.0.1:0";
    options.limits = limits;
    options.trial_pauses = {.unreachable = kShort, .refused = kNever};
    options.dial_pauses = kShort;
    options.probe_interval = absl::Milliseconds(5);
    auto agent = Agent::Start(
        options,
        [this](const ServerConfig& config, absl::Time deadline) {
          return server_.Open(config, deadline);
        },
        random_, log_tail_, [] {});
    EXPECT_THAT(agent, IsOk());
    return agent.ok() ? *std::move(agent) : nullptr;
  }

  static absl::Time Soon() { return absl::Now() + absl::Minutes(1); }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  SystemClock clock_;
  SystemRandom random_;
  LogTail log_tail_{100};
  std::unique_ptr<StateStore> store_ = NewMemoryStore();
  std::unique_ptr<Sealer> sealer_ =
      Sealer::Open(folder_->File("key"), Sealer::IfMissing::kCreate).value();
  FakeDatabaseServer server_{clock_, AdminConfig()};
};

TEST_F(FencingTest, AStepOfAControllerThatWasReplacedIsRefused) {
  auto controller = NewController();
  const auto agent = NewAgent();
  ASSERT_THAT(controller->AwaitReport(kNode), IsOk());
  const AgentLink late = controller->LinkTo(kNode);
  ASSERT_THAT(CreateDatabase(late, "da1"), IsOk());
  controller.reset();
  controller = NewController();
  ASSERT_THAT(controller->AwaitReport(kNode), IsOk());
  EXPECT_THAT(CreateDatabase(late, "da2"),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_FALSE(server_.HasDatabase("da2"));
  EXPECT_THAT(controller->nodes().CreateDatabase(Database("da2", 1), Soon()), IsOk());
}

TEST_F(FencingTest, AStepHeldBackInAnAgentWhileTheControllerRestartedIsRefused) {
  auto controller = NewController();
  const auto agent = NewAgent(kNode, "main", {.workers = 1, .queue = 1, .log_streams = 1});
  ASSERT_THAT(controller->AwaitReport(kNode), IsOk());
  const AgentLink link = controller->LinkTo(kNode);
  absl::Notification begun, go_on;
  server_.OnStep([&](Step step) {
    if (step != Step::kCreateDatabase) return;
    begun.Notify();
    go_on.WaitForNotification();
  });
  std::thread running([&] { EXPECT_THAT(CreateDatabase(link, "da1"), IsOk()); });
  begun.WaitForNotification();
  // Of two more, one waits in the agent when the other is refused.
  absl::Mutex mutex;
  std::vector<absl::Status> answers;
  std::vector<std::thread> callers;
  for (const char* name : {"da2", "da3"}) {
    callers.emplace_back([&, name] {
      const absl::Status status = CreateDatabase(link, name);
      absl::MutexLock lock(&mutex);
      answers.push_back(status);
    });
  }
  const auto refused = [&] { return !answers.empty(); };
  mutex.LockWhen(absl::Condition(&refused));
  EXPECT_THAT(answers.front(), FailsWith(StatusCode::kResourceExhausted, Reason::kNodeBusy));
  mutex.Unlock();
  controller.reset();
  controller = NewController();
  EXPECT_THAT(controller->AwaitReport(kNode), IsOk());
  go_on.Notify();
  running.join();
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(answers.back(), FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_FALSE(server_.HasDatabase("da2") || server_.HasDatabase("da3"));
}

TEST_F(FencingTest, AStepOfAnEarlierOperationThatComesLateIsRefused) {
  const auto controller = NewController();
  const auto agent = NewAgent();
  ASSERT_THAT(controller->AwaitReport(kNode), IsOk());
  NodeClient& nodes = controller->nodes();
  EXPECT_THAT(nodes.CreateDatabase(Database("da1", 5), Soon()), IsOk());
  EXPECT_THAT(nodes.DropDatabase(Database("da1", 7), Soon()), IsOk());
  EXPECT_THAT(nodes.CreateDatabase(Database("da1", 5), Soon()),
              FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  EXPECT_FALSE(server_.HasDatabase("da1"));
}

TEST_F(FencingTest, OfTwoNodesOnOneServerOneWorksAndTheOtherSaysWhyNot) {
  auto controller = NewController();
  const auto one = NewAgent(kNode);
  ASSERT_THAT(controller->AwaitReport(kNode), IsOk());
  ASSERT_THAT(controller->configs().Admit("mysql_two", v1::KIND_MYSQL), IsOk());
  controller.reset();
  controller = NewController();
  const auto two = NewAgent("mysql_two");
  const absl::Status claimed = controller->AwaitReport("mysql_two");
  EXPECT_THAT(claimed, FailsWith(StatusCode::kFailedPrecondition, Reason::kServerClaimed));
  EXPECT_THAT(std::string(claimed.message()), testing::HasSubstr(kNode));
  EXPECT_THAT(controller->nodes().CreateDatabase(Database("da1", 1, "mysql_two"), Soon()),
              FailsWith(StatusCode::kFailedPrecondition, Reason::kServerClaimed));
  EXPECT_FALSE(server_.HasDatabase("da1"));
  ASSERT_THAT(controller->AwaitReport(kNode), IsOk());
  EXPECT_THAT(controller->nodes().CreateDatabase(Database("da1", 1), Soon()), IsOk());
}

// An agent that has lost its controller, but not its server.
class ReplacedAgentTest : public FencingTest {
 protected:
  void SetUp() override {
    auto controller = NewController("old");
    old_ = NewAgent(kNode, "old");
    ASSERT_THAT(controller->AwaitReport(kNode), IsOk());
    link_to_old_ = controller->LinkTo(kNode);
    ASSERT_THAT(CreateDatabase(link_to_old_, "da1"), IsOk());
  }

  void Replace() {
    controller_ = NewController();
    new_ = NewAgent();
    ASSERT_THAT(controller_->AwaitReport(kNode), IsOk());
  }

  void ExpectOldIsRefused() {
    EXPECT_THAT(CreateDatabase(link_to_old_, "da2"),
                FailsWith(StatusCode::kFailedPrecondition, Reason::kServerClaimed));
    EXPECT_FALSE(server_.HasDatabase("da2"));
  }

  std::unique_ptr<Agent> old_;
  AgentLink link_to_old_;
  std::unique_ptr<ControllerSide> controller_;
  std::unique_ptr<Agent> new_;
};

TEST_F(ReplacedAgentTest, GoesOnUntilAnotherHasItsPlace) {
  EXPECT_THAT(CreateDatabase(link_to_old_, "da2"), IsOk());
}

TEST_F(ReplacedAgentTest, CanDoNothingOnTheServer) {
  Replace();
  ExpectOldIsRefused();
  EXPECT_THAT(controller_->nodes().CreateDatabase(Database("da3", 1), Soon()), IsOk());
}

TEST_F(ReplacedAgentTest, CanNotFinishWhatItBegan) {
  absl::Notification begun, go_on;
  server_.OnStep([&](Step step) {
    if (step != Step::kDropDatabase) return;
    begun.Notify();
    go_on.WaitForNotification();
  });
  std::thread late([&] {
    node::v1::DropDatabaseRequest request;
    *request.mutable_target() = link_to_old_.target;
    request.set_database("da1");
    request.set_owner("oda1");
    node::v1::DropDatabaseResponse response;
    grpc::ClientContext context;
    EXPECT_THAT(FromGrpcStatus(link_to_old_.stub->DropDatabase(&context, request, &response)),
                FailsWith(StatusCode::kFailedPrecondition, Reason::kServerClaimed));
  });
  begun.WaitForNotification();
  Replace();
  go_on.Notify();
  late.join();
  EXPECT_TRUE(server_.HasDatabase("da1"));
}

TEST_F(ReplacedAgentTest, GetsNoSecondChanceFromARestartOfTheServer) {
  Replace();
  ExpectOldIsRefused();
  server_.Stop();
  server_.Start();
  EXPECT_THAT(controller_->nodes().CreateDatabase(Database("da3", 1), Soon()), IsOk());
  ExpectOldIsRefused();
}

TEST_F(ReplacedAgentTest, HasTheServerAgainWhenItJoinsLast) {
  Replace();
  ExpectOldIsRefused();
  new_.reset();
  controller_.reset();
  controller_ = NewController("old");
  while (!controller_->AwaitReport(kNode).ok()) std::this_thread::yield();
  EXPECT_THAT(controller_->nodes().CreateDatabase(Database("da3", 1), Soon()), IsOk());
}

}  // namespace
}  // namespace eds
