#include "tests/benchmark/engine_measurement.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tests/benchmark/contest.h"
#include "tests/benchmark/eds_contenders.h"
#include "tests/benchmark/eds_stack.h"
#include "tests/benchmark/empty_caller.h"
#include "tests/benchmark/machine.h"
#include "tests/benchmark/sql_contenders.h"

namespace eds::benchmark {
namespace {

// Where throughput is compared.
constexpr int kManyCallers = 16;

absl::Status MeasureDatabases(EdsStack& stack, const Plan& plan, Report& report) {
  const std::string& engine = stack.server().engine();
  const std::string subject = absl::StrCat(engine, ".create");
  SqlDatabaseCreator sql(stack.server());
  EdsDatabaseCreator empty("eds empty", stack, Pool::kEmpty);
  EdsDatabaseCreator warm("eds warm", stack, Pool::kWarm);
  std::vector<Contender*> contenders = {&sql, &empty};
  if (!plan.direct_only) contenders.push_back(&warm);
  for (const int callers : plan.callers) {
    ASSIGN_OR_RETURN(std::vector<Series> series,
                     Compete(subject, contenders, plan.RoundOf(engine, callers), plan.rounds));
    report.AddSeries(std::move(series));
  }
  report.AddTimeRatio(subject + ".empty", subject, "eds empty", "sql", 1);
  report.AddTimeRatio(subject + ".warm", subject, "eds warm", "sql", 1);
  report.AddRateRatio(subject + ".sustained", subject, "eds empty", "sql", kManyCallers);
  return absl::OkStatus();
}

absl::Status MeasureUsers(EdsStack& stack, const Plan& plan, Report& report) {
  const std::string subject = absl::StrCat(stack.server().engine(), ".user");
  SqlUserCreator sql(stack.server());
  EdsUserCreator empty("eds empty", stack, Pool::kEmpty);
  EdsUserCreator warm("eds warm", stack, Pool::kWarm);
  EdsFirstUserCreator first("eds first", stack);
  std::vector<Contender*> contenders = {&sql, &empty};
  if (!plan.direct_only) contenders.push_back(&warm);
  for (const int callers : plan.callers) {
    std::vector<Contender*> those = contenders;
    if (callers == 1 && !plan.direct_only) those.push_back(&first);
    ASSIGN_OR_RETURN(std::vector<Series> series,
                     Compete(subject, those, plan.UsersRoundOf(callers), plan.rounds));
    report.AddSeries(std::move(series));
  }
  report.AddTimeRatio(subject, subject, "eds first", "sql", 1);
  report.AddTimeRatio(subject + ".further", subject, "eds warm", "sql", 1);
  report.AddTimeRatio(subject + ".empty", subject, "eds empty", "sql", 1);
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureEngine(const Server& server, const Plan& plan, Report& report) {
  const std::string& engine = server.engine();
  ASSIGN_OR_RETURN(Description settings, server.Settings());
  report.AddServer(engine, std::move(settings));
  ASSIGN_OR_RETURN(const std::unique_ptr<EdsStack> stack, EdsStack::Start(server));
  report.AddFigure(absl::StrCat(engine, ".node.idle_mb"), ResidentMegabytes(stack->node_pid()));
  report.AddFigure("controller.idle_mb", ResidentMegabytes(stack->controller_pid()));
  RETURN_IF_ERROR(MeasureDatabases(*stack, plan, report));
  RETURN_IF_ERROR(MeasureUsers(*stack, plan, report));
  RETURN_IF_ERROR(stack->StopController());
  ASSIGN_OR_RETURN(const absl::Duration start, stack->StartController());
  report.AddFigure("controller.start_seconds", absl::ToDoubleSeconds(start));
  return absl::OkStatus();
}

absl::Status MeasureReads(const Server& server, const Plan& plan, Report& report) {
  ASSIGN_OR_RETURN(const std::unique_ptr<EdsStack> stack, EdsStack::Start(server));
  ASSIGN_OR_RETURN(const std::unique_ptr<EmptyCaller> empty, EmptyCaller::Start());
  EdsGetter getter(*stack);
  for (const int callers : plan.callers) {
    ASSIGN_OR_RETURN(std::vector<Series> series,
                     Compete("read", {empty.get(), &getter}, {callers, plan.reads}, plan.rounds));
    report.AddSeries(std::move(series));
  }
  report.AddRateRatio("read", "read", "eds", "empty call", kManyCallers);
  return absl::OkStatus();
}

}  // namespace eds::benchmark
