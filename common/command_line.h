#ifndef EDS_COMMON_COMMAND_LINE_H_
#define EDS_COMMON_COMMAND_LINE_H_

#include <functional>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/types/optional.h"

namespace eds {

// Parses the command line of a service, then has `check` look at what it came to.
// Answers the exit code if the program is to end at once: 0 after --help and
// --version, 2 after one line on standard error that says what is wrong.
absl::optional<int> ParseCommandLine(CLI::App& app, int argc, const char* const* argv,
                                     const std::function<absl::Status()>& check);

}  // namespace eds

#endif  // EDS_COMMON_COMMAND_LINE_H_
