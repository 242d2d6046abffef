#include "controller/config_service.h"

#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/requests.h"
#include "controller/resources.h"

namespace eds {

grpc::ServerUnaryReactor* ConfigService::SetConfig(grpc::CallbackServerContext* context,
                                                   const v1::SetConfigRequest* request,
                                                   v1::Config* response) {
  return calls_.Run(*context, "SetConfig", *response, [&]() -> absl::StatusOr<Work<v1::Config>> {
    ASSIGN_OR_RETURN(ConfigChange change, Parse(*request));
    return Work<v1::Config>{
        .request = change.request,
        .run = [this, change = std::move(change), force = request->force(),
                validate_only = request->validate_only()]() -> absl::StatusOr<v1::Config> {
          ASSIGN_OR_RETURN(const auto record, configs_.Set(change.node, change.values, force,
                                                           validate_only, change.request));
          return Resources::ToConfig(record);
        }};
  }());
}

grpc::ServerUnaryReactor* ConfigService::UnsetConfig(grpc::CallbackServerContext* context,
                                                     const v1::UnsetConfigRequest* request,
                                                     v1::Config* response) {
  return calls_.Run(*context, "UnsetConfig", *response, [&]() -> absl::StatusOr<Work<v1::Config>> {
    ASSIGN_OR_RETURN(ConfigReset reset, Parse(*request));
    return Work<v1::Config>{
        .request = reset.request,
        .run = [this, reset = std::move(reset)]() -> absl::StatusOr<v1::Config> {
          ASSIGN_OR_RETURN(const auto record,
                           configs_.Unset(reset.node, reset.keys, reset.request));
          return Resources::ToConfig(record);
        }};
  }());
}

grpc::ServerUnaryReactor* ConfigService::GetConfig(grpc::CallbackServerContext* context,
                                                   const v1::GetConfigRequest* request,
                                                   v1::Config* response) {
  return calls_.Answer(*context, "GetConfig", *response, Get(*request));
}

absl::StatusOr<v1::Config> ConfigService::Get(const v1::GetConfigRequest& request) {
  ASSIGN_OR_RETURN(const std::string node, ParseConfigName("name", request.name()));
  ASSIGN_OR_RETURN(const state::v1::ConfigRecord record, configs_.Get(node));
  return Resources::ToConfig(record);
}

grpc::ServerUnaryReactor* ConfigService::ListConfigs(grpc::CallbackServerContext* context,
                                                     const v1::ListConfigsRequest*,
                                                     v1::ListConfigsResponse* response) {
  return calls_.Answer(*context, "ListConfigs", *response, List());
}

absl::StatusOr<v1::ListConfigsResponse> ConfigService::List() {
  ASSIGN_OR_RETURN(const std::vector<StoredConfig> configs, catalog_.ListConfigs());
  v1::ListConfigsResponse response;
  for (const StoredConfig& config : configs) {
    *response.add_configs() = Resources::ToConfig(config.record);
  }
  return response;
}

}  // namespace eds
