#ifndef EDS_TOOLS_CLI_STORE_COMMANDS_H_
#define EDS_TOOLS_CLI_STORE_COMMANDS_H_

#include "tools/cli/command.h"

namespace eds::cli {

// store check|backup|restore: on the controller's files, without the controller.
void AddStoreCommands(Branch& top);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_STORE_COMMANDS_H_
