#ifndef EDS_TOOLS_CLI_DATABASE_COMMANDS_H_
#define EDS_TOOLS_CLI_DATABASE_COMMANDS_H_

#include "tools/cli/command.h"

namespace eds::cli {

// database create|list|get|rename|delete
void AddDatabaseCommands(Branch& top);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_DATABASE_COMMANDS_H_
