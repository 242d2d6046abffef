#ifndef EDS_TESTS_BENCHMARK_PLAN_H_
#define EDS_TESTS_BENCHMARK_PLAN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/benchmark/contender.h"
#include "tests/benchmark/server.h"

namespace eds::benchmark {

// How much is measured.
struct Plan {
  std::vector<std::string> engines = Server::Engines();
  std::vector<GivenServer> given = {};  // Instead of private ones.
  std::vector<int> callers = {1, 4, 16, 64};
  int rounds = 5;
  int alone = 30;            // Operations of a round with one caller.
  int crowd = 128;           // With more, at least.
  int reads = 5000;          // Of a round, as all below.
  int64_t records = 10'000;  // The most, with --scale; the fewest are kFewestRecords.
  int lists = 50;
  std::map<std::string, int> load = {};  // Databases on the loaded server, by engine.
  int flood = 10'000;
  double idle_seconds = 20;
  bool direct_only = false;

  static constexpr int64_t kFewestRecords = 1000;

  // A round of `callers` on an engine: PostgreSQL takes tens of milliseconds for each
  // operation, others one or a few.
  RoundPlan RoundOf(const std::string& engine, int callers) const;
  RoundPlan UsersRoundOf(int callers) const;

  // The server that was given for the engine, or else a private one. kNotFound or
  // kUnavailable if this machine has none.
  absl::StatusOr<std::unique_ptr<Server>> StartServer(const std::string& engine) const;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_PLAN_H_
