#ifndef EDS_TESTS_SIMULATION_SYSTEM_H_
#define EDS_TESTS_SIMULATION_SYSTEM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "controller/state/memory_store.h"
#include "tests/simulation/controller_process.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/network.h"
#include "tests/simulation/node.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/simulated_server.h"

namespace eds::simulation {

// A whole installation: a controller with its store, nodes, their servers, the network,
// and who watches over it.
class System {
 public:
  // The database that a server has from before, and whose it is.
  static std::string LegacyOn(const SimulatedServer& server);
  static constexpr char kLegacyOwner[] = "legacyowner";

  // `apparatus` must outlive the system.
  System(uint64_t seed, Apparatus& apparatus, Trace::Sink sink);
  ~System() { environment.scheduler.Abandon(); }

  // Starts everything, and configures the nodes. Called in a fiber.
  void SetUp();

  // Mends all that is broken, for good. Called in a fiber.
  void Heal();

  // Lets so much time pass that whatever is deleted is to be purged. Called in a fiber.
  void Expire();

  // What is left to be done; empty if nothing is.
  std::string Unrest();

  // Foreign objects on a server: whoever touches them does harm.
  void Plant(SimulatedServer& server, const std::string& name);

  // A database as if the system had made it, and no record knows of it.
  void LeaveBehind(SimulatedServer& server);

  // Has a node keep some things ready, or nothing; whether it came about. In a fiber.
  bool DrawReady(const Node& node);
  bool Cordon(const Node& node, bool cordoned);

  Node& NodeCalled(const std::string& id);

  Environment environment;
  const std::unique_ptr<StateStore> durable = NewMemoryStore();
  std::vector<std::unique_ptr<SimulatedServer>> servers;
  std::vector<std::unique_ptr<Node>> nodes;
  Network network;
  ControllerProcess controller;
  Ledger ledger;
  Oracle oracle;
  std::set<std::pair<const SimulatedServer*, std::string>> planted;
  std::set<std::pair<const SimulatedServer*, std::string>> leftovers;

 private:
  bool IsReady();
  void Configure(Node& node);
  std::string PoolUnrest(const Node& node);
  std::string Key(absl::string_view suffix) const;
  NodeConfigs::Values ReadyValues(const std::string& node);

  const bool keeps_ready_;                    // In this run.
  std::map<std::string, ReadyTarget> ready_;  // What was asked for last, by node.
  bool expired_ = false;
  const Faults faults_;  // Those of the run, while it is set up.
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SYSTEM_H_
