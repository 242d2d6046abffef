#ifndef EDS_TOOLS_CLI_KATO_COMMANDS_H_
#define EDS_TOOLS_CLI_KATO_COMMANDS_H_

#include "tools/cli/command.h"

namespace eds::cli {

// What the program is when it is called as kato.
CommandText KatoText();

// config set|get|del, restart, status, log tail
void AddKatoCommands(Branch& kato);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_KATO_COMMANDS_H_
