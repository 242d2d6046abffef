#ifndef EDS_TOOLS_CLI_COMPLETION_SCRIPTS_H_
#define EDS_TOOLS_CLI_COMPLETION_SCRIPTS_H_

#include <string>
#include <vector>

namespace eds::cli {

// A word that can be typed, and what it is for.
struct CompletionWord {
  std::string word;
  std::string description;
};

// An option by all its names, as in `-o` and `--output`.
struct CompletionOption {
  std::vector<std::string> names;
  std::string description;
  bool takes_value;
  std::vector<std::string> choices;  // Empty: any value.
};

// What can be typed after `path`, as in "edsctl config set".
struct CompletionLevel {
  std::string path;
  std::vector<CompletionWord> words;  // Commands, or choices of an argument.
  std::vector<CompletionOption> options;
};

// Scripts for a shell, from the levels of edsctl, itself first.
std::string BashScript(const std::vector<CompletionLevel>& levels);
std::string ZshScript(const std::vector<CompletionLevel>& levels);
std::string FishScript(const std::vector<CompletionLevel>& levels);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_COMPLETION_SCRIPTS_H_
