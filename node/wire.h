#ifndef EDS_NODE_WIRE_H_
#define EDS_NODE_WIRE_H_

#include "absl/status/status.h"
#include "eds/node/v1/agent.pb.h"
#include "eds/node/v1/registry.pb.h"
#include "eds/v1/node.pb.h"
#include "node/database_server.h"
#include "node/server_slot.h"

namespace eds {

// What the agent knows, as the controller is told it.
node::v1::Problem ToProblem(const absl::Status& status);
v1::Server ToServer(const ServerInfo& info);
node::v1::Deviation ToDeviation(const Deviation& deviation);
v1::Finding ToFinding(const Finding& finding);
node::v1::Health ToHealth(const SlotState& state);

}  // namespace eds

#endif  // EDS_NODE_WIRE_H_
