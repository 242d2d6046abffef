#include "tools/cli/maintenance_commands.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tools/cli/resolve.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

using Maintenance = v1::MaintenanceService::Stub;

constexpr size_t kPageSize = 500;

struct ListArguments {
  size_t limit = 0;
};

void DeclareList(CLI::App& command, ListArguments& arguments) {
  AddLimitOption(command, arguments.limit);
}

// Asks for page after page, and hands each to `take`, which tells how many there are.
template <typename Request, typename Response, typename Take>
absl::Status ForEachPage(Session& session, size_t limit,
                         Client::Method<Maintenance, Request, Response> method, Take take) {
  Request request;
  size_t have = 0;
  do {
    const size_t wanted = limit == 0 ? kPageSize : std::min(kPageSize, limit - have);
    request.set_page_size(static_cast<int32_t>(wanted));
    ASSIGN_OR_RETURN(const Response page, session.client().Call(method, request));
    have = take(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || have < limit));
  return absl::OkStatus();
}

absl::Status ListOperations(Session& session, const ListArguments& arguments) {
  v1::ListOperationsResponse all;
  RETURN_IF_ERROR(ForEachPage(session, arguments.limit, &Maintenance::ListOperations,
                              [&all](const v1::ListOperationsResponse& page) {
                                all.mutable_operations()->MergeFrom(page.operations());
                                return static_cast<size_t>(all.operations_size());
                              }));
  Table table{.header = {"RESOURCE", "KIND", "NODE", "BEGUN", "ATTEMPTS", "NEXT TRY", "REASON",
                         "CONDITION"},
              .rows = {}};
  for (const v1::Operation& operation : all.operations()) {
    table.rows.push_back({operation.resource(), KindWord(operation.kind()), IdOf(operation.node()),
                          TimeWord(operation.start_time()), absl::StrCat(operation.attempts()),
                          TimeWord(operation.next_try_time()), operation.reason(),
                          operation.condition()});
  }
  session.PrintList(all, table);
  return absl::OkStatus();
}

absl::Status ListPurges(Session& session, const ListArguments& arguments) {
  v1::ListPurgesResponse all;
  RETURN_IF_ERROR(ForEachPage(session, arguments.limit, &Maintenance::ListPurges,
                              [&all](const v1::ListPurgesResponse& page) {
                                all.mutable_purges()->MergeFrom(page.purges());
                                return static_cast<size_t>(all.purges_size());
                              }));
  Table table{.header = {"PURGED", "NODE", "SERVER NAME", "NAME", "CAUSE", "USERS", "CREATED",
                         "DELETED", "REQUEST ID"},
              .rows = {}};
  for (const v1::Purge& purge : all.purges()) {
    table.rows.push_back({TimeWord(purge.purge_time()), IdOf(purge.node()), purge.server_name(),
                          purge.display_name(), CauseWord(purge.cause()),
                          absl::StrCat(purge.user_count()), TimeWord(purge.create_time()),
                          TimeWord(purge.delete_time()), purge.request_id()});
  }
  session.PrintList(all, table);
  return absl::OkStatus();
}

struct ReconcileArguments {
  std::string node;
  bool purge = false;
  int max_share = 0;
};

void DeclareReconcile(CLI::App& command, ReconcileArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, "Id of the node, as in mysql_node");
  CLI::Option* purge = command.add_flag(
      "--purge", arguments.purge,
      "Drop what EDS made on the server and has no record of, if that was so two minutes ago");
  AddOption(command, "--max-share", "PERCENT", arguments.max_share,
            "Drop nothing if it would be more than this share of what EDS made there. Default: 10")
      ->needs(purge);
}

bool IsLeft(const v1::Discrepancy& discrepancy) {
  return discrepancy.action() == v1::Discrepancy::ACTION_REPORTED ||
         discrepancy.action() == v1::Discrepancy::ACTION_FAILED;
}

// An error if the two still differ, so that a script can tell.
absl::Status CheckAgreement(const std::string& node, const v1::ReconcileNodeResponse& response) {
  const int64_t left =
      response.omitted_count() +
      std::count_if(response.discrepancies().begin(), response.discrepancies().end(), IsLeft);
  if (left == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(left, left == 1 ? " difference is" : " differences are", " left on ", node,
                   response.omitted_count() == 0
                       ? ""
                       : absl::StrCat(", ", response.omitted_count(), " of them not shown")));
}

absl::Status Reconcile(Session& session, const ReconcileArguments& arguments) {
  session.NameField("name", "NODE");
  session.NameField("max_purge_percent", "--max-share");
  v1::ReconcileNodeRequest request;
  request.set_name(NodeName(arguments.node));
  request.set_purge(arguments.purge);
  request.set_max_purge_percent(arguments.max_share);
  ASSIGN_OR_RETURN(const v1::ReconcileNodeResponse response,
                   session.client().CallRepeatedly(&Maintenance::ReconcileNode, request));
  const std::string node = IdOf(request.name());
  if (response.discrepancies().empty()) {
    session.PrintLine(response, absl::StrCat(node, ": server and records agree (",
                                             response.object_count(), " objects)"));
    return absl::OkStatus();
  }
  Table table{.header = {"KIND", "ACTION", "SERVER NAME", "RESOURCE", "DETAIL", "REMEDY"},
              .rows = {}};
  for (const v1::Discrepancy& found : response.discrepancies()) {
    table.rows.push_back({KindWord(found.kind()), ActionWord(found.action()), found.server_name(),
                          found.resource(), found.detail(), found.remedy()});
  }
  session.Print(response, table);
  return CheckAgreement(node, response);
}

}  // namespace

void AddMaintenanceCommands(Branch& top) {
  Branch operation = top.AddBranch({.name = "operation",
                                    .description = "See what has begun and not ended",
                                    .examples = {"edsctl operation list"}});
  operation.AddCommand<ListArguments>(
      {.name = "list",
       .description = "List what is unfinished, why, and when it is tried again",
       .examples = {"edsctl operation list", "edsctl operation list -o json"}},
      DeclareList, ListOperations);
  top.AddCommand<ReconcileArguments>(
      {.name = "reconcile",
       .description = "Compare a node's server with the records, and mend what lacks something",
       .examples = {"edsctl reconcile mysql_node",
                    "edsctl reconcile mysql_node --purge --max-share 20"}},
      DeclareReconcile, Reconcile);
  Branch purge = top.AddBranch({.name = "purge",
                                .description = "See what was dropped for good",
                                .examples = {"edsctl purge list"}});
  purge.AddCommand<ListArguments>({.name = "list",
                                   .description = "List what was dropped for good, and why",
                                   .examples = {"edsctl purge list --limit 20"}},
                                  DeclareList, ListPurges);
}

}  // namespace eds::cli
