#ifndef EDS_NODE_AGENT_H_
#define EDS_NODE_AGENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/grpc_server.h"
#include "common/log.h"
#include "common/random.h"
#include "eds/v1/kind.pb.h"
#include "node/agent_service.h"
#include "node/configuration_trial.h"
#include "node/controller_link.h"
#include "node/database_server.h"
#include "node/fence.h"
#include "node/health_watch.h"
#include "node/server_slot.h"

namespace eds {

struct AgentOptions {
  v1::Kind kind = v1::KIND_UNSPECIFIED;
  std::string node;        // Its id.
  std::string controller;  // Where to join.
  std::string listen;
  std::string advertise;  // Where the controller reaches the agent; empty: where it listens.
  bool insecure = false;  // Whether `listen` may lie beyond this machine.

  AgentLimits limits;
  TrialPauses trial_pauses;
  PauseRange dial_pauses = {.first = absl::Milliseconds(100), .longest = absl::Seconds(5)};
  absl::Duration probe_interval = absl::Seconds(5);
};

// One life of an agent: serves the controller's calls and stays joined to it, from
// its start until it is destroyed.
class Agent {
 public:
  // `random` and `log_tail` must outlive the agent. `on_restart` is called, on any
  // thread, when the controller wants another agent in place of this one. Errors
  // as GrpcServer::Start.
  static absl::StatusOr<std::unique_ptr<Agent>> Start(const AgentOptions& options,
                                                      DatabaseServerOpener open,
                                                      RandomSource& random, LogTail& log_tail,
                                                      std::function<void()> on_restart);

  // Leaves the controller, lets the steps that run end, and closes the connections.
  ~Agent();

  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  // Where it listens.
  const std::string& address() const { return server_->address(); }

 private:
  Agent(const AgentOptions& options, DatabaseServerOpener open, RandomSource& random,
        LogTail& log_tail, std::function<void()> on_restart);

  absl::Status Listen(const AgentOptions& options);
  void Join(const AgentOptions& options);
  void OnChange(const SlotState& state);

  SystemClock clock_;
  const std::string instance_;
  // From what is told to those who tell it.
  ControllerLink link_;
  std::unique_ptr<GrpcServer> server_;
  ServerSlot slot_;
  ConfigurationTrial trial_;
  HealthWatch watch_;
  Fence fence_{clock_};
  AgentService service_;
};

}  // namespace eds

#endif  // EDS_NODE_AGENT_H_
