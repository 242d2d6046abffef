#include "tests/benchmark/contest.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"
#include "tests/benchmark/callers.h"

namespace eds::benchmark {
namespace {

absl::Status AnnotatedBy(const Contender& contender, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(contender.name(), ": ", status.message()));
}

absl::Status RunRound(Contender& contender, const RoundPlan& plan, Series& series) {
  RETURN_IF_ERROR(AnnotatedBy(contender, contender.Prepare(plan)));
  std::vector<absl::Duration> times(plan.operations);
  std::vector<absl::Status> outcomes(plan.operations);
  const absl::Time begin = absl::Now();
  ForEachOperation(plan, [&](int caller, int operation) {
    const absl::Time start = absl::Now();
    outcomes[operation] = contender.Run(caller, operation);
    times[operation] = absl::Now() - start;
  });
  const absl::Duration elapsed = absl::Now() - begin;
  int successes = 0;
  for (int operation = 0; operation < plan.operations; ++operation) {
    if (outcomes[operation].ok()) {
      series.times.push_back(times[operation]);
      ++successes;
    } else {
      if (series.errors++ == 0) series.first_error = outcomes[operation].ToString();
    }
  }
  series.elapsed += elapsed;
  series.rates.push_back(successes / absl::ToDoubleSeconds(elapsed));
  return AnnotatedBy(contender, contender.Settle());
}

}  // namespace

absl::StatusOr<std::vector<Series>> Compete(const std::string& subject,
                                            const std::vector<Contender*>& contenders,
                                            const RoundPlan& plan, int rounds) {
  std::vector<Series> all;
  for (Contender* contender : contenders) {
    Series warm_up;
    RETURN_IF_ERROR(RunRound(*contender, {plan.callers, plan.callers}, warm_up));
    all.push_back({.subject = subject, .contender = contender->name(), .callers = plan.callers});
  }
  for (int round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < contenders.size(); ++i) {
      RETURN_IF_ERROR(RunRound(*contenders[i], plan, all[i]));
    }
  }
  return all;
}

}  // namespace eds::benchmark
