#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/random.h"
#include "tools/cli/cli.h"

int main(int argc, char** argv) {
  // gRPC would log beside the one line that an error is told in.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  const char* controller = std::getenv("EDS_CONTROLLER");
  eds::SystemClock clock;
  eds::SystemRandom random;
  eds::cli::Environment environment{.in = std::cin,
                                    .out = std::cout,
                                    .err = std::cerr,
                                    .clock = clock,
                                    .random = random,
                                    .sleep = absl::SleepFor,
                                    .controller = controller == nullptr ? "" : controller};
  return eds::cli::RunCli(std::vector<std::string>(argv, argv + argc), environment);
}
