#include "tools/cli/database_commands.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tools/cli/resolve.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

using Databases = v1::DatabaseService::Stub;

constexpr char kDatabaseHelp[] = "Display name, or databases/ID";

Table NewTable() {
  return Table{.header = {"NAME", "KIND", "NODE", "STATE", "USERS", "ADDRESS", "SERVER NAME",
                          "CREATED", "RESOURCE", "CONDITION"},
               .rows = {}};
}

void AddRow(Table& table, const v1::Database& database) {
  table.rows.push_back({database.display_name(), KindWord(database.kind()), IdOf(database.node()),
                        StateWord(database.state()), absl::StrCat(database.user_count()),
                        AddressWord(database.host(), database.port()), database.server_name(),
                        TimeWord(database.create_time()), database.name(), database.condition()});
}

void PrintDatabase(Session& session, const v1::Database& database) {
  Table table = NewTable();
  AddRow(table, database);
  session.Print(database, table);
}

struct CreateArguments {
  std::string kind;
  std::string name;
  std::string node;
  std::string request_id;
};

void DeclareCreate(CLI::App& command, CreateArguments& arguments) {
  AddKindOption(command, arguments.kind, "Engine; may be left out if --node is given");
  AddOption(command, "--name", "NAME", arguments.name,
            "Display name. Default: one is made, as in mysql-24901");
  AddOption(command, "--node", "NODE", arguments.node,
            "Node to create it on. Default: the ready one with the fewest databases");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status Create(Session& session, const CreateArguments& arguments) {
  if (arguments.kind.empty() && arguments.node.empty()) {
    return UsageError("say which --kind of database, or on which --node");
  }
  session.NameField("database.display_name", "--name");
  session.NameField("database.kind", "--kind");
  session.NameField("database.node", "--node");
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_display_name(arguments.name);
  request.mutable_database()->set_kind(ParseKind(arguments.kind));
  if (!arguments.node.empty()) request.mutable_database()->set_node(NodeName(arguments.node));
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::Database database,
                   session.client().CallRepeatedly(&Databases::CreateDatabase, request));
  PrintDatabase(session, database);
  return absl::OkStatus();
}

struct ListArguments {
  std::string kind;
  std::string node;
  size_t limit = 0;
};

void DeclareList(CLI::App& command, ListArguments& arguments) {
  AddKindOption(command, arguments.kind, "Only databases of this engine");
  AddOption(command, "--node", "NODE", arguments.node, "Only databases on this node");
  AddLimitOption(command, arguments.limit);
}

absl::Status List(Session& session, const ListArguments& arguments) {
  session.NameField("node", "--node");
  v1::ListDatabasesRequest request;
  request.set_kind(ParseKind(arguments.kind));
  if (!arguments.node.empty()) request.set_node(NodeName(arguments.node));
  ASSIGN_OR_RETURN(const v1::ListDatabasesResponse all,
                   ListAllDatabases(session.client(), request, arguments.limit));
  Table table = NewTable();
  for (const v1::Database& database : all.databases()) AddRow(table, database);
  session.PrintList(all, table);
  return absl::OkStatus();
}

struct GetArguments {
  std::string database;
};

void DeclareGet(CLI::App& command, GetArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, kDatabaseHelp);
}

absl::Status Get(Session& session, const GetArguments& arguments) {
  session.NameField("name", "DATABASE");
  ASSIGN_OR_RETURN(const v1::Database database, FindDatabase(session.client(), arguments.database));
  PrintDatabase(session, database);
  return absl::OkStatus();
}

struct RenameArguments {
  std::string database;
  std::string new_name;
};

void DeclareRename(CLI::App& command, RenameArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, kDatabaseHelp);
  AddArgument(command, "NEW_NAME", arguments.new_name, "The new display name");
}

absl::Status Rename(Session& session, const RenameArguments& arguments) {
  session.NameField("database.name", "DATABASE");
  session.NameField("database.display_name", "NEW_NAME");
  v1::UpdateDatabaseRequest request;
  ASSIGN_OR_RETURN(*request.mutable_database()->mutable_name(),
                   FindDatabaseName(session.client(), arguments.database));
  request.mutable_database()->set_display_name(arguments.new_name);
  request.mutable_update_mask()->add_paths("display_name");
  ASSIGN_OR_RETURN(const v1::Database database,
                   session.client().CallRepeatedly(&Databases::UpdateDatabase, request));
  PrintDatabase(session, database);
  return absl::OkStatus();
}

struct DeleteArguments {
  std::string database;
  bool force = false;
  std::string request_id;
};

void DeclareDelete(CLI::App& command, DeleteArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, kDatabaseHelp);
  command.add_flag("--force", arguments.force, "Delete its users as well");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status Delete(Session& session, const DeleteArguments& arguments) {
  session.NameField("name", "DATABASE");
  v1::DeleteDatabaseRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), FindDatabaseName(session.client(), arguments.database));
  request.set_force(arguments.force);
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const google::protobuf::Empty empty,
                   session.client().CallRepeatedly(&Databases::DeleteDatabase, request));
  session.PrintLine(empty, absl::StrCat(arguments.database, ": deleted"));
  return absl::OkStatus();
}

}  // namespace

void AddDatabaseCommands(Branch& top) {
  Branch database = top.AddBranch({.name = "database",
                                   .description = "Create, find and delete databases",
                                   .examples = {"edsctl database create --kind mysql"}});
  database.AddCommand<CreateArguments>(
      {.name = "create",
       .description = "Create a database",
       .examples = {"edsctl database create --kind postgresql --name orders",
                    "edsctl database create --node mysql_node -o json"}},
      DeclareCreate, Create);
  database.AddCommand<ListArguments>({.name = "list",
                                      .description = "List databases",
                                      .examples = {"edsctl database list --kind mysql"}},
                                     DeclareList, List);
  database.AddCommand<GetArguments>({.name = "get",
                                     .description = "Show a database",
                                     .examples = {"edsctl database get mysql-24901 -o yaml"}},
                                    DeclareGet, Get);
  database.AddCommand<RenameArguments>({.name = "rename",
                                        .description = "Change a database's display name",
                                        .examples = {"edsctl database rename mysql-24901 orders"}},
                                       DeclareRename, Rename);
  database.AddCommand<DeleteArguments>(
      {.name = "delete",
       .description = "Delete a database and its data, which cannot be brought back",
       .examples = {"edsctl database delete mysql-24901 --force"}},
      DeclareDelete, Delete);
}

}  // namespace eds::cli
