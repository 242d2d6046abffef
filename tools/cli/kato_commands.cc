#include "tools/cli/kato_commands.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tools/cli/config_commands.h"
#include "tools/cli/log_tail.h"
#include "tools/cli/node_commands.h"
#include "tools/cli/resolve.h"

namespace eds::cli {
namespace {

// "mysql" means mysql_node, "postgresql" postgresql_node, unless a node has that
// very id.
absl::StatusOr<std::string> MeantNode(Session& session, const std::string& word) {
  if (word != "mysql" && word != "postgresql") return word;
  v1::GetNodeRequest request;
  request.set_name(NodeName(word));
  const auto node = session.client().Call(&v1::NodeService::Stub::GetNode, request);
  if (node.ok()) return word;
  if (absl::IsNotFound(node.status())) return absl::StrCat(word, "_node");
  return node.status();
}

// `run` on the node that is meant.
template <typename Arguments, typename Run>
auto OnMeantNode(Run run) {
  return [run](Session& session, Arguments arguments) -> absl::Status {
    ASSIGN_OR_RETURN(arguments.node, MeantNode(session, arguments.node));
    return run(session, arguments);
  };
}

struct NodeArguments {
  std::string node;
};

absl::Status Restart(Session& session, const NodeArguments& arguments) {
  return RestartNode(session, arguments.node);
}

void DeclareNode(CLI::App& command, NodeArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, "Id of the node, as in mysql_node; or mysql");
}

struct NoArguments {};

void DeclareLogTail(CLI::App& command, LogTailArguments& arguments) {
  arguments.follow = true;
  AddArgument(command, "NODE", arguments.node, "Id of the node, as in postgresql_node");
  AddOption(command, "-n,--num", "N", arguments.lines,
            "How many of the newest lines to begin with, at most 1000. Default: 100");
  command.add_flag_callback(
      "--no-follow", [&follow = arguments.follow] { follow = false; },
      "End after the newest lines");
}

void AddConfig(Branch& kato) {
  Branch config = kato.AddBranch({.name = "config",
                                  .description = "Tell nodes which server they own, and how",
                                  .examples = {"kato config get mysql_node"}});
  config.AddCommand<SetConfigArguments>(
      {.name = "set",
       .description = "Set a key of a node's configuration",
       .examples = {"kato config set mysql_node mysql/host 127.0.0.1",
                    "kato config set mysql_node mysql/pass - < password"}},
      DeclareSetConfig, OnMeantNode<SetConfigArguments>(SetConfig));
  config.AddCommand<GetConfigArguments>({.name = "get",
                                         .description = "Show a node's configuration",
                                         .examples = {"kato config get mysql_node mysql/host"}},
                                        DeclareGetConfig,
                                        OnMeantNode<GetConfigArguments>(GetConfig));
  config.AddCommand<UnsetConfigArguments>(
      {.name = "del",
       .description = "Take a key back to its default",
       .examples = {"kato config del mysql_node mysql/pool_size"}},
      DeclareUnsetConfig, OnMeantNode<UnsetConfigArguments>(UnsetConfig));
}

void AddLog(Branch& kato) {
  Branch log = kato.AddBranch({.name = "log",
                               .description = "Read the logs of nodes",
                               .examples = {"kato log tail postgresql_node"}});
  log.AddCommand<LogTailArguments>(
      {.name = "tail",
       .description = "Print a node's log and follow it, until Ctrl-C",
       .examples = {"kato log tail postgresql_node", "kato log tail -n 20 mysql_node"}},
      DeclareLogTail, OnMeantNode<LogTailArguments>(TailLog));
}

}  // namespace

CommandText KatoText() {
  return {.name = "kato",
          .description = "Configure and look after the nodes of External Data Services",
          .examples = {"kato config set mysql_node mysql/host 127.0.0.1", "kato status"}};
}

void AddKatoCommands(Branch& kato) {
  AddConfig(kato);
  kato.AddCommand<NodeArguments>(
      {.name = "restart",
       .description = "Have a node connect and try its configuration anew",
       .examples = {"kato restart mysql_node"}},
      DeclareNode, OnMeantNode<NodeArguments>(Restart));
  kato.AddCommand<NoArguments>(
      {.name = "status",
       .description = "Show the nodes and how they are",
       .examples = {"kato status"}},
      [](CLI::App&, NoArguments&) {},
      [](Session& session, const NoArguments&) {
        return ListNodes(session, v1::KIND_UNSPECIFIED);
      });
  AddLog(kato);
}

}  // namespace eds::cli
