#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/benchmark/chart.h"
#include "tests/benchmark/command_line.h"
#include "tests/benchmark/engine_measurement.h"
#include "tests/benchmark/flood_measurement.h"
#include "tests/benchmark/loaded_measurement.h"
#include "tests/benchmark/machine.h"
#include "tests/benchmark/plan.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/scale_measurement.h"
#include "tests/benchmark/server.h"

namespace eds::benchmark {
namespace {

// Null, which the report tells, if there is none.
std::unique_ptr<Server> StartServer(const std::string& what, const std::string& engine,
                                    const Plan& plan, Report& report) {
  absl::StatusOr<std::unique_ptr<Server>> server = plan.StartServer(engine);
  if (server.ok()) return *std::move(server);
  if (server.status().code() == absl::StatusCode::kNotFound) {
    report.AddSkipped(what, std::string(server.status().message()));
  } else {
    report.AddError(what, std::string(server.status().message()));
  }
  return nullptr;
}

void Tell(const std::string& what) {
  const std::string now = absl::FormatTime("%H:%M:%S", absl::Now(), absl::LocalTimeZone());
  std::cerr << now << " measuring " << what << std::endl;
}

void Note(const std::string& what, const absl::Status& status, Report& report) {
  if (!status.ok()) report.AddError(what, status.ToString());
}

using Measurement =
    std::function<absl::Status(const Server& server, const Plan& plan, Report& report)>;

// On each engine, or on the first that there is: the last ones are the fastest.
void Measure(const std::string& part, const Settings& settings, bool each,
             const Measurement& measure, Report& report) {
  if (settings.parts.count(part) == 0) return;
  std::vector<std::string> engines = settings.plan.engines;
  if (!each) std::reverse(engines.begin(), engines.end());
  for (const std::string& engine : engines) {
    const std::string what = absl::StrCat(part, " on ", engine);
    Tell(what);
    const std::unique_ptr<Server> server = StartServer(what, engine, settings.plan, report);
    if (server == nullptr) continue;
    Note(what, measure(*server, settings.plan, report), report);
    if (!each) return;
  }
}

void MeasureFloodIfAsked(const Settings& settings, Report& report) {
  if (settings.parts.count("flood") == 0) return;
  Tell("flood");
  const auto flooded = StartServer("flood", "postgresql", settings.plan, report);
  if (flooded == nullptr) return;
  auto quiet = StartServer("flood beside mariadb", "mariadb", settings.plan, report);
  if (quiet == nullptr) quiet = StartServer("flood", "mysql", settings.plan, report);
  if (quiet == nullptr) return;
  Note("flood", MeasureFlood(*flooded, *quiet, settings.plan, report), report);
}

bool Write(const std::string& path, const std::string& content) {
  std::ofstream file(path);
  file << content;
  file.close();
  if (file.fail()) std::cerr << "bench: cannot write " << path << std::endl;
  return !file.fail();
}

bool WriteFiles(const Settings& settings, const Report& report) {
  bool written = settings.json.empty() || Write(settings.json, report.ToJson());
  if (settings.svg.empty()) return written;
  std::error_code ignored;  // Then no file can be written.
  std::filesystem::create_directories(settings.svg, ignored);
  for (const auto& [name, drawing] : DrawSeries(report.series())) {
    written = Write(std::filesystem::path(settings.svg) / name, drawing) && written;
  }
  return written;
}

int Main(int argc, char** argv) {
  const Settings settings = ParseSettings(argc, argv);
  if (settings.exit_code) return *settings.exit_code;
  setenv("EDS_TEMPORARY", settings.folder.c_str(), 1);
  Report report;
  report.set_machine(DescribeMachine(settings.folder));
  Measure("engines", settings, /*each=*/true, MeasureEngine, report);
  Measure("reads", settings, /*each=*/false, MeasureReads, report);
  Measure("scale", settings, /*each=*/false, MeasureScale, report);
  Measure("loaded", settings, /*each=*/true, MeasureLoaded, report);
  MeasureFloodIfAsked(settings, report);
  std::cout << report.ToTable();
  return WriteFiles(settings, report) && report.ok() ? 0 : 1;
}

}  // namespace
}  // namespace eds::benchmark

int main(int argc, char** argv) { return eds::benchmark::Main(argc, argv); }
