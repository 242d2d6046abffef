#ifndef EDS_TESTS_SIMULATION_ENVIRONMENT_H_
#define EDS_TESTS_SIMULATION_ENVIRONMENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eds/v1/kind.pb.h"
#include "tests/simulation/apparatus.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_clock.h"
#include "tests/simulation/trace.h"

namespace eds::simulation {

// What everything in one run shares.
struct Environment {
  // `apparatus` must outlive the environment.
  Environment(uint64_t seed, Apparatus& apparatus, Trace::Sink sink)
      : key_file(apparatus.key_file()),
        dice(seed),
        random(dice.Next()),
        trace(std::move(sink)),
        scheduler(dice, trace, apparatus.stacks),
        faults(Faults::Draw(dice)),
        kind(dice.Chance(0.5) ? v1::KIND_MYSQL : v1::KIND_POSTGRESQL) {}

  // An invariant of the design does not hold. The first one counts.
  void Violation(int invariant, const std::string& what) {
    if (!violation.empty()) return;
    violation = absl::StrCat("invariant ", invariant, ": ", what);
    scheduler.Note(violation);
  }

  // Spends some of the time that such a thing takes.
  void Spend(absl::Duration longest) { scheduler.Sleep(dice.Pause(longest)); }

  const std::string key_file;  // The controller's.
  Dice dice;
  Dice random;  // What the system under test calls random.
  Trace trace;
  Scheduler scheduler;
  Faults faults;
  const v1::Kind kind;                         // Of all nodes.
  SimulatedClock clock{scheduler};             // Right at all times.
  SimulatedClock controller_clock{scheduler};  // Of the controller's machine.
  std::string violation;                       // Empty: none so far.
  // What never dies: the network, the servers' machines, whoever uses the system.
  const std::shared_ptr<Process> world = std::make_shared<Process>("world");
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_ENVIRONMENT_H_
