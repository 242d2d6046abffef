#include "tests/benchmark/flood_measurement.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tests/benchmark/callers.h"
#include "tests/benchmark/contest.h"
#include "tests/benchmark/eds_contenders.h"
#include "tests/benchmark/eds_stack.h"
#include "tests/benchmark/flood.h"
#include "tests/benchmark/machine.h"

namespace eds::benchmark {
namespace {

constexpr char kSubject[] = "flood.other_node";
constexpr int kCleaners = 4;

// What the other node takes: in one round when all is quiet, or in as many as begin
// before the flood is over.
absl::StatusOr<Series> MeasureOther(Contender& other, const std::string& name, const Plan& plan,
                                    const Flood* flood) {
  Series all{.subject = kSubject, .contender = name};
  do {
    ASSIGN_OR_RETURN(const std::vector<Series> series,
                     Compete(kSubject, {&other}, {1, plan.alone}, 1));
    all.times.insert(all.times.end(), series[0].times.begin(), series[0].times.end());
    all.rates.insert(all.rates.end(), series[0].rates.begin(), series[0].rates.end());
    all.elapsed += series[0].elapsed;
    all.errors += series[0].errors;
    if (all.first_error.empty()) all.first_error = series[0].first_error;
  } while (flood != nullptr && !flood->IsOver());
  return all;
}

absl::Status Purge(const EdsStack& stack, const std::vector<std::string>& databases) {
  EdsCallers callers(stack);
  callers.Reserve(kCleaners);
  const int count = static_cast<int>(databases.size());
  return TryEachOperation({kCleaners, count}, [&](int caller, int i) {
    return callers[caller].PurgeDatabase(databases[i]);
  });
}

void Tell(const Flood::Outcome& outcome, const EdsStack& stack, const Plan& plan, Report& report) {
  report.AddFigure("flood.calls", plan.flood);
  report.AddFigure("flood.answered", static_cast<double>(outcome.created.size()));
  report.AddFigure("flood.refused", outcome.refused);
  report.AddFigure("flood.failed", outcome.failed);
  report.AddFigure("flood.controller_peak_mb", PeakMegabytes(stack.controller_pid()));
  report.AddFigure("flood.node_peak_mb", PeakMegabytes(stack.node_pid()));
  if (outcome.failed > 0) report.AddError("flood", outcome.first_failure);
}

}  // namespace

absl::Status MeasureFlood(const Server& flooded, const Server& quiet, const Plan& plan,
                          Report& report) {
  ASSIGN_OR_RETURN(const std::unique_ptr<EdsStack> stack, EdsStack::Start(flooded));
  ASSIGN_OR_RETURN(const std::string other_node, stack->AddNode(quiet));
  EdsDatabaseCreator other("eds", *stack, other_node,
                           plan.direct_only ? Pool::kEmpty : Pool::kWarm);
  ASSIGN_OR_RETURN(Series before, MeasureOther(other, "quiet", plan, nullptr));
  const std::unique_ptr<EdsClient> client = stack->NewClient();
  Flood flood(client->databases(), stack->node(), plan.flood);
  ASSIGN_OR_RETURN(Series during, MeasureOther(other, "flooded", plan, &flood));
  const Flood::Outcome outcome = flood.Wait();
  Tell(outcome, *stack, plan, report);
  report.AddSeries({std::move(before), std::move(during)});
  report.AddTimeRatio(kSubject, kSubject, "flooded", "quiet", 1);
  // Private servers go, with all that is on them.
  return flooded.pid().has_value() ? absl::OkStatus() : Purge(*stack, outcome.created);
}

}  // namespace eds::benchmark
