#ifndef EDS_TOOLS_CLI_CONFIG_COMMANDS_H_
#define EDS_TOOLS_CLI_CONFIG_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/cli/command.h"

namespace eds::cli {

// config set|get|unset|list
void AddConfigCommands(Branch& top);

// What kato and edsctl have in common. Nodes are ids or resource names.

struct SetConfigArguments {
  std::string node;
  // KEY VALUE, or KEY=VALUE alone.
  std::string first;
  std::string second;
  size_t given = 0;  // How many of these two.
  std::vector<std::string> more;
  std::vector<std::string> files;  // KEY=PATH.
  bool force = false;
};
void DeclareSetConfig(CLI::App& command, SetConfigArguments& arguments);
// Says afterwards, in one line, whether the node works with the change.
absl::Status SetConfig(Session& session, const SetConfigArguments& arguments);

struct GetConfigArguments {
  std::string node;
  std::string key;  // Empty: every key.
};
void DeclareGetConfig(CLI::App& command, GetConfigArguments& arguments);
absl::Status GetConfig(Session& session, const GetConfigArguments& arguments);

struct UnsetConfigArguments {
  std::string node;
  std::vector<std::string> keys;
};
void DeclareUnsetConfig(CLI::App& command, UnsetConfigArguments& arguments);
absl::Status UnsetConfig(Session& session, const UnsetConfigArguments& arguments);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_CONFIG_COMMANDS_H_
