#include "tests/simulation/faults.h"

namespace eds::simulation {
namespace {

constexpr Faults::Blow kBlows[] = {
    Faults::Blow::kKillController,      Faults::Blow::kPauseController,
    Faults::Blow::kKillAgent,           Faults::Blow::kPauseAgent,
    Faults::Blow::kReplaceAgent,        Faults::Blow::kCutLink,
    Faults::Blow::kStopServer,          Faults::Blow::kReadOnlyServer,
    Faults::Blow::kRefuseAdministrator, Faults::Blow::kSetClock,
    Faults::Blow::kLoseClock,           Faults::Blow::kPlantForeignObjects,
    Faults::Blow::kOwnObject,
};

double DrawRate(Dice& dice) {
  static constexpr double kRates[] = {0.01, 0.03, 0.1, 0.25};
  return dice.Chance(0.4) ? kRates[dice.Below(std::size(kRates))] : 0;
}

absl::Duration DrawLongest(Dice& dice) {
  static constexpr int kMilliseconds[] = {1, 10, 100, 1'000, 10'000};
  return absl::Milliseconds(kMilliseconds[dice.Below(std::size(kMilliseconds))]);
}

}  // namespace

Faults Faults::Draw(Dice& dice) {
  Faults faults;
  for (double* rate :
       {&faults.crash_around_commit, &faults.commit_fails, &faults.read_fails, &faults.request_lost,
        &faults.reply_lost, &faults.request_repeated, &faults.client_cut_off,
        &faults.agent_crashes_in_step, &faults.statement_fails, &faults.statement_half_done,
        &faults.statement_answer_lost, &faults.statement_hangs}) {
    *rate = DrawRate(dice);
  }
  faults.longest_commit = DrawLongest(dice);
  faults.longest_transit = DrawLongest(dice);
  faults.longest_statement = DrawLongest(dice);
  for (const Blow blow : kBlows) {
    if (dice.Chance(0.3)) faults.blows.push_back(blow);
  }
  faults.most_blows = static_cast<int>(dice.Between(1, 20));
  faults.between_blows = DrawLongest(dice) * 3;
  return faults;
}

}  // namespace eds::simulation
