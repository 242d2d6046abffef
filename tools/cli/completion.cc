#include "tools/cli/completion.h"

#include "absl/strings/str_cat.h"
#include "tools/cli/command.h"
#include "tools/cli/completion_scripts.h"

namespace eds::cli {
namespace {

CompletionOption ToOption(const CLI::Option& option) {
  CompletionOption result{.names = {},
                          .description = option.get_description(),
                          .takes_value = option.get_items_expected_max() > 0,
                          .choices = ChoicesOf(option)};
  for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  return result;
}

void AddLevels(const CLI::App& app, const std::string& path, std::vector<CompletionLevel>& levels) {
  CompletionLevel level{.path = path, .words = {}, .options = {}};
  const std::vector<const CLI::App*> commands =
      app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands) {
    level.words.push_back({command->get_name(), command->get_description()});
  }
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) {
      level.options.push_back(ToOption(*option));
      continue;
    }
    for (const std::string& choice : ChoicesOf(*option)) {
      level.words.push_back({choice, option->get_description()});
    }
  }
  levels.push_back(level);
  for (const CLI::App* command : commands) {
    AddLevels(*command, absl::StrCat(path, " ", command->get_name()), levels);
  }
}

}  // namespace

std::string FormatCompletion(const CLI::App& app, const std::string& shell) {
  std::vector<CompletionLevel> levels;
  AddLevels(app, app.get_name(), levels);
  if (shell == "zsh") return ZshScript(levels);
  if (shell == "fish") return FishScript(levels);
  return BashScript(levels);
}

}  // namespace eds::cli
