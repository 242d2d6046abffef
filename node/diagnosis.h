#ifndef EDS_NODE_DIAGNOSIS_H_
#define EDS_NODE_DIAGNOSIS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "node/database_server.h"
#include "node/server_slot.h"

namespace eds {

// `error` as a finding of kError, with the remedy for its reason.
Finding ToFinding(const absl::Status& error);

// Everything that could keep the node from its work. `refusal` says why its newest
// configuration is not in use, or is OK.
std::vector<Finding> Diagnose(const SlotState& state, const absl::Status& refusal,
                              absl::Time deadline);

}  // namespace eds

#endif  // EDS_NODE_DIAGNOSIS_H_
