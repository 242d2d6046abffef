#ifndef EDS_TESTS_SIMULATION_NODE_H_
#define EDS_TESTS_SIMULATION_NODE_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/agent.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/simulated_server.h"

namespace eds::simulation {

// A node: its server, and the agent processes that have worked for it, of which more than
// one may be alive.
class Node {
 public:
  // All must outlive the node.
  Node(Environment& environment, ControllerProcess& controller, SimulatedServer& server,
       const std::string& id)
      : environment_(environment), controller_(controller), server_(server), id_(id) {}

  // One more agent, with the id and the address of the others. When the newest has died,
  // another one is started before long.
  void StartAgent();

  size_t count() const { return agents_.size(); }
  Agent& newest() { return *agents_.back(); }
  // The agent of that instance if it is alive, otherwise who listens at its address.
  Agent* Find(const std::string& instance);

  SimulatedServer& server() { return server_; }
  const std::string& id() const { return id_; }

 private:
  void Replace();

  Environment& environment_;
  ControllerProcess& controller_;
  SimulatedServer& server_;
  const std::string id_;
  std::vector<std::unique_ptr<Agent>> agents_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_NODE_H_
