#ifndef EDS_TOOLS_CLI_MAINTENANCE_COMMANDS_H_
#define EDS_TOOLS_CLI_MAINTENANCE_COMMANDS_H_

#include "tools/cli/command.h"

namespace eds::cli {

// operation list, reconcile, purge list
void AddMaintenanceCommands(Branch& top);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_MAINTENANCE_COMMANDS_H_
