#include "tests/benchmark/scale_measurement.h"

#include <deque>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tests/benchmark/contest.h"
#include "tests/benchmark/eds_contenders.h"
#include "tests/benchmark/eds_stack.h"
#include "tests/benchmark/machine.h"
#include "tests/benchmark/record_filler.h"

namespace eds::benchmark {
namespace {

std::string NameOf(int64_t records) { return absl::StrCat(records); }

absl::StatusOr<std::unique_ptr<EdsStack>> StartWith(int64_t records, const Server& server,
                                                    Report& report) {
  ASSIGN_OR_RETURN(std::unique_ptr<EdsStack> stack, EdsStack::Start(server));
  RETURN_IF_ERROR(stack->StopController());
  RETURN_IF_ERROR(FillRecords(stack->store(), records));
  ASSIGN_OR_RETURN(const absl::Duration start, stack->StartController());
  const std::string figure = absl::StrCat("scale.", records);
  report.AddFigure(figure + ".start_seconds", absl::ToDoubleSeconds(start));
  report.AddFigure(figure + ".controller_mb", ResidentMegabytes(stack->controller_pid()));
  return stack;
}

}  // namespace

absl::Status MeasureScale(const Server& server, const Plan& plan, Report& report) {
  std::vector<std::unique_ptr<EdsStack>> stacks;
  std::deque<EdsDatabaseCreator> creators;
  std::deque<EdsLister> listers;
  std::vector<Contender*> creating;
  std::vector<Contender*> listing;
  double largest = 0;
  for (int64_t records = Plan::kFewestRecords; records <= plan.records; records *= 10) {
    ASSIGN_OR_RETURN(std::unique_ptr<EdsStack> stack, StartWith(records, server, report));
    creating.push_back(&creators.emplace_back(NameOf(records), *stack,
                                              plan.direct_only ? Pool::kEmpty : Pool::kWarm));
    listing.push_back(&listers.emplace_back(NameOf(records), *stack));
    stacks.push_back(std::move(stack));
    largest = static_cast<double>(records);
  }
  ASSIGN_OR_RETURN(std::vector<Series> created,
                   Compete("scale.create", creating, {1, plan.alone}, plan.rounds));
  report.AddSeries(std::move(created));
  ASSIGN_OR_RETURN(std::vector<Series> listed,
                   Compete("scale.list", listing, {1, plan.lists}, plan.rounds));
  report.AddSeries(std::move(listed));
  for (const char* const subject : {"scale.create", "scale.list"}) {
    report.AddTimeRatio(subject, subject, creating.back()->name(), creating.front()->name(), 1);
  }
  report.AddFigure("scale.records", largest);
  return absl::OkStatus();
}

}  // namespace eds::benchmark
