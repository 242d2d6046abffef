#ifndef EDS_TESTS_SIMULATION_FAULTS_H_
#define EDS_TESTS_SIMULATION_FAULTS_H_

#include <vector>

#include "absl/time/time.h"
#include "tests/simulation/dice.h"

namespace eds::simulation {

// What may go wrong in a run. Each run has some of it and not the rest: where everything
// fails all the time, nothing gets far enough to go wrong in an interesting way.
struct Faults {
  // What is done to the system from outside, now and then.
  enum class Blow {
    kKillController,
    kPauseController,
    kKillAgent,
    kPauseAgent,
    kReplaceAgent,  // It is paused, and another one started in its place.
    kCutLink,
    kStopServer,
    kReadOnlyServer,
    kRefuseAdministrator,
    kSetClock,
    kLoseClock,  // It is far ahead for a while.
    kPlantForeignObjects,
    kOwnObject,
  };

  // Drawn anew for each run.
  static Faults Draw(Dice& dice);
  static Faults None() { return {}; }

  // Each time that it may happen, with this probability.
  double crash_around_commit = 0;
  double commit_fails = 0;
  double read_fails = 0;
  double request_lost = 0;
  double reply_lost = 0;
  double request_repeated = 0;
  double client_cut_off = 0;
  double agent_crashes_in_step = 0;
  double statement_fails = 0;
  double statement_half_done = 0;
  double statement_answer_lost = 0;
  double statement_hangs = 0;

  absl::Duration longest_commit;
  absl::Duration longest_transit;
  absl::Duration longest_statement;

  std::vector<Blow> blows;
  int most_blows = 0;
  absl::Duration between_blows;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_FAULTS_H_
