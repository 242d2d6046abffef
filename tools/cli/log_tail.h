#ifndef EDS_TOOLS_CLI_LOG_TAIL_H_
#define EDS_TOOLS_CLI_LOG_TAIL_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "tools/cli/session.h"

namespace eds::cli {

struct LogTailArguments {
  std::string node;  // An id or a resource name.
  int32_t lines = 100;
  bool follow = false;
};

// Prints a node's log. If it follows, it goes on when the node or the controller
// went away and came back, until Ctrl-C ends the program with success.
absl::Status TailLog(Session& session, const LogTailArguments& arguments);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_LOG_TAIL_H_
