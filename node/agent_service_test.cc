#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "glog/logging.h"
#include "node/agent_service_fixture.h"

namespace eds {
namespace {

using absl::StatusCode;
using node::v1::NodeAgentService;
using ServerStep = FakeDatabaseServer::Step;

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

TEST_F(AgentServiceTest, ALoginMadeAheadIsLetInOrDropped) {
  using Stub = NodeAgentService::Stub;
  Install();
  ASSERT_THAT(CreateDatabase(Database("da1")), IsOk());
  for (const std::string name : {"ua1", "ua2"}) {
    auto prepare = User<node::v1::PrepareUserRequest>(name);
    prepare.clear_database();
    prepare.clear_owner();
    prepare.set_password("pw");
    for (int i = 0; i < 2; ++i) EXPECT_THAT(Ask(&Stub::PrepareUser, prepare), IsOk());
    EXPECT_FALSE(database_.CanLogIn(name, Secret("pw"), "da1"));
  }
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(Ask(&Stub::AdmitUser, User<node::v1::AdmitUserRequest>("ua1")), IsOk());
  }
  EXPECT_TRUE(database_.CanLogIn("ua1", Secret("pw"), "da1"));
  auto drop = User<node::v1::DropUserRequest>("ua2");
  drop.clear_database();
  drop.clear_owner();
  for (int i = 0; i < 2; ++i) EXPECT_THAT(Ask(&Stub::DropUser, drop), IsOk());
  EXPECT_FALSE(database_.HasUser("ua2"));
  EXPECT_THAT(Ask(&Stub::AdmitUser, User<node::v1::AdmitUserRequest>("ua2")),
              FailsWith(StatusCode::kNotFound, Reason::kUserNotFound));
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
