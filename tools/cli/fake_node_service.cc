#include "absl/time/clock.h"
#include "eds/v1/node_service.grpc.pb.h"
#include "tools/cli/fake_controller.h"

namespace eds::cli {
namespace {

class FakeNodeService final : public v1::NodeService::Service {
 public:
  FakeNodeService(absl::Mutex& mutex, FakeState& state) : mutex_(mutex), state_(state) {}

  grpc::Status ListNodes(grpc::ServerContext*, const v1::ListNodesRequest* request,
                         v1::ListNodesResponse* response) override {
    absl::MutexLock lock(&mutex_);
    if (auto failure = TakeFailure(state_, "ListNodes"); !failure.ok()) {
      return ToAnswer(failure);
    }
    for (const auto& [name, node] : state_.nodes) {
      if (request->kind() == v1::KIND_UNSPECIFIED || request->kind() == node.kind()) {
        *response->add_nodes() = node;
      }
    }
    return grpc::Status::OK;
  }

  grpc::Status GetNode(grpc::ServerContext*, const v1::GetNodeRequest* request,
                       v1::Node* response) override {
    return Answer("GetNode", request->name(), *response, [](v1::Node&) {});
  }

  grpc::Status CordonNode(grpc::ServerContext*, const v1::CordonNodeRequest* request,
                          v1::Node* response) override {
    return Answer("CordonNode", request->name(), *response,
                  [](v1::Node& node) { node.set_cordoned(true); });
  }

  grpc::Status UncordonNode(grpc::ServerContext*, const v1::UncordonNodeRequest* request,
                            v1::Node* response) override {
    return Answer("UncordonNode", request->name(), *response,
                  [](v1::Node& node) { node.set_cordoned(false); });
  }

  grpc::Status RestartNode(grpc::ServerContext*, const v1::RestartNodeRequest* request,
                           v1::Node* response) override {
    return Answer("RestartNode", request->name(), *response, [](v1::Node&) {});
  }

  grpc::Status RotateAdminPassword(grpc::ServerContext*,
                                   const v1::RotateAdminPasswordRequest* request,
                                   v1::Node* response) override {
    return Answer("RotateAdminPassword", request->name(), *response, [](v1::Node&) {});
  }

  grpc::Status DiagnoseNode(grpc::ServerContext*, const v1::DiagnoseNodeRequest*,
                            v1::DiagnoseNodeResponse* response) override {
    absl::MutexLock lock(&mutex_);
    for (const v1::Finding& finding : state_.findings) *response->add_findings() = finding;
    return grpc::Status::OK;
  }

  grpc::Status TailLog(grpc::ServerContext* context, const v1::TailLogRequest* request,
                       grpc::ServerWriter<v1::TailLogResponse>* writer) override {
    FakeState::LogStream stream = NextStream(*request);
    for (const v1::TailLogResponse& line : stream.lines) writer->Write(line);
    while (stream.hangs && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(5));
    return ToAnswer(stream.end);
  }

 private:
  template <typename Change>
  grpc::Status Answer(const std::string& method, const std::string& name, v1::Node& response,
                      Change change) {
    absl::MutexLock lock(&mutex_);
    if (auto failure = TakeFailure(state_, method); !failure.ok()) return ToAnswer(failure);
    const auto node = state_.nodes.find(name);
    if (node == state_.nodes.end()) return ToAnswer(NodeNotFound(name));
    change(node->second);
    response = node->second;
    return grpc::Status::OK;
  }

  FakeState::LogStream NextStream(const v1::TailLogRequest& request) {
    absl::MutexLock lock(&mutex_);
    state_.log_requests.push_back(request);
    if (state_.log_streams.empty()) {
      return {.lines = {}, .end = NodeNotFound(request.name()), .hangs = false};
    }
    FakeState::LogStream stream = state_.log_streams.front();
    state_.log_streams.pop_front();
    return stream;
  }

  absl::Mutex& mutex_;
  FakeState& state_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewFakeNodeService(absl::Mutex& mutex, FakeState& state) {
  return std::make_unique<FakeNodeService>(mutex, state);
}

}  // namespace eds::cli
