#ifndef EDS_CONTROLLER_CONTROLLER_FLAGS_H_
#define EDS_CONTROLLER_CONTROLLER_FLAGS_H_

#include <string>

#include "absl/types/optional.h"
#include "controller/controller_server.h"

namespace eds {

// What the command line comes to: how to run the controller, or how the program ends
// at once.
struct ControllerFlags {
  ControllerOptions options = {.listen = "127.0.0.1:7400", .key_file = "eds-key"};
  std::string store = "eds-state.db";  // Path of the store.
  absl::optional<int> exit_code;
};

// Prints what --help and --version ask for (exit code 0), or one line on a wrong
// command line (2).
ControllerFlags ParseControllerFlags(int argc, const char* const* argv);

}  // namespace eds

#endif  // EDS_CONTROLLER_CONTROLLER_FLAGS_H_
