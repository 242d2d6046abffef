#include "node/agent_service.h"

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/grpc_server.h"
#include "common/grpc_status.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "node/fake_database_server.h"

namespace eds {
namespace {

using absl::StatusCode;
using node::v1::NodeAgentService;
using ServerStep = FakeDatabaseServer::Step;

ServerConfig AdminConfig() {
  ServerConfig config;
  config.hosts = {"db.example"};
  config.port = 5432;
  config.user = "admin";
  return config;
}

template <typename Request>
Request For(Request request) {
  request.mutable_target()->set_node("pg");
  request.mutable_target()->set_instance("first");
  request.mutable_target()->set_session("joined");
  return request;
}

node::v1::CreateDatabaseRequest Database(const std::string& name) {
  auto request = For(node::v1::CreateDatabaseRequest());
  request.set_database(name);
  request.set_owner("o" + name);
  return request;
}

template <typename Request>
Request User(const std::string& name) {
  auto request = For(Request());
  request.set_user(name);
  if constexpr (requires { request.set_database(""); }) {
    request.set_database("da1");
    request.set_owner("oda1");
  }
  if constexpr (requires { request.set_password(""); }) request.set_password("pw-" + name);
  return request;
}

// Holds back every step on a server from now on.
class HeldSteps {
 public:
  explicit HeldSteps(FakeDatabaseServer& server) {
    server.OnStep([this](ServerStep) {
      if (!begun_.HasBeenNotified()) begun_.Notify();
      go_on_.WaitForNotification();
    });
  }
  void AwaitBegin() { begun_.WaitForNotification(); }
  void GoOn() { go_on_.Notify(); }

 private:
  absl::Notification begun_;
  absl::Notification go_on_;
};

class AgentServiceTest : public testing::Test {
 protected:
  AgentServiceTest() { Serve({}); }
  ~AgentServiceTest() override { End(); }

  void Serve(const AgentLimits& limits) {
    End();
    service_ = std::make_unique<AgentService>(
        AgentService::Identity{v1::KIND_POSTGRESQL, "pg", "first"}, limits, slot_, trial_, fence_,
        log_tail_, [this] { restart_.Notify(); });
    service_->Obey("joined");
    auto server = GrpcServer::Start("127.0.0.1:0", false, {service_.get()});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = NodeAgentService::NewStub(
        grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  }

  void End() {
    if (server_ == nullptr) return;
    service_->Close();
    server_->Shutdown(absl::Seconds(10));
    server_ = nullptr;
    service_ = nullptr;
  }

  void Install() {
    auto server = database_.Open(AdminConfig(), absl::Now() + absl::Seconds(10));
    ASSERT_TRUE(server.ok()) << server.status();
    slot_.Install(1, *std::move(server), ServerInfo{}, "");
  }

  template <typename Request, typename Response>
  absl::Status Ask(grpc::Status (NodeAgentService::Stub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                   const Request& request, Response* response = nullptr) {
    grpc::ClientContext context;
    Response ignored;
    return FromGrpcStatus(
        ((*stub_).*method)(&context, request, response == nullptr ? &ignored : response));
  }
  absl::Status CreateDatabase(const node::v1::CreateDatabaseRequest& request) {
    return Ask(&NodeAgentService::Stub::CreateDatabase, request);
  }

  absl::Status DropDatabase(const std::string& name, const std::string& session, int64_t epoch) {
    auto request = For(node::v1::DropDatabaseRequest());
    request.mutable_target()->set_session(session);
    request.mutable_target()->set_epoch(epoch);
    request.set_database(name);
    request.set_owner("o" + name);
    return Ask(&NodeAgentService::Stub::DropDatabase, request);
  }

  // What the node's log says, read as `request` asks; at most `limit` lines.
  std::vector<std::string> Read(grpc::ClientContext& context,
                                const node::v1::TailLogRequest& request, size_t limit,
                                absl::Status* status) {
    std::vector<std::string> lines;
    const auto reader = stub_->TailLog(&context, request);
    node::v1::TailLogResponse line;
    while (lines.size() < limit && reader->Read(&line)) lines.push_back(line.message());
    if (lines.size() == limit) context.TryCancel();
    *status = FromGrpcStatus(reader->Finish());
    return lines;
  }

  SystemClock clock_;
  SystemRandom random_;
  FakeDatabaseServer database_{clock_, AdminConfig()};
  LogTail log_tail_{100};
  ServerSlot slot_{MakeError(StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused,
                             "the server refused the password of admin"),
                   [](const SlotState&) {}};
  ConfigurationTrial trial_{{v1::KIND_POSTGRESQL, "pg"},    nullptr, {}, random_, slot_,
                            [](const node::v1::Outcome&) {}};
  Fence fence_{clock_};
  absl::Notification restart_;
  std::unique_ptr<AgentService> service_;
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<NodeAgentService::Stub> stub_;
};

TEST_F(AgentServiceTest, EveryStepMayBeRepeated) {
  using Stub = NodeAgentService::Stub;
  Install();
  for (int i = 0; i < 2; ++i) EXPECT_THAT(CreateDatabase(Database("da1")), IsOk());
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Ask(&Stub::CreateUser, User<node::v1::CreateUserRequest>("ua1")), IsOk());
  }
  EXPECT_TRUE(database_.CanLogIn("ua1", Secret("pw-ua1"), "da1"));
  auto password = User<node::v1::SetUserPasswordRequest>("ua1");
  password.set_password("new");
  for (int i = 0; i < 2; ++i) EXPECT_THAT(Ask(&Stub::SetUserPassword, password), IsOk());
  EXPECT_TRUE(database_.CanLogIn("ua1", Secret("new"), "da1"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Ask(&Stub::LockUser, User<node::v1::LockUserRequest>("ua1")), IsOk());
  }
  EXPECT_FALSE(database_.CanLogIn("ua1", Secret("new"), "da1"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Ask(&Stub::DropUser, User<node::v1::DropUserRequest>("ua1")), IsOk());
  }
  auto drop = For(node::v1::DropDatabaseRequest());
  drop.set_database("da1");
  drop.set_owner("oda1");
  for (int i = 0; i < 2; ++i) EXPECT_THAT(Ask(&Stub::DropDatabase, drop), IsOk());
  EXPECT_FALSE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, AStepForAnotherAgentIsNotDone) {
  Install();
  for (const auto& [node, instance, session] :
       std::vector<std::array<std::string, 3>>{{"pg", "second", "joined"},
                                               {"other", "first", "joined"},
                                               {"pg", "first", "earlier"},
                                               {"pg", "first", ""},
                                               {"", "", ""}}) {
    auto request = Database("da1");
    request.mutable_target()->set_node(node);
    request.mutable_target()->set_instance(instance);
    request.mutable_target()->set_session(session);
    EXPECT_THAT(CreateDatabase(request),
                FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  }
  auto request = Database("da1");
  request.clear_target();
  EXPECT_THAT(CreateDatabase(request),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_FALSE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, BeforeItJoinsAnAgentObeysNobody) {
  Install();
  service_->Obey("");
  auto request = Database("da1");
  request.mutable_target()->clear_session();
  EXPECT_THAT(CreateDatabase(request),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
}

TEST_F(AgentServiceTest, AStepThatWaitedWhileTheAgentJoinedAgainIsNotDone) {
  Serve({.workers = 1, .queue = 1, .log_streams = 1});
  Install();
  HeldSteps held(database_);
  std::thread running([&] { EXPECT_THAT(CreateDatabase(Database("da1")), IsOk()); });
  held.AwaitBegin();
  // Of two more, one waits when the other is refused.
  absl::Mutex mutex;
  std::vector<absl::Status> answers;
  std::vector<std::thread> callers;
  for (const char* name : {"da2", "da3"}) {
    callers.emplace_back([&, name] {
      const absl::Status status = CreateDatabase(Database(name));
      absl::MutexLock lock(&mutex);
      answers.push_back(status);
    });
  }
  const auto refused = [&] { return !answers.empty(); };
  {
    absl::MutexLock lock(&mutex, absl::Condition(&refused));
    EXPECT_THAT(answers.front(), FailsWith(StatusCode::kResourceExhausted, Reason::kNodeBusy));
  }
  service_->Obey("joined anew");
  held.GoOn();
  running.join();
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(answers.back(), FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_TRUE(database_.HasDatabase("da1"));
  EXPECT_FALSE(database_.HasDatabase("da2") || database_.HasDatabase("da3"));
}

TEST_F(AgentServiceTest, AStepThatMeetsOneFromBeforeTheAgentJoinedAgainWaitsForIt) {
  Install();
  ASSERT_THAT(CreateDatabase(Database("da1")), IsOk());
  HeldSteps held(database_);
  std::thread earlier([&] { EXPECT_THAT(DropDatabase("da1", "joined", 1), IsOk()); });
  held.AwaitBegin();
  service_->Obey("joined anew");
  std::thread later([&] {
    auto request = Database("da1");
    request.mutable_target()->set_session("joined anew");
    request.mutable_target()->set_epoch(2);
    EXPECT_THAT(CreateDatabase(request), IsOk());
  });
  held.GoOn();
  earlier.join();
  later.join();
  EXPECT_TRUE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, AStepOfAnEarlierOperationIsNotDone) {
  Install();
  auto request = Database("da1");
  request.mutable_target()->set_epoch(7);
  EXPECT_THAT(CreateDatabase(request), IsOk());
  EXPECT_THAT(DropDatabase("da1", "joined", 6),
              FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  EXPECT_TRUE(database_.HasDatabase("da1"));
  EXPECT_THAT(DropDatabase("da1", "joined", 8), IsOk());
  EXPECT_THAT(CreateDatabase(request), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  EXPECT_FALSE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, EveryKindOfStepIsFenced) {
  using Stub = NodeAgentService::Stub;
  Install();
  const auto stale = FailsWith(StatusCode::kAborted, Reason::kStaleOperation);
  const auto at = [](int64_t epoch, auto request) {
    request.mutable_target()->set_epoch(epoch);
    return request;
  };
  ASSERT_THAT(CreateDatabase(at(9, Database("da1"))), IsOk());
  auto adopt = at(1, For(node::v1::AdoptDatabaseRequest()));
  adopt.set_database("da1");
  adopt.set_owner("oda1");
  adopt.set_expected_owner("somebody");
  EXPECT_THAT(Ask(&Stub::AdoptDatabase, adopt), stale);
  EXPECT_THAT(DropDatabase("da1", "joined", 1), stale);
  const auto create = User<node::v1::CreateUserRequest>("ua1");
  EXPECT_THAT(Ask(&Stub::CreateUser, at(8, create)), IsOk()) << "another object";
  EXPECT_THAT(Ask(&Stub::CreateUser, at(1, create)), stale);
  EXPECT_THAT(Ask(&Stub::SetUserPassword, at(1, User<node::v1::SetUserPasswordRequest>("ua1"))),
              stale);
  EXPECT_THAT(Ask(&Stub::LockUser, at(1, User<node::v1::LockUserRequest>("ua1"))), stale);
  EXPECT_THAT(Ask(&Stub::DropUser, at(1, User<node::v1::DropUserRequest>("ua1"))), stale);
  EXPECT_TRUE(database_.CanLogIn("ua1", Secret("pw-ua1"), "da1"));
  node::v1::InspectUserResponse inspected;
  EXPECT_THAT(Ask(&Stub::InspectUser, User<node::v1::InspectUserRequest>("ua1"), &inspected),
              IsOk());
}

TEST_F(AgentServiceTest, AServerThatIsClaimedByAnotherIsReportedAtOnceAndNotTouchedAgain) {
  Install();
  database_.FailNext(ServerStep::kCreateDatabase,
                     MakeError(StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                               "claimed by a later agent of this node"));
  const auto claimed = FailsWith(StatusCode::kFailedPrecondition, Reason::kServerClaimed);
  EXPECT_THAT(CreateDatabase(Database("da1")), claimed);
  EXPECT_THAT(slot_.State().health, claimed);
  const int64_t steps = database_.steps();
  EXPECT_THAT(CreateDatabase(Database("da1")), claimed);
  EXPECT_EQ(database_.steps(), steps);
}

TEST_F(AgentServiceTest, ABadNameIsRefusedByItsField) {
  Install();
  const int64_t steps = database_.steps();
  for (const std::string& name :
       {std::string(), std::string("A"), std::string("a%b"), std::string("a'b"), std::string("1a"),
        std::string("a\nb"), std::string("a\0b", 3), std::string(64, 'a'),
        std::string(100'000, 'a')}) {
    const absl::Status status = CreateDatabase(Database(name));
    EXPECT_THAT(status, FailsWith(StatusCode::kInvalidArgument, Reason::kInvalidField));
    EXPECT_TRUE(absl::StartsWith(status.message(), "database: ")) << status;
  }
  EXPECT_EQ(database_.steps(), steps);
}

TEST_F(AgentServiceTest, WithoutAServerAStepSaysWhyThereIsNone) {
  EXPECT_THAT(CreateDatabase(Database("da1")),
              FailsWith(StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused));
}

TEST_F(AgentServiceTest, TheErrorOfTheServerArrivesWithItsDetails) {
  Install();
  database_.FailNext(ServerStep::kCreateDatabase,
                     MakeError(StatusCode::kInternal, Reason::kServerError, "unforeseen",
                               {{"native_code", "XX000"}}));
  const absl::Status status = CreateDatabase(Database("da1"));
  EXPECT_THAT(status, FailsWith(StatusCode::kInternal, Reason::kServerError));
  EXPECT_EQ(ErrorMetadataOf(status, "native_code"), "XX000");
}

TEST_F(AgentServiceTest, AFullQueueAsksToComeBackLater) {
  Serve({.workers = 1, .queue = 1, .log_streams = 1});
  Install();
  absl::Notification begun;
  absl::Notification go_on;
  database_.OnStep([&](ServerStep) {
    if (!begun.HasBeenNotified()) begun.Notify();
    go_on.WaitForNotification();
  });
  // Of three at a time one runs and one waits; the third is refused.
  std::vector<std::thread> callers;
  absl::Mutex mutex;
  std::vector<absl::Status> answers;
  for (const char* name : {"da1", "da2", "da3"}) {
    callers.emplace_back([&, name] {
      const absl::Status status = CreateDatabase(Database(name));
      absl::MutexLock lock(&mutex);
      answers.push_back(status);
    });
    if (callers.size() == 1) begun.WaitForNotification();
  }
  const auto refused = [&] { return !answers.empty(); };
  {
    absl::MutexLock lock(&mutex, absl::Condition(&refused));
    EXPECT_THAT(answers.front(), FailsWith(StatusCode::kResourceExhausted, Reason::kNodeBusy));
    EXPECT_TRUE(RetryAfterOf(answers.front()).has_value());
  }
  go_on.Notify();
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(answers.at(1), IsOk());
  EXPECT_THAT(answers.at(2), IsOk());
}

TEST_F(AgentServiceTest, AStepThatHasBegunOutlivesItsCall) {
  Install();
  absl::Notification begun;
  absl::Notification go_on;
  database_.OnStep([&](ServerStep) {
    begun.Notify();
    go_on.WaitForNotification();
  });
  grpc::ClientContext context;
  std::thread caller([&] {
    node::v1::CreateDatabaseResponse response;
    EXPECT_EQ(stub_->CreateDatabase(&context, Database("da1"), &response).error_code(),
              grpc::StatusCode::CANCELLED);
  });
  begun.WaitForNotification();
  context.TryCancel();
  caller.join();
  go_on.Notify();
  End();
  EXPECT_TRUE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, WhatWaitsWhenTheNodeEndsIsNotBegun) {
  Serve({.workers = 1, .queue = 1, .log_streams = 1});
  Install();
  absl::Notification begun;
  absl::Notification go_on;
  database_.OnStep([&](ServerStep) {
    begun.Notify();
    go_on.WaitForNotification();
  });
  std::thread first([&] { EXPECT_THAT(CreateDatabase(Database("da1")), IsOk()); });
  begun.WaitForNotification();
  service_->Close();
  std::thread second([&] {
    EXPECT_THAT(CreateDatabase(Database("da2")),
                FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  });
  go_on.Notify();
  first.join();
  second.join();
  EXPECT_FALSE(database_.HasDatabase("da2"));
}

TEST_F(AgentServiceTest, ALongInventoryComesInParts) {
  Install();
  const int count = 1100;
  auto server = database_.Open(AdminConfig(), absl::InfiniteFuture());
  ASSERT_TRUE(server.ok());
  for (int i = 0; i < count; ++i) {
    const Identifier name = *Identifier::Parse(absl::StrCat("d7a1b2c", i));
    const Identifier owner = *Identifier::Parse(absl::StrCat("o7a1b2c", i));
    ASSERT_THAT((*server)->CreateDatabase({name, owner}, absl::InfiniteFuture()), IsOk());
  }
  auto request = For(node::v1::ListObjectsRequest());
  request.set_installation("7a1b2c");
  grpc::ClientContext context;
  const auto reader = stub_->ListObjects(&context, request);
  node::v1::ListObjectsResponse response;
  int databases = 0;
  int users = 0;
  int parts = 0;
  while (reader->Read(&response)) {
    EXPECT_LE(response.databases_size() + response.users_size(), 1000);
    databases += response.databases_size();
    users += response.users_size();
    ++parts;
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(databases, count);
  EXPECT_EQ(users, count);
  EXPECT_EQ(parts, 4);
}

TEST_F(AgentServiceTest, AnInventoryOfAnotherAgentIsRefused) {
  node::v1::ListObjectsRequest request;
  request.set_installation("a1b2c");
  node::v1::ListObjectsResponse response;
  grpc::ClientContext context;
  const auto reader = stub_->ListObjects(&context, request);
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_THAT(FromGrpcStatus(reader->Finish()),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
}

TEST_F(AgentServiceTest, ADiagnosisWithoutAServerNamesTheRemedy) {
  node::v1::DiagnoseResponse response;
  EXPECT_THAT(Ask(&NodeAgentService::Stub::Diagnose, For(node::v1::DiagnoseRequest()), &response),
              IsOk());
  ASSERT_EQ(response.findings_size(), 1);
  EXPECT_EQ(response.findings(0).severity(), v1::Finding::SEVERITY_ERROR);
  EXPECT_EQ(response.findings(0).check(), "login");
  EXPECT_TRUE(absl::StrContains(response.findings(0).detail(), "refused the password"));
  EXPECT_FALSE(response.findings(0).remedy().empty());
}

TEST_F(AgentServiceTest, ADiagnosisIsTheServersOwn) {
  Install();
  node::v1::DiagnoseResponse response;
  EXPECT_THAT(Ask(&NodeAgentService::Stub::Diagnose, For(node::v1::DiagnoseRequest()), &response),
              IsOk());
  ASSERT_EQ(response.findings_size(), 1);
  EXPECT_EQ(response.findings(0).severity(), v1::Finding::SEVERITY_OK);
}

TEST_F(AgentServiceTest, ARestartIsAnsweredAndAskedFor) {
  EXPECT_THAT(Ask(&NodeAgentService::Stub::Restart, node::v1::RestartRequest()),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_FALSE(restart_.HasBeenNotified());
  EXPECT_THAT(Ask(&NodeAgentService::Stub::Restart, For(node::v1::RestartRequest())), IsOk());
  restart_.WaitForNotification();
}

TEST_F(AgentServiceTest, TheNewestLinesOfTheLogAreAnswered) {
  LOG(INFO) << "one";
  LOG(INFO) << "two";
  auto request = For(node::v1::TailLogRequest());
  request.set_lines(1);
  grpc::ClientContext context;
  absl::Status status;
  EXPECT_EQ(Read(context, request, 100, &status), std::vector<std::string>{"two"});
  EXPECT_THAT(status, IsOk());
}

TEST_F(AgentServiceTest, AFollowedLogGoesOnUntilTheClientEndsIt) {
  LOG(INFO) << "one";
  auto request = For(node::v1::TailLogRequest());
  request.set_lines(1);
  request.set_follow(true);
  grpc::ClientContext context;
  const auto reader = stub_->TailLog(&context, request);
  node::v1::TailLogResponse line;
  ASSERT_TRUE(reader->Read(&line));
  EXPECT_EQ(line.message(), "one");
  EXPECT_EQ(line.severity(), "INFO");
  EXPECT_TRUE(line.has_time());
  LOG(WARNING) << "two";
  ASSERT_TRUE(reader->Read(&line));
  EXPECT_EQ(line.message(), "two");
  EXPECT_EQ(line.severity(), "WARNING");
  context.TryCancel();
  EXPECT_THAT(FromGrpcStatus(reader->Finish()), HasCode(StatusCode::kCancelled));
}

TEST_F(AgentServiceTest, AFollowedLogEndsWithTheNode) {
  LOG(INFO) << "one";
  auto request = For(node::v1::TailLogRequest());
  request.set_lines(1);
  request.set_follow(true);
  grpc::ClientContext context;
  const auto reader = stub_->TailLog(&context, request);
  node::v1::TailLogResponse line;
  ASSERT_TRUE(reader->Read(&line));
  service_->Close();
  while (reader->Read(&line)) continue;
  EXPECT_THAT(FromGrpcStatus(reader->Finish()),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
}

TEST_F(AgentServiceTest, OnlySoManyMayReadTheLogAtATime) {
  Serve({.workers = 1, .queue = 1, .log_streams = 1});
  LOG(INFO) << "one";
  auto request = For(node::v1::TailLogRequest());
  request.set_lines(1);
  request.set_follow(true);
  grpc::ClientContext first;
  const auto reader = stub_->TailLog(&first, request);
  node::v1::TailLogResponse line;
  ASSERT_TRUE(reader->Read(&line));
  grpc::ClientContext second;
  absl::Status status;
  EXPECT_TRUE(Read(second, request, 1, &status).empty());
  EXPECT_THAT(status, FailsWith(StatusCode::kResourceExhausted, Reason::kNodeBusy));
  first.TryCancel();
  reader->Finish();
}

TEST_F(AgentServiceTest, ABadNumberOfLinesIsRefused) {
  for (const int lines : {-1, 1001, INT32_MAX, INT32_MIN}) {
    auto request = For(node::v1::TailLogRequest());
    request.set_lines(lines);
    grpc::ClientContext context;
    absl::Status status;
    EXPECT_TRUE(Read(context, request, 1, &status).empty());
    EXPECT_THAT(status, FailsWith(StatusCode::kInvalidArgument, Reason::kInvalidField));
  }
}

TEST_F(AgentServiceTest, NeitherNamesNorPasswordsOfRequestsAreLogged) {
  Install();
  ASSERT_THAT(CreateDatabase(Database("da1")), IsOk());
  ASSERT_THAT(Ask(&NodeAgentService::Stub::CreateUser, User<node::v1::CreateUserRequest>("ua1")),
              IsOk());
  for (const LogLine& line : log_tail_.Newest(100)) {
    EXPECT_FALSE(absl::StrContains(line.message, "ua1")) << line.message;
  }
}

}  // namespace
}  // namespace eds
