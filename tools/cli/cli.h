#ifndef EDS_TOOLS_CLI_CLI_H_
#define EDS_TOOLS_CLI_CLI_H_

#include <string>
#include <vector>

#include "tools/cli/environment.h"

namespace eds::cli {

// Runs one command line, program name included: as kato or helion if that is what
// the program is called, else as edsctl. Answers the exit code: 0, 1 if the command
// failed, 2 if the command line cannot be meant.
int RunCli(const std::vector<std::string>& argv, Environment& environment);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_CLI_H_
