// The clock of the controller's machine is set, forward and back, by hours and by years,
// while things are unfinished: none is forgotten, and nothing waits for that long.

#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "common/log.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "controller/controller_server.h"
#include "controller/state/memory_store.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "eds/v1/node_service.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "node/agent.h"
#include "node/fake_database_server.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

constexpr absl::Duration kHour = absl::Hours(1);
constexpr absl::Duration kYears = absl::Hours(24 * 365 * 3);
constexpr PauseRange kShort{.first = absl::Milliseconds(5), .longest = absl::Milliseconds(20)};

// The system's clock, as somebody has set it.
class SetClock final : public Clock {
 public:
  absl::Time Now() override {
    absl::MutexLock lock(&mutex_);
    return absl::Now() + offset_;
  }
  absl::Duration Uptime() override { return system_.Uptime(); }
  bool Await(absl::Mutex& mutex, const absl::Condition& condition, absl::Time deadline) override {
    return mutex.AwaitWithTimeout(condition, deadline - Now());
  }
  void Step(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    offset_ += by;
  }

 private:
  SystemClock system_;
  absl::Mutex mutex_;
  absl::Duration offset_ ABSL_GUARDED_BY(mutex_);
};

class ClockStepsTest : public testing::TestWithParam<absl::Duration> {
 protected:
  void SetUp() override {
    auto controller =
        ControllerServer::Start({.listen = absl::StrCat("unix:", folder_->File("controller.sock")),
                                 .key_file = folder_->File("key")},
                                *store_, clock_, random_);
    ASSERT_THAT(controller, IsOk());
    controller_ = *std::move(controller);
    const auto channel =
        grpc::CreateChannel(controller_->address(), grpc::InsecureChannelCredentials());
    databases_ = v1::DatabaseService::NewStub(channel);
    nodes_ = v1::NodeService::NewStub(channel);
    configs_ = v1::ConfigService::NewStub(channel);
    StartNode();
  }

  void StartNode() {
    AgentOptions options;
    options.kind = v1::KIND_MYSQL;
    options.node = "mysql_node";
    options.controller = controller_->address();
    options.listen = "127.0.0.1:0";
    options.trial_pauses = {.unreachable = kShort, .refused = kShort};
    options.dial_pauses = kShort;
    auto agent = Agent::Start(
        options,
        [this](const ServerConfig& config, absl::Time deadline) {
          return server_.Open(config, deadline);
        },
        random_, log_tail_, [] {});
    ASSERT_THAT(agent, IsOk());
    agent_ = *std::move(agent);
    AwaitState(v1::Node::STATE_UNCONFIGURED);
    v1::SetConfigRequest request;
    request.set_name("nodes/mysql_node/config");
    for (const auto& [key, value] : {std::pair{"mysql/host", "db.example"},
                                     {"mysql/user", "admin"},
                                     {"mysql/pass", "s3cret"},
                                     {"mysql/ready_databases", "0"},
                                     {"mysql/ready_users", "0"}}) {
      request.add_entries()->set_key(key);
      request.mutable_entries()->rbegin()->set_value(value);
    }
    v1::Config config;
    grpc::ClientContext context;
    ASSERT_TRUE(configs_->SetConfig(&context, request, &config).ok());
    AwaitState(v1::Node::STATE_READY);
  }

  void AwaitState(v1::Node::State state) {
    v1::GetNodeRequest request;
    request.set_name("nodes/mysql_node");
    v1::Node node;
    do {
      grpc::ClientContext context;
      nodes_->GetNode(&context, request, &node);
    } while (node.state() != state);
  }

  absl::Status Create(const std::string& request_id) {
    v1::CreateDatabaseRequest request;
    request.mutable_database()->set_kind(v1::KIND_MYSQL);
    request.set_request_id(request_id);
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    v1::Database database;
    return FromGrpcStatus(databases_->CreateDatabase(&context, request, &database));
  }

  bool IsReady(int count) {
    grpc::ClientContext context;
    v1::ListDatabasesResponse response;
    EXPECT_TRUE(databases_->ListDatabases(&context, {}, &response).ok());
    for (const v1::Database& database : response.databases()) {
      if (database.state() != v1::Database::STATE_READY) return false;
    }
    return response.databases_size() == count;
  }

  void FailNextCreation() {
    server_.FailNext(FakeDatabaseServer::Step::kCreateDatabase,
                     MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable, "down"));
  }

  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  SetClock clock_;
  SystemClock servers_clock_;
  SystemRandom random_;
  LogTail log_tail_{100};
  FakeDatabaseServer server_{
      servers_clock_,
      ServerConfig{
          .hosts = {"db.example"}, .port = 3306, .user = "admin", .password = Secret("s3cret")}};
  std::unique_ptr<StateStore> store_ = NewMemoryStore();
  std::unique_ptr<ControllerServer> controller_;
  std::unique_ptr<v1::DatabaseService::Stub> databases_;
  std::unique_ptr<v1::NodeService::Stub> nodes_;
  std::unique_ptr<v1::ConfigService::Stub> configs_;
  std::unique_ptr<Agent> agent_;
};

TEST_P(ClockStepsTest, WhatIsUnfinishedIsStillFinished) {
  FailNextCreation();
  EXPECT_THAT(Create("first"), HasCode(absl::StatusCode::kUnavailable));
  clock_.Step(GetParam());
  while (!IsReady(1)) std::this_thread::yield();
  EXPECT_THAT(Create("second"), IsOk());
}

TEST_P(ClockStepsTest, ARepeatAfterTheStepFindsTheFirst) {
  ASSERT_THAT(Create("first"), IsOk());
  clock_.Step(GetParam());
  EXPECT_THAT(Create("first"), IsOk());
  EXPECT_TRUE(IsReady(1));
}

TEST_P(ClockStepsTest, AStepInTheMiddleOfACallDoesNotHoldItUp) {
  server_.OnStep([this](FakeDatabaseServer::Step step) {
    if (step == FakeDatabaseServer::Step::kCreateDatabase) clock_.Step(GetParam());
  });
  EXPECT_THAT(Create("first"), IsOk());
  EXPECT_THAT(Create("second"), IsOk());
  EXPECT_TRUE(IsReady(2));
}

INSTANTIATE_TEST_SUITE_P(Steps, ClockStepsTest, testing::Values(kHour, -kHour, kYears, -kYears),
                         [](const auto& info) {
                           return absl::StrCat(
                               info.param > absl::ZeroDuration() ? "Forward" : "Back",
                               absl::ToInt64Hours(absl::AbsDuration(info.param)), "Hours");
                         });

}  // namespace
}  // namespace eds
