#include <iostream>
#include <memory>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/random.h"
#include "common/termination.h"
#include "controller/controller_flags.h"
#include "controller/controller_server.h"
#include "controller/state/sqlite_store.h"

int main(int argc, char** argv) {
  const eds::ControllerFlags flags = eds::ParseControllerFlags(argc, argv);
  if (flags.exit_code) return *flags.exit_code;
  eds::StartLogging(argv[0]);
  eds::BlockTerminationSignals();
  eds::SystemClock clock;
  eds::SystemRandom random;
  const auto store = eds::OpenSqliteStore(flags.store);
  if (!store.ok()) {
    std::cerr << "controller: " << store.status().message() << std::endl;
    return 1;
  }
  auto controller = eds::ControllerServer::Start(flags.options, **store, clock, random);
  if (!controller.ok()) {
    std::cerr << "controller: " << controller.status().message() << std::endl;
    return 1;
  }
  std::cout << "listening on " << (*controller)->address() << std::endl;
  const int signal = eds::WaitForTerminationSignal();
  LOG(INFO) << "ending on signal " << signal;
  eds::EndWithin(10);
  return 0;
}
