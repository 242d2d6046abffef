#ifndef EDS_TOOLS_CLI_NODE_COMMANDS_H_
#define EDS_TOOLS_CLI_NODE_COMMANDS_H_

#include <string>

#include "absl/status/status.h"
#include "tools/cli/command.h"

namespace eds::cli {

// node list|get|cordon|uncordon|restart|diagnose|rotate-password|logs|grants
void AddNodeCommands(Branch& top);

// What kato and edsctl have in common; `node` is an id or a resource name.
absl::Status ListNodes(Session& session, v1::Kind kind);
// An error, with the reason, if the node does not come back READY.
absl::Status RestartNode(Session& session, const std::string& node);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_NODE_COMMANDS_H_
