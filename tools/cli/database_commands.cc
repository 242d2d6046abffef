#include "tools/cli/database_commands.h"

#include <string>
#include <vector>

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
                          "CREATED", "PURGED AT", "RESOURCE", "CONDITION"},
               .rows = {}};
}

void AddRow(Table& table, const v1::Database& database) {
  table.rows.push_back({database.display_name(), KindWord(database.kind()), IdOf(database.node()),
                        StateWord(database.state()), absl::StrCat(database.user_count()),
                        AddressWord(database.host(), database.port()), database.server_name(),
                        TimeWord(database.create_time()), TimeWord(database.purge_time()),
                        database.name(), database.condition()});
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
  bool protect = false;
  std::string character_set;
  std::string collation;
  std::string encoding;
  std::string locale;
  std::vector<std::string> extensions;
  int connection_limit = 0;
  std::string request_id;
};

// Of which engine they are is for the controller to say.
void DeclareOptions(CLI::App& command, CreateArguments& arguments) {
  AddOption(command, "--character-set", "NAME", arguments.character_set,
            "Character set (MySQL and MariaDB). Default: utf8mb4");
  AddOption(command, "--collation", "NAME", arguments.collation,
            "Collation (MySQL and MariaDB). Default: the character set's");
  AddOption(command, "--encoding", "NAME", arguments.encoding,
            "Encoding (PostgreSQL). Default: UTF8");
  AddOption(command, "--locale", "NAME", arguments.locale,
            "Locale, as in de_DE.UTF-8 (PostgreSQL). Default: the server's");
  AddOption(command, "--extension", "NAME", arguments.extensions,
            "Extension to create in it (PostgreSQL); may be repeated");
  AddOption(command, "--connection-limit", "N", arguments.connection_limit,
            "Sessions that may be open in it (PostgreSQL). Default: no limit");
}

void SetOptions(const CreateArguments& arguments, Session& session, v1::DatabaseOptions& options) {
  session.NameField("database.options.character_set", "--character-set");
  session.NameField("database.options.collation", "--collation");
  session.NameField("database.options.encoding", "--encoding");
  session.NameField("database.options.locale", "--locale");
  session.NameField("database.options.extensions", "--extension");
  for (size_t i = 0; i < arguments.extensions.size(); ++i) {
    session.NameField(absl::StrCat("database.options.extensions[", i, "]"), "--extension");
    options.add_extensions(arguments.extensions[i]);
  }
  session.NameField("database.options.connection_limit", "--connection-limit");
  options.set_character_set(arguments.character_set);
  options.set_collation(arguments.collation);
  options.set_encoding(arguments.encoding);
  options.set_locale(arguments.locale);
  options.set_connection_limit(arguments.connection_limit);
}

void DeclareCreate(CLI::App& command, CreateArguments& arguments) {
  AddKindOption(command, arguments.kind, "Engine; may be left out if --node is given");
  AddOption(command, "--name", "NAME", arguments.name,
            "Display name. Default: one is made, as in mysql-24901");
  AddOption(command, "--node", "NODE", arguments.node,
            "Node to create it on. Default: the ready one with the fewest databases");
  command.add_flag("--protect", arguments.protect, "Refuse to delete it until unprotected");
  DeclareOptions(command, arguments);
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
  request.mutable_database()->set_deletion_protection(arguments.protect);
  SetOptions(arguments, session, *request.mutable_database()->mutable_options());
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::Database database,
                   session.client().CallRepeatedly(&Databases::CreateDatabase, request));
  PrintDatabase(session, database);
  return absl::OkStatus();
}

struct ListArguments {
  std::string kind;
  std::string node;
  bool deleted = false;
  size_t limit = 0;
};

void DeclareList(CLI::App& command, ListArguments& arguments) {
  AddKindOption(command, arguments.kind, "Only databases of this engine");
  AddOption(command, "--node", "NODE", arguments.node, "Only databases on this node");
  command.add_flag("--deleted", arguments.deleted, "Deleted databases as well");
  AddLimitOption(command, arguments.limit);
}

absl::Status List(Session& session, const ListArguments& arguments) {
  session.NameField("node", "--node");
  v1::ListDatabasesRequest request;
  request.set_kind(ParseKind(arguments.kind));
  request.set_show_deleted(arguments.deleted);
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

absl::Status SetProtection(Session& session, const GetArguments& arguments, bool protection) {
  session.NameField("database.name", "DATABASE");
  v1::UpdateDatabaseRequest request;
  ASSIGN_OR_RETURN(*request.mutable_database()->mutable_name(),
                   FindDatabaseName(session.client(), arguments.database));
  request.mutable_database()->set_deletion_protection(protection);
  request.mutable_update_mask()->add_paths("deletion_protection");
  ASSIGN_OR_RETURN(const v1::Database database,
                   session.client().CallRepeatedly(&Databases::UpdateDatabase, request));
  session.PrintLine(database, absl::StrCat(database.display_name(), ": ",
                                           protection ? "protected" : "not protected"));
  return absl::OkStatus();
}

absl::Status Protect(Session& session, const GetArguments& arguments) {
  return SetProtection(session, arguments, true);
}

absl::Status Unprotect(Session& session, const GetArguments& arguments) {
  return SetProtection(session, arguments, false);
}

struct DeleteArguments {
  std::string database;
  bool force = false;
  bool purge_now = false;
  std::string request_id;
};

void DeclareDelete(CLI::App& command, DeleteArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, kDatabaseHelp);
  command.add_flag("--force", arguments.force, "Its users with it");
  command.add_flag("--purge-now", arguments.purge_now,
                   "Drop it for good; also one that is deleted already");
  AddRequestIdOption(command, arguments.request_id);
}

// The one that there is; to be purged, otherwise the one that is deleted.
absl::StatusOr<std::string> FindDoomed(Session& session, const DeleteArguments& arguments) {
  absl::StatusOr<std::string> name = FindDatabaseName(session.client(), arguments.database);
  if (!arguments.purge_now || !absl::IsNotFound(name.status())) return name;
  const auto deleted = FindDeletedDatabase(session.client(), arguments.database);
  if (absl::IsNotFound(deleted.status())) return name;
  RETURN_IF_ERROR(deleted.status());
  return deleted->name();
}

// Until when a deletion can be taken back; empty if it cannot.
std::string DescribeWayBack(Session& session, const std::string& name) {
  const absl::StatusOr<v1::Database> database = FindDatabase(session.client(), name);
  if (!database.ok() || database->state() != v1::Database::STATE_DELETED) return "";
  return absl::StrCat("; until ", TimeWord(database->purge_time()),
                      " this brings it back: edsctl database undelete ", name);
}

absl::Status Delete(Session& session, const DeleteArguments& arguments) {
  session.NameField("name", "DATABASE");
  v1::DeleteDatabaseRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), FindDoomed(session, arguments));
  request.set_force(arguments.force);
  request.set_purge_now(arguments.purge_now);
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const google::protobuf::Empty empty,
                   session.client().CallRepeatedly(&Databases::DeleteDatabase, request));
  session.PrintLine(empty, arguments.purge_now
                               ? absl::StrCat(arguments.database, ": purged")
                               : absl::StrCat(arguments.database, ": deleted",
                                              DescribeWayBack(session, request.name())));
  return absl::OkStatus();
}

struct UndeleteArguments {
  std::string database;
  std::string name;
  std::string request_id;
};

void DeclareUndelete(CLI::App& command, UndeleteArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, "Display name that it had, or databases/ID");
  AddOption(command, "--name", "NAME", arguments.name,
            "Display name to give it. Default: the one that it had");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status Undelete(Session& session, const UndeleteArguments& arguments) {
  session.NameField("name", "DATABASE");
  session.NameField("display_name", "--name");
  ASSIGN_OR_RETURN(const v1::Database deleted,
                   FindDeletedDatabase(session.client(), arguments.database));
  v1::UndeleteDatabaseRequest request;
  request.set_name(deleted.name());
  request.set_display_name(arguments.name);
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::Database database,
                   session.client().CallRepeatedly(&Databases::UndeleteDatabase, request));
  PrintDatabase(session, database);
  return absl::OkStatus();
}

struct AdoptArguments {
  std::string node;
  std::string server_name;
  std::string owner;
  std::string name;
  std::string request_id;
};

void DeclareAdopt(CLI::App& command, AdoptArguments& arguments) {
  AddArgument(command, "NODE", arguments.node, "Node whose server it is on");
  AddArgument(command, "SERVER_NAME", arguments.server_name, "Its name on the server");
  AddOption(command, "--owner", "OWNER", arguments.owner,
            "Whom it belongs to now: the role that owns it (PostgreSQL), the one account with "
            "privileges on it, as in app@% (MySQL, MariaDB)")
      ->required();
  AddOption(command, "--name", "NAME", arguments.name,
            "Display name to give it. Default: one is made");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status Adopt(Session& session, const AdoptArguments& arguments) {
  session.NameField("database.node", "NODE");
  session.NameField("server_name", "SERVER_NAME");
  session.NameField("expected_owner", "--owner");
  session.NameField("database.display_name", "--name");
  v1::AdoptDatabaseRequest request;
  request.mutable_database()->set_node(NodeName(arguments.node));
  request.mutable_database()->set_display_name(arguments.name);
  request.set_server_name(arguments.server_name);
  request.set_expected_owner(arguments.owner);
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::Database database,
                   session.client().CallRepeatedly(&Databases::AdoptDatabase, request));
  PrintDatabase(session, database);
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
       .description = "Delete a database; it can be brought back until it is purged",
       .examples = {"edsctl database delete mysql-24901 --force",
                    "edsctl database delete mysql-24901 --force --purge-now"}},
      DeclareDelete, Delete);
  database.AddCommand<UndeleteArguments>(
      {.name = "undelete",
       .description = "Bring a deleted database back, with its data, users and credentials",
       .examples = {"edsctl database undelete mysql-24901"}},
      DeclareUndelete, Undelete);
  database.AddCommand<GetArguments>({.name = "protect",
                                     .description = "Refuse to delete a database from now on",
                                     .examples = {"edsctl database protect mysql-24901"}},
                                    DeclareGet, Protect);
  database.AddCommand<GetArguments>({.name = "unprotect",
                                     .description = "Let a database be deleted again",
                                     .examples = {"edsctl database unprotect mysql-24901"}},
                                    DeclareGet, Unprotect);
  database.AddCommand<AdoptArguments>(
      {.name = "adopt",
       .description = "Take over a database that somebody else made on a node's server",
       .examples = {"edsctl database adopt postgresql_node shop --owner shop_admin",
                    "edsctl database adopt mysql_node shop --owner app@%"}},
      DeclareAdopt, Adopt);
}

}  // namespace eds::cli
