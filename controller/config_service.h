#ifndef EDS_CONTROLLER_CONFIG_SERVICE_H_
#define EDS_CONTROLLER_CONFIG_SERVICE_H_

#include "controller/calls.h"
#include "controller/catalog.h"
#include "controller/node_configs.h"
#include "eds/v1/config_service.grpc.pb.h"

namespace eds {

// Serves eds.v1.ConfigService.
class ConfigService final : public v1::ConfigService::CallbackService {
 public:
  // All must outlive the service.
  ConfigService(Calls& calls, Catalog& catalog, NodeConfigs& configs)
      : calls_(calls), catalog_(catalog), configs_(configs) {}

  grpc::ServerUnaryReactor* SetConfig(grpc::CallbackServerContext* context,
                                      const v1::SetConfigRequest* request,
                                      v1::Config* response) override;
  grpc::ServerUnaryReactor* GetConfig(grpc::CallbackServerContext* context,
                                      const v1::GetConfigRequest* request,
                                      v1::Config* response) override;
  grpc::ServerUnaryReactor* UnsetConfig(grpc::CallbackServerContext* context,
                                        const v1::UnsetConfigRequest* request,
                                        v1::Config* response) override;
  grpc::ServerUnaryReactor* ListConfigs(grpc::CallbackServerContext* context,
                                        const v1::ListConfigsRequest* request,
                                        v1::ListConfigsResponse* response) override;

 private:
  absl::StatusOr<v1::Config> Get(const v1::GetConfigRequest& request);
  absl::StatusOr<v1::ListConfigsResponse> List();

  Calls& calls_;
  Catalog& catalog_;
  NodeConfigs& configs_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_CONFIG_SERVICE_H_
