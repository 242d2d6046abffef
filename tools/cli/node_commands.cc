#include "tools/cli/node_commands.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tools/cli/grants_command.h"
#include "tools/cli/log_tail.h"
#include "tools/cli/resolve.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

using Nodes = v1::NodeService::Stub;

Table NewTable() {
  return Table{.header = {"NAME", "KIND", "STATE", "CORDONED", "SERVER", "DATABASES",
                          "READY DATABASES", "READY USERS", "APPLIED", "WANTED", "CONDITION"},
               .rows = {}};
}

void AddRow(Table& table, const v1::Node& node) {
  table.rows.push_back(
      {IdOf(node.name()), KindWord(node.kind()), StateWord(node.state()),
       node.cordoned() ? "yes" : "no", ServerWords(node), absl::StrCat(node.database_count()),
       absl::StrCat(node.ready_database_count()), absl::StrCat(node.ready_user_count()),
       absl::StrCat(node.applied_revision()), absl::StrCat(node.wanted_revision()),
       node.condition()});
}

struct ListArguments {
  std::string kind;
};

void DeclareList(CLI::App& command, ListArguments& arguments) {
  AddKindOption(command, arguments.kind, "Only nodes of this engine");
}

struct NodeArguments {
  std::string node;
};

void DeclareNode(CLI::App& command, NodeArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, "Id of the node, as in mysql_node");
}

template <typename Request>
Request RequestFor(Session& session, const std::string& node) {
  session.NameField("name", "NODE");
  Request request;
  request.set_name(NodeName(node));
  return request;
}

absl::Status Get(Session& session, const NodeArguments& arguments) {
  const auto request = RequestFor<v1::GetNodeRequest>(session, arguments.node);
  ASSIGN_OR_RETURN(const v1::Node node, session.client().Call(&Nodes::GetNode, request));
  Table table = NewTable();
  AddRow(table, node);
  session.Print(node, table);
  return absl::OkStatus();
}

absl::Status Cordon(Session& session, const NodeArguments& arguments) {
  const auto request = RequestFor<v1::CordonNodeRequest>(session, arguments.node);
  ASSIGN_OR_RETURN(const v1::Node node,
                   session.client().CallRepeatedly(&Nodes::CordonNode, request));
  session.PrintLine(node, absl::StrCat(IdOf(node.name()), ": cordoned"));
  return absl::OkStatus();
}

absl::Status Uncordon(Session& session, const NodeArguments& arguments) {
  const auto request = RequestFor<v1::UncordonNodeRequest>(session, arguments.node);
  ASSIGN_OR_RETURN(const v1::Node node,
                   session.client().CallRepeatedly(&Nodes::UncordonNode, request));
  session.PrintLine(node, absl::StrCat(IdOf(node.name()), ": uncordoned"));
  return absl::OkStatus();
}

absl::Status Restart(Session& session, const NodeArguments& arguments) {
  return RestartNode(session, arguments.node);
}

struct RotateArguments {
  std::string node;
  std::string request_id;
};

void DeclareRotate(CLI::App& command, RotateArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, "Id of the node, as in mysql_node");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status RotatePassword(Session& session, const RotateArguments& arguments) {
  auto request = RequestFor<v1::RotateAdminPasswordRequest>(session, arguments.node);
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::Node node,
                   session.client().CallRepeatedly(&Nodes::RotateAdminPassword, request));
  session.PrintLine(node, absl::StrCat(IdOf(node.name()),
                                       ": the administrator has a new password, which only the "
                                       "service knows"));
  return absl::OkStatus();
}

absl::Status Diagnose(Session& session, const NodeArguments& arguments) {
  const auto request = RequestFor<v1::DiagnoseNodeRequest>(session, arguments.node);
  ASSIGN_OR_RETURN(const v1::DiagnoseNodeResponse diagnosis,
                   session.client().Call(&Nodes::DiagnoseNode, request));
  Table table{.header = {"SEVERITY", "CHECK", "FINDING", "REMEDY"}, .rows = {}};
  int64_t errors = 0;
  for (const v1::Finding& finding : diagnosis.findings()) {
    table.rows.push_back(
        {SeverityWord(finding.severity()), finding.check(), finding.detail(), finding.remedy()});
    if (finding.severity() == v1::Finding::SEVERITY_ERROR) ++errors;
  }
  session.Print(diagnosis, table);
  if (errors == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(IdOf(request.name()),
                                                    " cannot do its work: ", errors,
                                                    errors == 1 ? " error" : " errors", " found"));
}

void DeclareLogs(CLI::App& command, LogTailArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, "Id of the node, as in mysql_node");
  command.add_flag("-f,--follow", arguments.follow, "Go on with each new line, until Ctrl-C");
  AddOption(command, "-n,--lines", "N", arguments.lines,
            "How many of the newest lines to begin with, at most 1000. Default: 100");
}

}  // namespace

absl::Status ListNodes(Session& session, v1::Kind kind) {
  v1::ListNodesRequest request;
  request.set_kind(kind);
  ASSIGN_OR_RETURN(const v1::ListNodesResponse nodes,
                   session.client().Call(&Nodes::ListNodes, request));
  Table table = NewTable();
  for (const v1::Node& node : nodes.nodes()) AddRow(table, node);
  session.PrintList(nodes, table);
  return absl::OkStatus();
}

absl::Status RestartNode(Session& session, const std::string& node) {
  const auto request = RequestFor<v1::RestartNodeRequest>(session, node);
  ASSIGN_OR_RETURN(const v1::Node restarted, session.client().Call(&Nodes::RestartNode, request));
  const std::string id = IdOf(restarted.name());
  const std::string state = StateWord(restarted.state());
  if (restarted.state() == v1::Node::STATE_READY) {
    session.PrintLine(restarted, absl::StrCat(id, ": ", state, " (", ServerWords(restarted), ")"));
    return absl::OkStatus();
  }
  session.PrintLine(restarted, absl::StrCat(id, ": ", state));
  return absl::FailedPreconditionError(
      absl::StrCat(id, " did not come back READY",
                   restarted.condition().empty() ? "" : absl::StrCat(": ", restarted.condition())));
}

void AddNodeCommands(Branch& top) {
  Branch node = top.AddBranch(
      {.name = "node", .description = "Look after the nodes", .examples = {"edsctl node list"}});
  node.AddCommand<ListArguments>({.name = "list",
                                  .description = "List the nodes",
                                  .examples = {"edsctl node list --kind mysql"}},
                                 DeclareList, [](Session& session, const ListArguments& arguments) {
                                   return ListNodes(session, ParseKind(arguments.kind));
                                 });
  node.AddCommand<NodeArguments>({.name = "get",
                                  .description = "Show a node",
                                  .examples = {"edsctl node get mysql_node -o yaml"}},
                                 DeclareNode, Get);
  node.AddCommand<NodeArguments>({.name = "cordon",
                                  .description = "Keep new databases away from a node",
                                  .examples = {"edsctl node cordon mysql_node"}},
                                 DeclareNode, Cordon);
  node.AddCommand<NodeArguments>({.name = "uncordon",
                                  .description = "Let new databases on a node again",
                                  .examples = {"edsctl node uncordon mysql_node"}},
                                 DeclareNode, Uncordon);
  node.AddCommand<NodeArguments>(
      {.name = "restart",
       .description = "Have a node connect and try its configuration anew",
       .examples = {"edsctl node restart mysql_node"}},
      DeclareNode, Restart);
  node.AddCommand<NodeArguments>(
      {.name = "diagnose",
       .description = "Report on everything that could keep a node from its work",
       .examples = {"edsctl node diagnose postgresql_node"}},
      DeclareNode, Diagnose);
  node.AddCommand<RotateArguments>(
      {.name = "rotate-password",
       .description = "Give the administrator's account on a node's server a new password",
       .examples = {"edsctl node rotate-password mysql_node"}},
      DeclareRotate, RotatePassword);
  node.AddCommand<LogTailArguments>(
      {.name = "logs",
       .description = "Print a node's log",
       .examples = {"edsctl node logs mysql_node --lines 20", "edsctl node logs -f mysql_node"}},
      DeclareLogs, TailLog);
  AddGrantsCommand(node);
}

}  // namespace eds::cli
