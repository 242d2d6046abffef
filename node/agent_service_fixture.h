#ifndef EDS_NODE_AGENT_SERVICE_FIXTURE_H_
#define EDS_NODE_AGENT_SERVICE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/grpc_server.h"
#include "common/grpc_status.h"
#include "common/log.h"
#include "common/random.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "node/agent_service.h"
#include "node/fake_database_server.h"
#include "node/fence.h"

namespace eds {

inline ServerConfig AdminConfig() {
  ServerConfig config;
  config.hosts = {"db.example"};
  config.port = 5432;
  config.user = "admin";
  return config;
}

// For the agent that the fixture serves as.
template <typename Request>
Request For(Request request) {
  request.mutable_target()->set_node("pg");
  request.mutable_target()->set_instance("first");
  request.mutable_target()->set_session("joined");
  return request;
}

inline node::v1::CreateDatabaseRequest Database(const std::string& name) {
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

// The time of this machine; tells when somebody begins to wait.
class WatchedClock final : public Clock {
 public:
  absl::Time Now() override { return system_.Now(); }
  absl::Duration Uptime() override { return system_.Uptime(); }
  bool Await(absl::Mutex& mutex, const absl::Condition& condition, absl::Time deadline) override {
    if (!condition.Eval() && !waiting_.HasBeenNotified()) waiting_.Notify();
    return system_.Await(mutex, condition, deadline);
  }
  void AwaitWaiting() { waiting_.WaitForNotification(); }

 private:
  SystemClock system_;
  absl::Notification waiting_;
};

// An agent's service behind a gRPC server, and a fake database server to put into its slot.
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
    stub_ = node::v1::NodeAgentService::NewStub(
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
  absl::Status Ask(grpc::Status (node::v1::NodeAgentService::Stub::*method)(grpc::ClientContext*,
                                                                            const Request&,
                                                                            Response*),
                   const Request& request, Response* response = nullptr) {
    grpc::ClientContext context;
    Response ignored;
    return FromGrpcStatus(
        ((*stub_).*method)(&context, request, response == nullptr ? &ignored : response));
  }
  absl::Status CreateDatabase(const node::v1::CreateDatabaseRequest& request) {
    return Ask(&node::v1::NodeAgentService::Stub::CreateDatabase, request);
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
  ServerSlot slot_{MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused,
                             "the server refused the password of admin"),
                   [](const SlotState&) {}};
  ConfigurationTrial trial_{{v1::KIND_POSTGRESQL, "pg"},    nullptr, {}, random_, slot_,
                            [](const node::v1::Outcome&) {}};
  WatchedClock fence_clock_;
  Fence fence_{fence_clock_};
  absl::Notification restart_;
  std::unique_ptr<AgentService> service_;
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<node::v1::NodeAgentService::Stub> stub_;
};

}  // namespace eds

#endif  // EDS_NODE_AGENT_SERVICE_FIXTURE_H_
