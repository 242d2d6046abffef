#ifndef EDS_TOOLS_CLI_COMMAND_H_
#define EDS_TOOLS_CLI_COMMAND_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "tools/cli/session.h"

namespace eds::cli {

// The options that every command takes, as they were given.
struct CommonOptions {
  std::string controller;
  std::string timeout = "60s";
  std::string output = "table";
  bool reveal = false;
};

// What a command line asks for, once it is parsed.
struct Invocation {
  CommonOptions options;
  std::function<absl::Status(Session&)> action;
};

struct CommandText {
  std::string name;
  std::string description;
  // Whole command lines.
  std::vector<std::string> examples;
};

// Which of the common options the commands of a branch take.
enum class Takes { kConnection, kConnectionAndOutput };

// A command that has commands below it, while the tree of commands is made. What
// it borrows must outlive the parsing.
class Branch {
 public:
  // Makes `app` the top of a tree, with `text` for its help.
  Branch(CLI::App& app, const CommandText& text, Takes takes, Invocation& invocation);

  Branch AddBranch(const CommandText& text) { return AddBranch(text, takes_); }
  Branch AddBranch(const CommandText& text, Takes takes);

  // Adds a command that calls `run(session, arguments)` with the arguments that
  // `declare(app, arguments)` bound to options of its command line.
  template <typename Arguments, typename Declare, typename Run>
  void AddCommand(const CommandText& text, Declare declare, Run run) {
    CLI::App& command = AddApp(text, takes_);
    // Shared by CLI11, which writes them while it parses, and the action.
    auto arguments = std::make_shared<Arguments>();
    declare(command, *arguments);
    command.callback([&invocation = invocation_, arguments, run] {
      invocation.action = [arguments, run](Session& session) { return run(session, *arguments); };
    });
  }

 private:
  CLI::App& AddApp(const CommandText& text, Takes takes);

  CLI::App& app_;
  const Takes takes_;
  Invocation& invocation_;
};

// Positional arguments.
CLI::Option* AddArgument(CLI::App& command, const std::string& name, std::string& target,
                         const std::string& description);
CLI::Option* AddArguments(CLI::App& command, const std::string& name,
                          std::vector<std::string>& target, const std::string& description);

// Options with a value, which the help shows as `value`.
template <typename T>
CLI::Option* AddOption(CLI::App& command, const std::string& name, const std::string& value,
                       T& target, const std::string& description) {
  return command.add_option(name, target, description)->type_name(value);
}

// An option or argument that is one of some words.
CLI::Option* AddChoice(CLI::App& command, const std::string& name,
                       const std::vector<std::string>& choices, std::string& target,
                       const std::string& description);
// Those words; empty for any other option.
std::vector<std::string> ChoicesOf(const CLI::Option& option);

CLI::Option* AddKindOption(CLI::App& command, std::string& target, const std::string& description);
CLI::Option* AddLimitOption(CLI::App& command, size_t& target);
CLI::Option* AddRequestIdOption(CLI::App& command, std::string& target);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_COMMAND_H_
