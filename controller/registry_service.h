#ifndef EDS_CONTROLLER_REGISTRY_SERVICE_H_
#define EDS_CONTROLLER_REGISTRY_SERVICE_H_

#include <string>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "common/secret.h"
#include "controller/dispatcher.h"
#include "controller/node_configs.h"
#include "controller/node_directory.h"
#include "eds/node/v1/registry.grpc.pb.h"

namespace eds {

// Serves eds.node.v1.NodeRegistryService: takes agents in, configures them, and hears
// how they do.
class RegistryService final : public node::v1::NodeRegistryService::CallbackService {
 public:
  // All must outlive the service.
  RegistryService(NodeDirectory& directory, NodeConfigs& configs, Dispatcher& dispatcher,
                  std::string installation, Secret claim_key)
      : directory_(directory),
        configs_(configs),
        dispatcher_(dispatcher),
        installation_(std::move(installation)),
        claim_key_(std::move(claim_key)) {}

  grpc::ServerBidiReactor<node::v1::JoinRequest, node::v1::JoinResponse>* Join(
      grpc::CallbackServerContext* context) override;

 private:
  class Session;

  NodeDirectory& directory_;
  NodeConfigs& configs_;
  Dispatcher& dispatcher_;
  const std::string installation_;
  const Secret claim_key_;
  absl::Mutex admission_;  // Held while an agent joins, so that the later has the higher epoch.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_REGISTRY_SERVICE_H_
