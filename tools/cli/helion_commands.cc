#include "tools/cli/helion_commands.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "tools/cli/credentials.h"
#include "tools/cli/resolve.h"
#include "tools/cli/terminal.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

using Databases = v1::DatabaseService::Stub;

// Prints the one line that a command answers with, and passes `status` on.
absl::Status Report(Session& session, absl::string_view doing, const std::string& name,
                    const absl::Status& status) {
  session.PrintLine(absl::StrCat(doing, " Service [", name, "]: ", status.ok() ? "OK" : "FAILED"));
  return status;
}

void DeclareService(CLI::App& command, std::string& name) {
  AddArgument(command, "NAME", name, "Name of the service, as in mysql-24901");
}

struct CreateArguments {
  std::string kind;
  std::string name;
  std::string request_id;
};

void DeclareCreate(CLI::App& command, CreateArguments& arguments) {
  AddChoice(command, "KIND", {"mysql", "postgresql"}, arguments.kind, "Engine")->required();
  AddArgument(command, "NAME", arguments.name, "Name to give it. Default: one is made")
      ->required(false);
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status Create(Session& session, const CreateArguments& arguments) {
  session.NameField("database.display_name", "NAME");
  session.NameField("database.kind", "KIND");
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_display_name(arguments.name);
  request.mutable_database()->set_kind(ParseKind(arguments.kind));
  request.set_request_id(session.RequestId(arguments.request_id));
  const auto database = session.client().CallRepeatedly(&Databases::CreateDatabase, request);
  const std::string& asked = arguments.name.empty() ? arguments.kind : arguments.name;
  return Report(session, "Creating", database.ok() ? database->display_name() : asked,
                database.status());
}

struct BindArguments {
  std::string name;
  std::string format = "text";
  std::string request_id;
};

void DeclareBind(CLI::App& command, BindArguments& arguments) {
  DeclareService(command, arguments.name);
  AddChoice(command, "-o,--output", {"text", "json", "uri", "vcap"}, arguments.format,
            "How to print. Default: text");
  AddRequestIdOption(command, arguments.request_id);
}

std::string FormatBinding(const Binding& binding, const std::string& format) {
  if (format == "json") return FormatJson(CredentialsJson(binding.credentials));
  if (format == "vcap") return FormatJson(CredentialsVcap(binding));
  if (format == "uri") return ForTerminal(binding.credentials.uri()) + "\n";
  return CredentialsText(binding);
}

absl::Status Bind(Session& session, const BindArguments& arguments) {
  session.NameField("parent", "NAME");
  ASSIGN_OR_RETURN(const v1::Database database, FindDatabase(session.client(), arguments.name));
  v1::CreateUserRequest request;
  request.set_parent(database.name());
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::CreateUserResponse created,
                   session.client().CallRepeatedly(&Databases::CreateUser, request));
  const Binding binding{.service = database.display_name(),
                        .kind = database.kind(),
                        .credentials = created.credentials()};
  session.environment().out << FormatBinding(binding, arguments.format) << std::flush;
  return absl::OkStatus();
}

struct NoArguments {};

absl::Status Services(Session& session, const NoArguments&) {
  ASSIGN_OR_RETURN(const v1::ListDatabasesResponse all,
                   ListAllDatabases(session.client(), v1::ListDatabasesRequest(), 0));
  Table table{.header = {"NAME", "KIND", "NODE", "STATE", "USERS"}, .rows = {}};
  for (const v1::Database& database : all.databases()) {
    table.rows.push_back({database.display_name(), KindWord(database.kind()), IdOf(database.node()),
                          StateWord(database.state()), absl::StrCat(database.user_count())});
  }
  session.PrintList(all, table);
  return absl::OkStatus();
}

struct UnbindArguments {
  std::string name;
  std::string user;
  bool all = false;
};

void DeclareUnbind(CLI::App& command, UnbindArguments& arguments) {
  DeclareService(command, arguments.name);
  auto* user = AddArgument(command, "USER", arguments.user,
                           "The user to take away; may be left out if there is one alone");
  user->required(false);
  command.add_flag("--all", arguments.all, "Take every user away")->excludes(user);
}

// The resource names of the users that are meant.
absl::StatusOr<std::vector<std::string>> MeantUsers(Session& session,
                                                    const UnbindArguments& arguments) {
  if (!arguments.user.empty()) {
    ASSIGN_OR_RETURN(std::string name,
                     FindUserName(session.client(), arguments.name, arguments.user));
    return std::vector<std::string>{std::move(name)};
  }
  ASSIGN_OR_RETURN(const std::string database, FindDatabaseName(session.client(), arguments.name));
  ASSIGN_OR_RETURN(const v1::ListUsersResponse users, ListAllUsers(session.client(), database, 0));
  std::vector<std::string> names;
  std::vector<std::string> logins;
  for (const v1::User& user : users.users()) {
    names.push_back(user.name());
    logins.push_back(user.server_name());
  }
  if (arguments.all || names.size() == 1) return names;
  if (names.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(arguments.name, " has no users"));
  }
  return absl::FailedPreconditionError(
      absl::StrCat(arguments.name, " has ", names.size(),
                   " users; name one, or give --all: ", absl::StrJoin(logins, ", ")));
}

absl::Status DeleteUsers(Session& session, const UnbindArguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, MeantUsers(session, arguments));
  for (const std::string& name : names) {
    v1::DeleteUserRequest request;
    request.set_name(name);
    request.set_request_id(session.RequestId(""));
    RETURN_IF_ERROR(session.client().CallRepeatedly(&Databases::DeleteUser, request).status());
  }
  return absl::OkStatus();
}

absl::Status Unbind(Session& session, const UnbindArguments& arguments) {
  return Report(session, "Unbinding", arguments.name, DeleteUsers(session, arguments));
}

struct DeleteArguments {
  std::string name;
  bool force = false;
  bool purge_now = false;
  std::string request_id;
};

void DeclareDelete(CLI::App& command, DeleteArguments& arguments) {
  DeclareService(command, arguments.name);
  command.add_flag("--force", arguments.force, "Its users with it");
  command.add_flag("--purge-now", arguments.purge_now, "Drop it for good");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status DeleteDatabase(Session& session, const DeleteArguments& arguments) {
  v1::DeleteDatabaseRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), FindDatabaseName(session.client(), arguments.name));
  request.set_force(arguments.force);
  request.set_purge_now(arguments.purge_now);
  request.set_request_id(session.RequestId(arguments.request_id));
  return session.client().CallRepeatedly(&Databases::DeleteDatabase, request).status();
}

absl::Status Delete(Session& session, const DeleteArguments& arguments) {
  session.NameField("name", "NAME");
  return Report(session, "Deleting", arguments.name, DeleteDatabase(session, arguments));
}

}  // namespace

CommandText HelionText() {
  return {.name = "helion",
          .description = "Create services and bind applications to them",
          .examples = {"helion create-service mysql", "helion bind-service mysql-24901"}};
}

void AddHelionCommands(Branch& helion) {
  helion.AddCommand<CreateArguments>(
      {.name = "create-service",
       .description = "Create a database",
       .examples = {"helion create-service mysql", "helion create-service postgresql orders"}},
      DeclareCreate, Create);
  helion.AddCommand<BindArguments>(
      {.name = "bind-service",
       .description = "Create a user in a database and print its credentials, password included",
       .examples = {"helion bind-service mysql-24901", "helion bind-service mysql-24901 -o json"}},
      DeclareBind, Bind);
  helion.AddCommand<NoArguments>(
      {.name = "services", .description = "List the databases", .examples = {"helion services"}},
      [](CLI::App&, NoArguments&) {}, Services);
  helion.AddCommand<UnbindArguments>({.name = "unbind-service",
                                      .description = "Delete a user of a database",
                                      .examples = {"helion unbind-service mysql-24901",
                                                   "helion unbind-service mysql-24901 --all"}},
                                     DeclareUnbind, Unbind);
  helion.AddCommand<DeleteArguments>(
      {.name = "delete-service",
       .description = "Delete a database; edsctl database undelete brings it back for a while",
       .examples = {"helion delete-service mysql-24901 --force"}},
      DeclareDelete, Delete);
}

}  // namespace eds::cli
