#ifndef EDS_NODE_NODE_FLAGS_H_
#define EDS_NODE_NODE_FLAGS_H_

#include "absl/types/optional.h"
#include "node/agent.h"

namespace eds {

// What the command line comes to: how to run the agent, or how the program ends at once.
struct NodeFlags {
  AgentOptions options;
  absl::optional<int> exit_code;
};

// `defaults` has the kind, and the defaults of --id and --listen. Prints what --help
// and --version ask for (exit code 0), or one line on a wrong command line (2).
NodeFlags ParseNodeFlags(int argc, const char* const* argv, const AgentOptions& defaults);

}  // namespace eds

#endif  // EDS_NODE_NODE_FLAGS_H_
