#ifndef EDS_TOOLS_CLI_ENVIRONMENT_H_
#define EDS_TOOLS_CLI_ENVIRONMENT_H_

#include <functional>
#include <istream>
#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "common/clock.h"
#include "common/random.h"

namespace eds::cli {

// The world around one run of the program. All of it must outlive the run.
struct Environment {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Clock& clock;
  RandomSource& random;
  std::function<void(absl::Duration)> sleep;
  // Value of EDS_CONTROLLER; may be empty.
  std::string controller;
};

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_ENVIRONMENT_H_
