#include "tools/cli/command.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace eds::cli {
namespace {

constexpr char kCommonGroup[] = "Common options";
constexpr char kOr[] = "|";

// What a command has of its own comes first.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(34); }

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    return absl::StrCat(make_description(app), make_usage(app, std::move(name)),
                        make_positionals(app), make_subcommands(app, mode), Group(app, "Options"),
                        Group(app, kCommonGroup), "\n", make_footer(app));
  }

 private:
  std::string Group(const CLI::App* app, const std::string& group) const {
    const auto options = app->get_options([&group](const CLI::Option* option) {
      return option->nonpositional() && option->get_group() == group;
    });
    return options.empty() ? "" : make_group(group, false, options);
  }
};

void SetHelp(CLI::App& app, const CommandText& text) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.description(text.description);
  app.get_help_ptr()->group(kCommonGroup)->description("Print this help");
  std::string footer = text.examples.size() == 1 ? "Example:" : "Examples:";
  for (const std::string& example : text.examples) absl::StrAppend(&footer, "\n  ", example);
  app.footer(footer);
}

void AddCommonOptions(CLI::App& app, Takes takes, CommonOptions& options) {
  AddOption(app, "--controller", "ADDRESS", options.controller,
            "Controller to call: host:port or unix:/path. "
            "Default: EDS_CONTROLLER, or 127.0.0.1:7400")
      ->group(kCommonGroup);
  AddOption(app, "--timeout", "DURATION", options.timeout,
            "How long to wait at the most, as in 30s or 2m. Default: 60s")
      ->group(kCommonGroup);
  if (takes == Takes::kConnection) return;
  AddChoice(app, "-o,--output", {"table", "json", "yaml"}, options.output,
            "How to print. Default: table")
      ->group(kCommonGroup);
  app.add_flag("--reveal", options.reveal, "Print secrets instead of ********")
      ->group(kCommonGroup);
}

}  // namespace

Branch::Branch(CLI::App& app, const CommandText& text, Takes takes, Invocation& invocation)
    : app_(app), takes_(takes), invocation_(invocation) {
  SetHelp(app, text);
  app.require_subcommand(1);
  AddCommonOptions(app, takes, invocation.options);
}

Branch Branch::AddBranch(const CommandText& text, Takes takes) {
  return Branch(*app_.add_subcommand(text.name), text, takes, invocation_);
}

CLI::App& Branch::AddApp(const CommandText& text, Takes takes) {
  CLI::App& app = *app_.add_subcommand(text.name);
  SetHelp(app, text);
  AddCommonOptions(app, takes, invocation_.options);
  return app;
}

CLI::Option* AddArgument(CLI::App& command, const std::string& name, std::string& target,
                         const std::string& description) {
  return command.add_option(name, target, description)->required()->option_text(" ");
}

CLI::Option* AddArguments(CLI::App& command, const std::string& name,
                          std::vector<std::string>& target, const std::string& description) {
  return command.add_option(name, target, description)->required()->option_text(" ");
}

CLI::Option* AddChoice(CLI::App& command, const std::string& name,
                       const std::vector<std::string>& choices, std::string& target,
                       const std::string& description) {
  const std::string words = absl::StrJoin(choices, kOr);
  return command.add_option(name, target, description)
      ->check([choices, words](const std::string& word) -> std::string {
        const bool is_one = std::count(choices.begin(), choices.end(), word) > 0;
        return is_one ? "" : absl::StrCat("must be one of ", words);
      })
      ->type_name(words)
      ->option_text(words);
}

std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (!absl::StrContains(type, kOr)) return {};
  return absl::StrSplit(type, kOr);
}

CLI::Option* AddKindOption(CLI::App& command, std::string& target, const std::string& description) {
  return AddChoice(command, "--kind", {"mysql", "postgresql"}, target, description);
}

CLI::Option* AddLimitOption(CLI::App& command, size_t& target) {
  return AddOption(command, "--limit", "N", target, "How many at the most. Default: all")
      ->check([](const std::string& text) -> std::string {
        uint32_t number = 0;
        return absl::SimpleAtoi(text, &number) && number > 0 ? "" : "must be a number from 1";
      });
}

CLI::Option* AddRequestIdOption(CLI::App& command, std::string& target) {
  return AddOption(command, "--request-id", "ID", target,
                   "Makes a repeat of this command safe. Default: a fresh one");
}

}  // namespace eds::cli
