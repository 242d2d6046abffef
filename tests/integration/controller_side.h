#ifndef EDS_TESTS_INTEGRATION_CONTROLLER_SIDE_H_
#define EDS_TESTS_INTEGRATION_CONTROLLER_SIDE_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "common/clock.h"
#include "common/grpc_server.h"
#include "controller/catalog.h"
#include "controller/dispatcher.h"
#include "controller/grpc_node_client.h"
#include "controller/node_channels.h"
#include "controller/node_configs.h"
#include "controller/node_directory.h"
#include "controller/registry_service.h"
#include "controller/sealer.h"
#include "controller/state/state_store.h"

namespace eds {

// The controller's side of the link with its nodes, served over gRPC, without what
// decides: steps are sent by the test.
class ControllerSide {
 public:
  // Serves at `listen`. The references must outlive it. Fails the test if it cannot.
  ControllerSide(const std::string& listen, StateStore& store, const Sealer& sealer, Clock& clock);

  // Vanishes: ends the streams of the agents.
  ~ControllerSide();

  ControllerSide(const ControllerSide&) = delete;
  ControllerSide& operator=(const ControllerSide&) = delete;

  NodeConfigs& configs() { return configs_; }
  NodeClient& nodes() { return nodes_; }

  // As CheckReady of NodeDirectory, when the agent has joined and said how it does.
  absl::Status AwaitReport(const std::string& node);

  // How it calls the agent that is joined now: good for calls that come late.
  AgentLink LinkTo(const std::string& node);

 private:
  const std::unique_ptr<Catalog> catalog_;
  NodeDirectory directory_;
  NodeChannels channels_{directory_};
  GrpcNodeClient nodes_;
  NodeConfigs configs_;
  ThreadDispatcher dispatcher_;
  RegistryService registry_;
  std::unique_ptr<GrpcServer> server_;
};

}  // namespace eds

#endif  // EDS_TESTS_INTEGRATION_CONTROLLER_SIDE_H_
