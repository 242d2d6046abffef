#ifndef EDS_TESTS_SIMULATION_AGENT_H_
#define EDS_TESTS_SIMULATION_AGENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "node/fence.h"
#include "tests/simulation/controller_process.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/exchange.h"
#include "tests/simulation/link.h"
#include "tests/simulation/server_connection.h"
#include "tests/simulation/simulated_server.h"

namespace eds::simulation {

// One agent process: joins the controller, opens its server as it is configured to, and
// carries out steps. Dies or sleeps at any moment.
class Agent {
 public:
  // All must outlive the agent.
  Agent(Environment& environment, ControllerProcess& controller, SimulatedServer& server,
        const std::string& node, int number);

  // `on_end` is called when it has died.
  void Start(std::function<void()> on_end);

  // Begins to carry out a step.
  std::shared_ptr<PendingReply> Take(const std::shared_ptr<Exchange>& exchange);

  const std::shared_ptr<Process>& process() const { return process_; }
  const std::string& instance() const { return instance_; }
  Link* link() { return link_.get(); }

 private:
  absl::Status CarryOut(const Exchange& exchange, absl::Time deadline);
  absl::Status CheckStart(const Exchange& exchange, absl::Time deadline) const;
  absl::Status Work(const Step& step, absl::Time deadline);
  void Live();
  void Join();
  void Serve();
  void Obey(const node::v1::JoinResponse& response);
  absl::Status Try();
  absl::Status Open(const ServerClaim& claim);
  void ReportOutcome(const absl::Status& status);
  void ReportHealth();

  Environment& environment_;
  ControllerProcess& controller_;
  SimulatedServer& machine_;
  const std::string node_;
  const std::string instance_;
  const std::shared_ptr<Process> process_;  // Shared with the scheduler.
  std::shared_ptr<Link> link_;              // Shared with the controller.
  std::string session_;  // Of the link that is being made, and of the one obeyed.
  std::string obeyed_session_;
  ServerClaim newest_claim_;
  ServerClaim held_claim_;
  Fence fence_;
  absl::optional<node::v1::Configuration> wanted_;
  int64_t revision_ = 0;                    // Of the configuration in use. 0: none.
  std::shared_ptr<DatabaseServer> server_;  // Shared with the steps that run.
  bool lost_claim_ = false;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_AGENT_H_
