#ifndef EDS_TOOLS_CLI_GRANTS_COMMAND_H_
#define EDS_TOOLS_CLI_GRANTS_COMMAND_H_

#include "tools/cli/command.h"

namespace eds::cli {

// grants: prints the statements that make a node's account on its server. Asks nobody.
void AddGrantsCommand(Branch& node);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_GRANTS_COMMAND_H_
