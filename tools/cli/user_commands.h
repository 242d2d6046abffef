#ifndef EDS_TOOLS_CLI_USER_COMMANDS_H_
#define EDS_TOOLS_CLI_USER_COMMANDS_H_

#include "tools/cli/command.h"

namespace eds::cli {

// user create|list|get|delete|credentials|rotate
void AddUserCommands(Branch& top);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_USER_COMMANDS_H_
