#include "tools/cli/config_commands.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status_macros.h"
#include "tools/cli/config_outcome.h"
#include "tools/cli/config_values.h"
#include "tools/cli/mask.h"
#include "tools/cli/resolve.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

using Configs = v1::ConfigService::Stub;

constexpr char kNodeHelp[] = "Id of the node, as in mysql_node";

std::string ShownValue(const v1::ConfigEntry& entry) {
  return entry.secret() ? kMask : entry.value();
}

// The outcome is the output, or stands beside it if that is JSON or YAML.
void PrintOutcome(Session& session, const v1::Config& config) {
  const std::string outcome = ConfigOutcome(session, config);
  session.PrintLine(config, outcome);
  if (session.settings().format != Format::kTable) session.Notice(outcome);
}

std::vector<std::string> WordsOf(const SetConfigArguments& arguments) {
  std::vector<std::string> words = {arguments.first, arguments.second};
  words.resize(arguments.given);
  words.insert(words.end(), arguments.more.begin(), arguments.more.end());
  return words;
}

struct NoArguments {};

absl::Status List(Session& session, const NoArguments&) {
  ASSIGN_OR_RETURN(const v1::ListConfigsResponse all,
                   session.client().Call(&Configs::ListConfigs, v1::ListConfigsRequest()));
  Table table{.header = {"NODE", "REVISION", "KEY", "VALUE"}, .rows = {}};
  for (const v1::Config& config : all.configs()) {
    const std::string node = IdOf(absl::StripSuffix(config.name(), "/config"));
    for (const v1::ConfigEntry& entry : config.entries()) {
      table.rows.push_back({node, absl::StrCat(config.revision()), entry.key(), ShownValue(entry)});
    }
  }
  session.Print(all, table);
  return absl::OkStatus();
}

absl::Status PrintEntry(Session& session, const v1::Config& config, const std::string& key) {
  const auto entry =
      std::find_if(config.entries().begin(), config.entries().end(),
                   [&key](const v1::ConfigEntry& candidate) { return candidate.key() == key; });
  if (entry == config.entries().end()) {
    return absl::NotFoundError(absl::StrCat(key, " is not set"));
  }
  session.PrintLine(*entry, ShownValue(*entry));
  return absl::OkStatus();
}

}  // namespace

void DeclareSetConfig(CLI::App& command, SetConfigArguments& arguments) {
  const auto count = [&given = arguments.given](const std::string&) { ++given; };
  AddArgument(command, "NODE", arguments.node, kNodeHelp);
  AddArgument(command, "KEY", arguments.first, "A key, with its value after it; or KEY=VALUE")
      ->required(false)
      ->each(count);
  AddArgument(command, "VALUE", arguments.second, "Its value; - to read it from standard input")
      ->required(false)
      ->each(count);
  AddArguments(command, "MORE", arguments.more,
               "More of KEY=VALUE; here too - means standard input")
      ->required(false);
  AddOption(command, "--from-file", "KEY=PATH", arguments.files,
            "Read the value of a key from a file, or - for standard input")
      ->allow_extra_args(false);
  command.add_flag("--force", arguments.force,
                   "Accept a server other than the one that the node's databases are on");
}

absl::Status SetConfig(Session& session, const SetConfigArguments& arguments) {
  session.NameField("name", "NODE");
  ASSIGN_OR_RETURN(const std::vector<ConfigValue> values,
                   ReadConfigValues(WordsOf(arguments), arguments.files, session.environment().in));
  v1::SetConfigRequest request;
  request.set_name(ConfigName(arguments.node));
  request.set_force(arguments.force);
  request.set_request_id(session.RequestId(""));
  for (const ConfigValue& value : values) {
    const std::string field = absl::StrCat("entries[", request.entries_size(), "]");
    for (const char* part : {"", ".key", ".value"}) {
      session.NameField(absl::StrCat(field, part), value.key);
    }
    v1::ConfigEntry& entry = *request.add_entries();
    entry.set_key(value.key);
    entry.set_value(value.value.Reveal());
  }
  ASSIGN_OR_RETURN(const v1::Config config,
                   session.client().CallRepeatedly(&Configs::SetConfig, request));
  PrintOutcome(session, config);
  return absl::OkStatus();
}

void DeclareGetConfig(CLI::App& command, GetConfigArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, kNodeHelp);
  AddArgument(command, "KEY", arguments.key, "Print the value of this key alone")->required(false);
}

absl::Status GetConfig(Session& session, const GetConfigArguments& arguments) {
  session.NameField("name", "NODE");
  v1::GetConfigRequest request;
  request.set_name(ConfigName(arguments.node));
  ASSIGN_OR_RETURN(const v1::Config config, session.client().Call(&Configs::GetConfig, request));
  if (!arguments.key.empty()) return PrintEntry(session, config, arguments.key);
  Table table{.header = {"KEY", "VALUE"}, .rows = {}};
  for (const v1::ConfigEntry& entry : config.entries()) {
    table.rows.push_back({entry.key(), ShownValue(entry)});
  }
  session.Print(config, table);
  return absl::OkStatus();
}

void DeclareUnsetConfig(CLI::App& command, UnsetConfigArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, kNodeHelp);
  AddArguments(command, "KEY", arguments.keys, "Keys to take back to their defaults");
}

absl::Status UnsetConfig(Session& session, const UnsetConfigArguments& arguments) {
  session.NameField("name", "NODE");
  v1::UnsetConfigRequest request;
  request.set_name(ConfigName(arguments.node));
  request.set_request_id(session.RequestId(""));
  for (const std::string& key : arguments.keys) {
    session.NameField(absl::StrCat("keys[", request.keys_size(), "]"), key);
    request.add_keys(key);
  }
  ASSIGN_OR_RETURN(const v1::Config config,
                   session.client().CallRepeatedly(&Configs::UnsetConfig, request));
  PrintOutcome(session, config);
  return absl::OkStatus();
}

void AddConfigCommands(Branch& top) {
  Branch config = top.AddBranch({.name = "config",
                                 .description = "Tell nodes which server they own, and how",
                                 .examples = {"edsctl config get mysql_node"}});
  config.AddCommand<SetConfigArguments>(
      {.name = "set",
       .description = "Set keys of a node's configuration",
       .examples = {"edsctl config set mysql_node mysql/host 127.0.0.1",
                    "edsctl config set mysql_node mysql/user=root mysql/pass=- < password",
                    "edsctl config set mysql_node --from-file mysql/pass=/run/secrets/password"}},
      DeclareSetConfig, SetConfig);
  config.AddCommand<GetConfigArguments>({.name = "get",
                                         .description = "Show a node's configuration",
                                         .examples = {"edsctl config get mysql_node mysql/host"}},
                                        DeclareGetConfig, GetConfig);
  config.AddCommand<UnsetConfigArguments>(
      {.name = "unset",
       .description = "Take keys back to their defaults",
       .examples = {"edsctl config unset mysql_node mysql/pool_size"}},
      DeclareUnsetConfig, UnsetConfig);
  config.AddCommand<NoArguments>(
      {.name = "list",
       .description = "Show the configuration of every node",
       .examples = {"edsctl config list -o yaml"}},
      [](CLI::App&, NoArguments&) {}, List);
}

}  // namespace eds::cli
