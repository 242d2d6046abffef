#include "tools/cli/fake_controller.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/grpc_status.h"

namespace eds::cli {
namespace {

v1::Node NewNode(const std::string& id, v1::Kind kind) {
  v1::Node node;
  node.set_name(absl::StrCat("nodes/", id));
  node.set_kind(kind);
  node.set_state(v1::Node::STATE_UNCONFIGURED);
  node.set_address("127.0.0.1:7411");
  return node;
}

}  // namespace

FakeController::FakeController() {
  state_.nodes["nodes/mysql_node"] = NewNode("mysql_node", v1::KIND_MYSQL);
  state_.nodes["nodes/postgresql_node"] = NewNode("postgresql_node", v1::KIND_POSTGRESQL);
  services_.push_back(NewFakeConfigService(mutex_, state_));
  services_.push_back(NewFakeNodeService(mutex_, state_));
  services_.push_back(NewFakeDatabaseService(mutex_, state_));
  services_.push_back(NewFakeMaintenanceService(mutex_, state_));
  server_ = GrpcServer::Start(
                "127.0.0.1:0", /*insecure=*/false,
                {services_[0].get(), services_[1].get(), services_[2].get(), services_[3].get()})
                .value();
}

FakeController::~FakeController() { server_->Shutdown(absl::ZeroDuration()); }

void FakeController::FailNext(const std::string& method, const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  state_.failures[method].push_back(status);
}

absl::Status TakeFailure(FakeState& state, const std::string& method) {
  ++state.calls[method];
  std::deque<absl::Status>& failures = state.failures[method];
  if (failures.empty()) return absl::OkStatus();
  absl::Status failure = failures.front();
  failures.pop_front();
  return failure;
}

absl::Status NodeNotFound(const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kNodeNotFound,
                   absl::StrCat("there is no node ", name));
}

grpc::Status ToAnswer(const absl::Status& status) {
  if (status.ok() || !ReasonOf(status).empty()) return ToGrpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()));
}

}  // namespace eds::cli
