#ifndef EDS_TESTS_SIMULATION_LINK_H_
#define EDS_TESTS_SIMULATION_LINK_H_

#include <deque>
#include <memory>

#include "eds/node/v1/registry.pb.h"
#include "tests/simulation/environment.h"

namespace eds::simulation {

// A Join stream between one agent and one incarnation of the controller.
struct Link {
  std::shared_ptr<Process> agent;  // Both shared with the scheduler.
  std::shared_ptr<Process> controller;
  std::deque<node::v1::JoinRequest> to_controller;
  std::deque<node::v1::JoinResponse> to_agent;
  bool broken = false;  // As each side notices in its own time.
};

// Breaks the link when one side has died, or has been paused for too long. `link` is
// shared by its two sides and who watches over it.
void KeepAlive(Environment& environment, const std::shared_ptr<Link>& link);

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_LINK_H_
