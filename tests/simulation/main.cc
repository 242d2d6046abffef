#include <iostream>

#include "CLI/CLI.hpp"
#include "common/command_line.h"
#include "glog/logging.h"
#include "tests/simulation/apparatus.h"
#include "tests/simulation/seeds.h"

namespace eds::simulation {
namespace {

struct Flags {
  Seeds seeds;
  uint64_t count = 1000;
  bool trace = false;
};

void Tell(uint64_t seed, const Outcome& outcome) {
  std::cout << "seed " << seed << ": " << outcome.violation << std::endl;
}

// One after the other in full.
int Trace(const Seeds& seeds) {
  Apparatus apparatus;
  int failures = 0;
  for (uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
    const Outcome outcome =
        RunSeed(seed, apparatus, [](absl::string_view line) { std::cout << line << "\n"; });
    std::cout << "seed " << seed << ": "
              << (outcome.violation.empty() ? "every invariant holds" : outcome.violation)
              << "; trace " << std::hex << outcome.trace_hash << std::dec << ", " << outcome.events
              << " events" << std::endl;
    failures += outcome.violation.empty() ? 0 : 1;
  }
  return failures;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Runs whole systems, what happens to them drawn from seeds.", "simulate");
  app.add_option("--seeds", flags.count, "How many")->capture_default_str();
  app.add_option("--first-seed", flags.seeds.first, "The first of them")->capture_default_str();
  app.add_option("--step", flags.seeds.step, "Every how many-th of them")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--trace", flags.trace, "Print all that happens in each run");
  const absl::optional<int> exit_code =
      ParseCommandLine(app, argc, argv, [] { return absl::OkStatus(); });
  if (exit_code) return *exit_code;
  flags.seeds.end = flags.seeds.first + flags.count;
  const int failures = flags.trace ? Trace(flags.seeds) : RunSeeds(flags.seeds, Tell);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace eds::simulation

int main(int argc, char** argv) {
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_FATAL;
  return eds::simulation::Main(argc, argv);
}
