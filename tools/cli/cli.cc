#include "tools/cli/cli.h"

#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/version.h"
#include "tools/cli/command.h"
#include "tools/cli/completion.h"
#include "tools/cli/config_commands.h"
#include "tools/cli/database_commands.h"
#include "tools/cli/error_line.h"
#include "tools/cli/helion_commands.h"
#include "tools/cli/kato_commands.h"
#include "tools/cli/maintenance_commands.h"
#include "tools/cli/node_commands.h"
#include "tools/cli/store_commands.h"
#include "tools/cli/terminal.h"
#include "tools/cli/user_commands.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

constexpr char kDefaultController[] = "127.0.0.1:7400";

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct ShellArguments {
  std::string shell;
};

void DeclareShell(CLI::App& command, ShellArguments& arguments) {
  AddChoice(command, "SHELL", {"bash", "zsh", "fish"}, arguments.shell, "Your shell")->required();
}

void AddEdsctlCommands(Branch& top, const CLI::App& app) {
  AddConfigCommands(top);
  AddNodeCommands(top);
  AddDatabaseCommands(top);
  AddUserCommands(top);
  AddMaintenanceCommands(top);
  AddStoreCommands(top);
  Branch kato = top.AddBranch(KatoText(), Takes::kConnection);
  AddKatoCommands(kato);
  Branch helion = top.AddBranch(HelionText(), Takes::kConnection);
  AddHelionCommands(helion);
  top.AddCommand<ShellArguments>(
      {.name = "completion",
       .description = "Print a script that completes edsctl, kato and helion in a shell",
       .examples = {"source <(edsctl completion bash)"}},
      DeclareShell, [&app](Session& session, const ShellArguments& arguments) {
        session.environment().out << FormatCompletion(app, arguments.shell) << std::flush;
        return absl::OkStatus();
      });
}

// The commands under `app`, which has the name of the program.
void AddCommands(CLI::App& app, Invocation& invocation) {
  app.set_version_flag("--version", absl::StrCat(app.get_name(), " ", kVersion))
      ->description("Print the version");
  if (app.get_name() == "kato") {
    Branch kato(app, KatoText(), Takes::kConnection, invocation);
    AddKatoCommands(kato);
  } else if (app.get_name() == "helion") {
    Branch helion(app, HelionText(), Takes::kConnection, invocation);
    AddHelionCommands(helion);
  } else {
    const CommandText text = {
        .name = "edsctl",
        .description = "Talk to the controller of External Data Services",
        .examples = {"edsctl node list", "edsctl database create --kind mysql",
                     "edsctl config set mysql_node mysql/host 127.0.0.1"}};
    Branch edsctl(app, text, Takes::kConnectionAndOutput, invocation);
    AddEdsctlCommands(edsctl, app);
  }
}

std::string ProgramName(const std::vector<std::string>& argv) {
  const std::string name = argv.empty() ? "" : IdOf(argv[0]);
  return name == "kato" || name == "helion" ? name : "edsctl";
}

bool IsAddress(const std::string& address) {
  if (absl::StartsWith(address, "unix:")) return address.size() > 5;
  const size_t colon = address.rfind(':');
  int port = 0;
  return colon != std::string::npos && colon > 0 &&
         absl::SimpleAtoi(address.substr(colon + 1), &port) && port > 0 && port < 65536;
}

absl::StatusOr<Settings> ToSettings(const CommonOptions& options, const std::string& environment) {
  Settings settings;
  settings.controller = !options.controller.empty() ? options.controller
                        : !environment.empty()      ? environment
                                                    : kDefaultController;
  if (!IsAddress(settings.controller)) {
    return UsageError(absl::StrCat("the controller's address must be host:port or unix:/path, not ",
                                   settings.controller));
  }
  if (!absl::ParseDuration(options.timeout, &settings.timeout) ||
      settings.timeout <= absl::ZeroDuration() || settings.timeout > absl::Hours(24)) {
    return UsageError("--timeout: must be a duration up to 24h, as in 30s or 2m");
  }
  settings.format = options.output == "json"   ? Format::kJson
                    : options.output == "yaml" ? Format::kYaml
                                               : Format::kTable;
  settings.reveal = options.reveal;
  return settings;
}

// The command that parsing got to, and how it was called.
std::pair<const CLI::App*, std::string> Reached(const CLI::App& app) {
  const CLI::App* reached = &app;
  std::string path = app.get_name();
  while (!reached->get_subcommands().empty()) {
    reached = reached->get_subcommands().front();
    absl::StrAppend(&path, " ", reached->get_name());
  }
  return {reached, path};
}

bool HasCode(const CLI::ParseError& error, CLI::ExitCodes code) {
  return error.get_exit_code() == static_cast<int>(code);
}

// What is wrong with the command line. Words that may be secret are not repeated.
std::string ParseErrorText(const CLI::App& app, const CLI::ParseError& error) {
  const auto [reached, path] = Reached(app);
  const std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  const bool is_branch = reached->get_require_subcommand_min() > 0;
  if (is_branch && !extras.empty()) {
    return absl::StrCat("there is no command or option ", extras.front());
  }
  if (is_branch && HasCode(error, CLI::ExitCodes::RequiredError)) return "a command is missing";
  if (!HasCode(error, CLI::ExitCodes::ExtrasError) || extras.empty()) return error.what();
  if (!absl::EndsWith(path, "config set")) {
    const bool is_option = absl::StartsWith(extras.front(), "-");
    return absl::StrCat(is_option ? "there is no option " : "there is no place for ",
                        extras.front());
  }
  return "an option is not known; put a value that begins with - after --";
}

int Fail(Environment& environment, const std::string& program, const std::string& line, int code) {
  environment.err << program << ": " << ForTerminal(absl::StripAsciiWhitespace(line)) << std::endl;
  return code;
}

int Run(const Invocation& invocation, const std::string& program, Environment& environment) {
  const absl::StatusOr<Settings> settings = ToSettings(invocation.options, environment.controller);
  if (!settings.ok()) return Fail(environment, program, ErrorLine(settings.status(), {}), kUsage);
  Session session(*settings, environment);
  const absl::Status status = invocation.action(session);
  if (status.ok()) return kOk;
  return Fail(environment, program, ErrorLine(status, session.field_words()),
              IsUsageError(status) ? kUsage : kFailed);
}

}  // namespace

int RunCli(const std::vector<std::string>& argv, Environment& environment) {
  const std::string program = ProgramName(argv);
  Invocation invocation;
  CLI::App app("", program);
  AddCommands(app, invocation);
  std::vector<std::string> reversed(argv.rbegin(), argv.rend());
  if (!reversed.empty()) reversed.pop_back();
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    environment.out << app.help();
    return kOk;
  } catch (const CLI::CallForVersion& version) {
    environment.out << version.what() << "\n";
    return kOk;
  } catch (const CLI::ParseError& error) {
    const std::string path = Reached(app).second;
    return Fail(environment, program,
                absl::StrCat(ParseErrorText(app, error), " (see ", path, " --help)"), kUsage);
  }
  return Run(invocation, program, environment);
}

}  // namespace eds::cli
