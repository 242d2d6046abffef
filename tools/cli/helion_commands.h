#ifndef EDS_TOOLS_CLI_HELION_COMMANDS_H_
#define EDS_TOOLS_CLI_HELION_COMMANDS_H_

#include "tools/cli/command.h"

namespace eds::cli {

// What the program is when it is called as helion.
CommandText HelionText();

// create-service, bind-service, services, unbind-service, delete-service
void AddHelionCommands(Branch& helion);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_HELION_COMMANDS_H_
