#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/cli/cli_runner.h"

namespace eds::cli {
namespace {

using testing::HasSubstr;

// The commands that the help of `path` lists.
std::vector<std::string> CommandsIn(const std::string& help) {
  std::vector<std::string> commands;
  const size_t start = help.find("\nSubcommands:\n");
  if (start == std::string::npos) return commands;
  for (const absl::string_view line : absl::StrSplit(help.substr(start + 14), '\n')) {
    if (!absl::StartsWith(line, "  ")) break;
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    commands.push_back(words.at(0));
  }
  return commands;
}

// Checks the help of `path` and of everything below; answers how many there were.
int CheckHelp(CliRunner& runner, const std::string& path) {
  const CliResult result = runner.Run(path + " --help");
  EXPECT_EQ(result.code, 0) << path;
  EXPECT_EQ(result.err, "") << path;
  EXPECT_THAT(result.out, HasSubstr(absl::StrCat("Usage: ", path))) << path;
  EXPECT_THAT(result.out, HasSubstr("\nExample")) << path;
  EXPECT_THAT(result.out, HasSubstr("--controller ADDRESS")) << path;
  int count = 1;
  for (const std::string& command : CommandsIn(result.out)) {
    count += CheckHelp(runner, absl::StrCat(path, " ", command));
  }
  return count;
}

TEST(Usage, EveryLevelHasHelpWithAnExample) {
  CliRunner runner;
  EXPECT_EQ(CheckHelp(runner, "edsctl"), 59);
  EXPECT_EQ(CheckHelp(runner, "kato"), 9);
  EXPECT_EQ(CheckHelp(runner, "helion"), 6);
}

TEST(Usage, TellsItsVersion) {
  CliRunner runner;
  EXPECT_THAT(runner.Run("edsctl --version").out, testing::MatchesRegex("edsctl [0-9.]+\n"));
  EXPECT_THAT(runner.Run("kato --version").out, testing::StartsWith("kato "));
}

TEST(Usage, MistakesAreOneLineAndExitCode2) {
  struct Case {
    std::string line;
    std::string error;
  };
  const std::vector<Case> cases = {
      {"edsctl", "a command is missing (see edsctl --help)"},
      {"edsctl node", "a command is missing (see edsctl node --help)"},
      {"edsctl frob", "there is no command or option frob (see edsctl --help)"},
      {"edsctl node frob", "there is no command or option frob (see edsctl node --help)"},
      {"edsctl node list --frob", "there is no option --frob (see edsctl node list --help)"},
      {"edsctl database get", "DATABASE is required (see edsctl database get --help)"},
      {"edsctl database get a b", "there is no place for b (see edsctl database get --help)"},
      {"edsctl database list --limit 0",
       "--limit: must be a number from 1 (see edsctl database list --help)"},
      {"edsctl database create --kind oracle",
       "--kind: must be one of mysql|postgresql (see edsctl database create --help)"},
      {"edsctl node list -o xml",
       "--output: must be one of table|json|yaml (see edsctl node list --help)"},
      {"edsctl --timeout 5 node list", "--timeout: must be a duration up to 24h, as in 30s or 2m"},
      {"edsctl --timeout 0s node list", "--timeout: must be a duration up to 24h, as in 30s or 2m"},
      {"edsctl --controller here node list",
       "the controller's address must be host:port or unix:/path, not here"},
      {"edsctl config set mysql_node", "give at least one KEY VALUE"},
      {"edsctl config set mysql_node a=- b=-", "only one value can be read from standard input"},
  };
  CliRunner runner;
  for (const Case& test : cases) {
    const CliResult result = runner.Run(test.line);
    EXPECT_EQ(result.code, 2) << test.line;
    EXPECT_EQ(result.out, "") << test.line;
    EXPECT_EQ(result.err, absl::StrCat("edsctl: ", test.error, "\n"));
  }
}

TEST(Usage, CommonOptionsMayStandAtAnyLevel) {
  CliRunner runner;
  const std::string expected = runner.Run("edsctl node list -o json").out;
  EXPECT_EQ(runner.Run("edsctl -o json node list").out, expected);
  EXPECT_EQ(runner.Run("edsctl node -o json list").out, expected);
  EXPECT_EQ(runner.Run("edsctl node list --output=json").out, expected);
  EXPECT_EQ(runner.Run("edsctl -o yaml node list -o json").out, expected);
}

TEST(Usage, AControllerOnTheCommandLineGoesBeforeTheEnvironment) {
  CliRunner runner;
  const CliResult result = runner.Run("edsctl --controller unix:/nowhere/s node list");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("unix:/nowhere/s"));
}

}  // namespace
}  // namespace eds::cli
