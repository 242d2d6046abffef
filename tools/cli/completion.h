#ifndef EDS_TOOLS_CLI_COMPLETION_H_
#define EDS_TOOLS_CLI_COMPLETION_H_

#include <string>

#include "CLI/CLI.hpp"

namespace eds::cli {

// A script for "bash", "zsh" or "fish" that completes edsctl, kato and helion. `app`
// is edsctl; the script knows the commands and options that it has.
std::string FormatCompletion(const CLI::App& app, const std::string& shell);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_COMPLETION_H_
