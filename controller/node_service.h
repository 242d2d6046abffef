#ifndef EDS_CONTROLLER_NODE_SERVICE_H_
#define EDS_CONTROLLER_NODE_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "controller/admin_password_rotation.h"
#include "controller/calls.h"
#include "controller/catalog.h"
#include "controller/node_channels.h"
#include "controller/node_directory.h"
#include "controller/resources.h"
#include "eds/v1/node_service.grpc.pb.h"

namespace eds {

// Serves eds.v1.NodeService.
class NodeService final : public v1::NodeService::CallbackService {
 public:
  // All must outlive the service.
  NodeService(Calls& calls, Catalog& catalog, const NodeDirectory& directory,
              NodeChannels& channels, Resources& resources, AdminPasswordRotation& admin_passwords,
              Clock& clock)
      : calls_(calls),
        catalog_(catalog),
        directory_(directory),
        channels_(channels),
        resources_(resources),
        admin_passwords_(admin_passwords),
        clock_(clock) {}

  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const v1::ListNodesRequest* request,
                                      v1::ListNodesResponse* response) override;
  grpc::ServerUnaryReactor* GetNode(grpc::CallbackServerContext* context,
                                    const v1::GetNodeRequest* request, v1::Node* response) override;
  grpc::ServerUnaryReactor* CordonNode(grpc::CallbackServerContext* context,
                                       const v1::CordonNodeRequest* request,
                                       v1::Node* response) override;
  grpc::ServerUnaryReactor* UncordonNode(grpc::CallbackServerContext* context,
                                         const v1::UncordonNodeRequest* request,
                                         v1::Node* response) override;
  grpc::ServerUnaryReactor* RestartNode(grpc::CallbackServerContext* context,
                                        const v1::RestartNodeRequest* request,
                                        v1::Node* response) override;
  grpc::ServerUnaryReactor* DiagnoseNode(grpc::CallbackServerContext* context,
                                         const v1::DiagnoseNodeRequest* request,
                                         v1::DiagnoseNodeResponse* response) override;
  grpc::ServerUnaryReactor* RotateAdminPassword(grpc::CallbackServerContext* context,
                                                const v1::RotateAdminPasswordRequest* request,
                                                v1::Node* response) override;
  grpc::ServerWriteReactor<v1::TailLogResponse>* TailLog(
      grpc::CallbackServerContext* context, const v1::TailLogRequest* request) override;

 private:
  absl::StatusOr<v1::ListNodesResponse> List(const v1::ListNodesRequest& request);
  absl::StatusOr<v1::Node> Get(const std::string& name);
  absl::StatusOr<Work<v1::Node>> SetCordoned(const std::string& name, bool cordoned);
  absl::StatusOr<v1::Node> Restart(const std::string& id);
  absl::StatusOr<v1::Node> Rotate(const std::string& id, const RequestKey& request);
  absl::StatusOr<v1::DiagnoseNodeResponse> Diagnose(const std::string& id);

  Calls& calls_;
  Catalog& catalog_;
  const NodeDirectory& directory_;
  NodeChannels& channels_;
  Resources& resources_;
  AdminPasswordRotation& admin_passwords_;
  Clock& clock_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_NODE_SERVICE_H_
