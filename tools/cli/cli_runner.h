#ifndef EDS_TOOLS_CLI_CLI_RUNNER_H_
#define EDS_TOOLS_CLI_CLI_RUNNER_H_

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/fake_clock.h"
#include "common/random.h"
#include "tools/cli/cli.h"
#include "tools/cli/fake_controller.h"

namespace eds::cli {

struct CliResult {
  int code;
  std::string out;
  std::string err;
};

// Runs command lines in this process against a fake controller. Sleeping takes no
// time, but moves the clock.
class CliRunner {
 public:
  // `line` is split at blanks; "" stands for an empty word.
  CliResult Run(const std::string& line, const std::string& input = "") {
    std::vector<std::string> argv = absl::StrSplit(line, ' ');
    for (std::string& word : argv) {
      if (word == "\"\"") word.clear();
    }
    return RunWords(argv, input);
  }

  CliResult RunWords(const std::vector<std::string>& argv, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Environment environment{.in = in,
                            .out = out,
                            .err = err,
                            .clock = clock_,
                            .random = random_,
                            .sleep =
                                [this](absl::Duration time) {
                                  sleeps_.push_back(time);
                                  clock_.Advance(time);
                                },
                            .controller = controller_.address()};
    const int code = RunCli(argv, environment);
    return {.code = code, .out = out.str(), .err = err.str()};
  }

  FakeController& controller() { return controller_; }
  const std::vector<absl::Duration>& sleeps() const { return sleeps_; }

 private:
  FakeController controller_;
  FakeClock clock_;
  SystemRandom random_;
  std::vector<absl::Duration> sleeps_;
};

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_CLI_RUNNER_H_
