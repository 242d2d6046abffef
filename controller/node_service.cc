#include "controller/node_service.h"

#include <utility>
#include <vector>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/log_relay.h"
#include "controller/requests.h"

namespace eds {
namespace {

constexpr absl::Duration kRestartBudget = absl::Seconds(60);
constexpr absl::Duration kDiagnosisBudget = absl::Seconds(30);
constexpr int kMaxLogLines = 1000;

absl::StatusOr<node::v1::TailLogRequest> Parse(const v1::TailLogRequest& request) {
  if (request.lines() < 0 || request.lines() > kMaxLogLines) {
    return InvalidField("lines", "must be 0 to 1000");
  }
  node::v1::TailLogRequest parsed;
  parsed.set_lines(request.lines());
  parsed.set_follow(request.follow());
  return parsed;
}

}  // namespace

grpc::ServerUnaryReactor* NodeService::ListNodes(grpc::CallbackServerContext* context,
                                                 const v1::ListNodesRequest* request,
                                                 v1::ListNodesResponse* response) {
  return calls_.Answer(*context, "ListNodes", *response, List(*request));
}

absl::StatusOr<v1::ListNodesResponse> NodeService::List(const v1::ListNodesRequest& request) {
  if (!v1::Kind_IsValid(request.kind())) return InvalidField("kind", "is not a known kind");
  ASSIGN_OR_RETURN(const std::vector<StoredNode> nodes, catalog_.ListNodes());
  v1::ListNodesResponse response;
  for (const StoredNode& node : nodes) {
    if (request.kind() != v1::KIND_UNSPECIFIED && request.kind() != node.record.kind()) continue;
    ASSIGN_OR_RETURN(*response.add_nodes(), resources_.ToNode(node));
  }
  return response;
}

grpc::ServerUnaryReactor* NodeService::GetNode(grpc::CallbackServerContext* context,
                                               const v1::GetNodeRequest* request,
                                               v1::Node* response) {
  return calls_.Answer(*context, "GetNode", *response, Get(request->name()));
}

absl::StatusOr<v1::Node> NodeService::Get(const std::string& name) {
  ASSIGN_OR_RETURN(const std::string id, ParseNodeName("name", name));
  ASSIGN_OR_RETURN(const StoredNode node, catalog_.GetNode(id));
  return resources_.ToNode(node);
}

grpc::ServerUnaryReactor* NodeService::CordonNode(grpc::CallbackServerContext* context,
                                                  const v1::CordonNodeRequest* request,
                                                  v1::Node* response) {
  return calls_.Run(*context, "CordonNode", *response, SetCordoned(request->name(), true));
}

grpc::ServerUnaryReactor* NodeService::UncordonNode(grpc::CallbackServerContext* context,
                                                    const v1::UncordonNodeRequest* request,
                                                    v1::Node* response) {
  return calls_.Run(*context, "UncordonNode", *response, SetCordoned(request->name(), false));
}

absl::StatusOr<Work<v1::Node>> NodeService::SetCordoned(const std::string& name, bool cordoned) {
  ASSIGN_OR_RETURN(const std::string id, ParseNodeName("name", name));
  return Work<v1::Node>{.run = [this, id, cordoned]() -> absl::StatusOr<v1::Node> {
    ASSIGN_OR_RETURN(StoredNode node, catalog_.GetNode(id));
    if (node.record.cordoned() != cordoned) {
      node.record.set_cordoned(cordoned);
      ASSIGN_OR_RETURN(node, catalog_.PutNode(node));
    }
    return resources_.ToNode(node);
  }};
}

grpc::ServerUnaryReactor* NodeService::RestartNode(grpc::CallbackServerContext* context,
                                                   const v1::RestartNodeRequest* request,
                                                   v1::Node* response) {
  return calls_.Run(*context, "RestartNode", *response, [&]() -> absl::StatusOr<Work<v1::Node>> {
    ASSIGN_OR_RETURN(const std::string id, ParseNodeName("name", request->name()));
    // Only nodes that are known get a queue.
    RETURN_IF_ERROR(catalog_.GetNode(id).status());
    return Work<v1::Node>{.node = id, .run = [this, id] { return Restart(id); }};
  }());
}

absl::StatusOr<v1::Node> NodeService::Restart(const std::string& id) {
  ASSIGN_OR_RETURN(const StoredNode node, catalog_.GetNode(id));
  ASSIGN_OR_RETURN(const AgentLink link, channels_.Find(id));
  const absl::Time deadline = clock_.Now() + kRestartBudget;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  node::v1::RestartRequest request;
  *request.mutable_target() = link.target;
  node::v1::RestartResponse response;
  RETURN_IF_ERROR(FromAgent(id, link.stub->Restart(&context, request, &response)));
  RETURN_IF_ERROR(directory_.WaitForOther(id, link.target.instance(), deadline));
  return resources_.ToNode(node);
}

grpc::ServerUnaryReactor* NodeService::DiagnoseNode(grpc::CallbackServerContext* context,
                                                    const v1::DiagnoseNodeRequest* request,
                                                    v1::DiagnoseNodeResponse* response) {
  using Response = v1::DiagnoseNodeResponse;
  return calls_.Run(*context, "DiagnoseNode", *response, [&]() -> absl::StatusOr<Work<Response>> {
    ASSIGN_OR_RETURN(const std::string id, ParseNodeName("name", request->name()));
    RETURN_IF_ERROR(catalog_.GetNode(id).status());
    return Work<Response>{.node = id, .run = [this, id] { return Diagnose(id); }};
  }());
}

absl::StatusOr<v1::DiagnoseNodeResponse> NodeService::Diagnose(const std::string& id) {
  ASSIGN_OR_RETURN(const AgentLink link, channels_.Find(id));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(clock_.Now() + kDiagnosisBudget));
  node::v1::DiagnoseRequest request;
  *request.mutable_target() = link.target;
  node::v1::DiagnoseResponse answer;
  RETURN_IF_ERROR(FromAgent(id, link.stub->Diagnose(&context, request, &answer)));
  v1::DiagnoseNodeResponse response;
  *response.mutable_findings() = std::move(*answer.mutable_findings());
  return response;
}

grpc::ServerUnaryReactor* NodeService::RotateAdminPassword(
    grpc::CallbackServerContext* context, const v1::RotateAdminPasswordRequest* request,
    v1::Node* response) {
  return calls_.Run(
      *context, "RotateAdminPassword", *response, [&]() -> absl::StatusOr<Work<v1::Node>> {
        ASSIGN_OR_RETURN(AdminRotation rotation, Parse(*request));
        RETURN_IF_ERROR(catalog_.GetNode(rotation.node).status());
        return Work<v1::Node>{
            .node = rotation.node, .request = rotation.request, .run = [this, rotation] {
              return Rotate(rotation.node, rotation.request);
            }};
      }());
}

absl::StatusOr<v1::Node> NodeService::Rotate(const std::string& id, const RequestKey& request) {
  RETURN_IF_ERROR(admin_passwords_.Rotate(id, request));
  ASSIGN_OR_RETURN(const StoredNode node, catalog_.GetNode(id));
  return resources_.ToNode(node);
}

grpc::ServerWriteReactor<v1::TailLogResponse>* NodeService::TailLog(
    grpc::CallbackServerContext* context, const v1::TailLogRequest* request) {
  const auto link = [&]() -> absl::StatusOr<AgentLink> {
    ASSIGN_OR_RETURN(const std::string id, ParseNodeName("name", request->name()));
    RETURN_IF_ERROR(catalog_.GetNode(id).status());
    return channels_.Find(id);
  }();
  return LogRelay::Start(*context, link, Parse(*request));
}

}  // namespace eds
