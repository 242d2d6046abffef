#include "tests/benchmark/loaded_measurement.h"

#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"
#include "tests/benchmark/callers.h"
#include "tests/benchmark/contest.h"
#include "tests/benchmark/eds_contenders.h"
#include "tests/benchmark/eds_stack.h"
#include "tests/benchmark/machine.h"

namespace eds::benchmark {
namespace {

constexpr int kLoaders = 8;

// Databases with a user each, made through EDS. They go with the private server.
absl::Status Load(EdsStack& stack, int databases) {
  EdsCallers callers(stack);
  callers.Reserve(kLoaders);
  return TryEachOperation({kLoaders, databases}, [&](int caller, int /*number*/) -> absl::Status {
    ASSIGN_OR_RETURN(const v1::Database database, callers[caller].CreateDatabase(stack.node()));
    return callers[caller].CreateUser(database.name()).status();
  });
}

// Of one core.
double ShareOf(pid_t pid, absl::Duration used_before, absl::Duration elapsed) {
  return absl::FDivDuration(ProcessorTime(pid) - used_before, elapsed);
}

void MeasureIdle(const EdsStack& stack, const Plan& plan, Report& report) {
  const pid_t server = *stack.server().pid();
  const absl::Time begin = absl::Now();
  const absl::Duration of_node = ProcessorTime(stack.node_pid());
  const absl::Duration of_server = ProcessorTime(server);
  const absl::Duration of_controller = ProcessorTime(stack.controller_pid());
  std::this_thread::sleep_for(absl::ToChronoMilliseconds(absl::Seconds(plan.idle_seconds)));
  const absl::Duration elapsed = absl::Now() - begin;
  const std::string figure = absl::StrCat(stack.server().engine(), ".loaded.idle_");
  report.AddFigure(figure + "node", ShareOf(stack.node_pid(), of_node, elapsed));
  report.AddFigure(figure + "server", ShareOf(server, of_server, elapsed));
  report.AddFigure(figure + "controller", ShareOf(stack.controller_pid(), of_controller, elapsed));
}

absl::Status MeasureBoth(EdsStack& loaded, EdsStack& bare, const Plan& plan, Report& report) {
  const Pool pool = plan.direct_only ? Pool::kEmpty : Pool::kWarm;
  const std::string prefix = absl::StrCat(loaded.server().engine(), ".loaded.");
  EdsDatabaseCreator bare_databases("bare", bare, pool);
  EdsDatabaseCreator loaded_databases("loaded", loaded, pool);
  ASSIGN_OR_RETURN(std::vector<Series> databases,
                   Compete(prefix + "create", {&bare_databases, &loaded_databases}, {1, plan.alone},
                           plan.rounds));
  report.AddSeries(std::move(databases));
  report.AddTimeRatio(prefix + "create", prefix + "create", "loaded", "bare", 1);
  EdsUserCreator bare_users("bare", bare, pool);
  EdsUserCreator loaded_users("loaded", loaded, pool);
  ASSIGN_OR_RETURN(std::vector<Series> users, Compete(prefix + "user", {&bare_users, &loaded_users},
                                                      {1, plan.alone}, plan.rounds));
  report.AddSeries(std::move(users));
  report.AddTimeRatio(prefix + "user", prefix + "user", "loaded", "bare", 1);
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureLoaded(const Server& server, const Plan& plan, Report& report) {
  const std::string& engine = server.engine();
  if (!server.pid().has_value()) {
    return absl::FailedPreconditionError("is for private servers: it leaves its databases behind");
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Server> bare_server, Server::Start(engine));
  ASSIGN_OR_RETURN(const std::unique_ptr<EdsStack> loaded, EdsStack::Start(server));
  ASSIGN_OR_RETURN(const std::unique_ptr<EdsStack> bare, EdsStack::Start(*bare_server));
  RETURN_IF_ERROR(Load(*loaded, plan.load.at(engine)));
  report.AddFigure(absl::StrCat(engine, ".loaded.databases"), plan.load.at(engine));
  RETURN_IF_ERROR(MeasureBoth(*loaded, *bare, plan, report));
  MeasureIdle(*loaded, plan, report);
  return absl::OkStatus();
}

}  // namespace eds::benchmark
