#ifndef EDS_TESTS_BENCHMARK_COMMAND_LINE_H_
#define EDS_TESTS_BENCHMARK_COMMAND_LINE_H_

#include <set>
#include <string>

#include "absl/types/optional.h"
#include "tests/benchmark/plan.h"

namespace eds::benchmark {

// What the command line comes to.
struct Settings {
  Plan plan;
  std::set<std::string> parts;  // "engines", "reads", "scale", "loaded" and "flood".
  std::string json;             // Files to write; empty: none.
  std::string svg;              // A folder.
  std::string folder = "/tmp";  // Where servers and controller keep their data.
  absl::optional<int> exit_code;
};

Settings ParseSettings(int argc, const char* const* argv);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_COMMAND_LINE_H_
