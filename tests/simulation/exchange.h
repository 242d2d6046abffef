#ifndef EDS_TESTS_SIMULATION_EXCHANGE_H_
#define EDS_TESTS_SIMULATION_EXCHANGE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "eds/node/v1/agent.pb.h"
#include "node/steps.h"
#include "tests/simulation/scheduler.h"

namespace eds::simulation {

// A step that the controller asks an agent for, and the reply. Both sides and the network
// share it, since each may be gone before the others are done.
struct Exchange {
  std::shared_ptr<Process> controller;  // Shared with the scheduler.
  node::v1::Target target;
  std::string name;  // As in "CreateUser".
  Step step;
  absl::Duration timeout;
  bool replied = false;
  absl::Status reply;
};

// What an agent that has taken an exchange on says to it, once it does. Shared with the
// agent, which may die before.
struct PendingReply {
  std::shared_ptr<Process> agent;  // Shared with the scheduler.
  absl::optional<absl::Status> status;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_EXCHANGE_H_
