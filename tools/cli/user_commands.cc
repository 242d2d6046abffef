#include "tools/cli/user_commands.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "tools/cli/credentials.h"
#include "tools/cli/mask.h"
#include "tools/cli/resolve.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

using Databases = v1::DatabaseService::Stub;

Table NewTable() {
  return Table{.header = {"ID", "SERVER NAME", "ROLE", "STATE", "GENERATION", "CREATED", "RESOURCE",
                          "CONDITION"},
               .rows = {}};
}

void AddRow(Table& table, const v1::User& user) {
  const std::string role = user.role() == v1::User::ROLE_OWNER ? "OWNER" : "";
  table.rows.push_back({IdOf(user.name()), user.server_name(), role, StateWord(user.state()),
                        absl::StrCat(user.password_generation()), TimeWord(user.create_time()),
                        user.name(), user.condition()});
}

// As lines, with the password masked unless it is to be revealed.
std::string Lines(const Session& session, const v1::Credentials& credentials) {
  Binding binding{.service = "", .kind = KindOf(credentials), .credentials = credentials};
  if (!session.settings().reveal) MaskSecrets(binding.credentials);
  return CredentialsText(binding);
}

struct CreateArguments {
  std::string database;
  std::string request_id;
};

void DeclareCreate(CLI::App& command, CreateArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, "Display name, or databases/ID");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status Create(Session& session, const CreateArguments& arguments) {
  session.NameField("parent", "DATABASE");
  v1::CreateUserRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(),
                   FindDatabaseName(session.client(), arguments.database));
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::CreateUserResponse created,
                   session.client().CallRepeatedly(&Databases::CreateUser, request));
  session.PrintText(created, Lines(session, created.credentials()));
  return absl::OkStatus();
}

struct ListArguments {
  std::string database;
  size_t limit = 0;
};

void DeclareList(CLI::App& command, ListArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, "Display name, or databases/ID");
  AddLimitOption(command, arguments.limit);
}

absl::Status List(Session& session, const ListArguments& arguments) {
  session.NameField("parent", "DATABASE");
  ASSIGN_OR_RETURN(const std::string database,
                   FindDatabaseName(session.client(), arguments.database));
  ASSIGN_OR_RETURN(const v1::ListUsersResponse all,
                   ListAllUsers(session.client(), database, arguments.limit));
  Table table = NewTable();
  for (const v1::User& user : all.users()) AddRow(table, user);
  session.PrintList(all, table);
  return absl::OkStatus();
}

// A user, as it is named on the command line.
struct UserArguments {
  std::string database;
  std::string user;
  std::string request_id;
};

void DeclareUser(CLI::App& command, UserArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database,
              "Display name, or databases/ID; or databases/ID/users/ID, and no USER");
  AddArgument(command, "USER", arguments.user, "Id, or name on the server")->required(false);
}

void DeclareChange(CLI::App& command, UserArguments& arguments) {
  DeclareUser(command, arguments);
  AddRequestIdOption(command, arguments.request_id);
}

absl::StatusOr<std::string> NameOf(Session& session, const UserArguments& arguments) {
  session.NameField("name", "USER");
  return FindUserName(session.client(), arguments.database, arguments.user);
}

absl::Status Get(Session& session, const UserArguments& arguments) {
  v1::GetUserRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, arguments));
  ASSIGN_OR_RETURN(const v1::User user, session.client().Call(&Databases::GetUser, request));
  Table table = NewTable();
  AddRow(table, user);
  session.Print(user, table);
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const UserArguments& arguments) {
  v1::DeleteUserRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, arguments));
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const google::protobuf::Empty empty,
                   session.client().CallRepeatedly(&Databases::DeleteUser, request));
  session.PrintLine(empty, absl::StrCat(request.name(), ": deleted"));
  return absl::OkStatus();
}

absl::Status ShowCredentials(Session& session, const UserArguments& arguments) {
  v1::GetUserCredentialsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, arguments));
  ASSIGN_OR_RETURN(const v1::Credentials credentials,
                   session.client().Call(&Databases::GetUserCredentials, request));
  session.PrintText(credentials, Lines(session, credentials));
  return absl::OkStatus();
}

absl::Status Rotate(Session& session, const UserArguments& arguments) {
  v1::RotateUserPasswordRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, arguments));
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::Credentials credentials,
                   session.client().CallRepeatedly(&Databases::RotateUserPassword, request));
  session.PrintText(credentials, Lines(session, credentials));
  return absl::OkStatus();
}

}  // namespace

void AddUserCommands(Branch& top) {
  Branch user = top.AddBranch({.name = "user",
                               .description = "Create, find and delete the users of a database",
                               .examples = {"edsctl user create mysql-24901 --reveal"}});
  user.AddCommand<CreateArguments>({.name = "create",
                                    .description = "Create a user and show its credentials",
                                    .examples = {"edsctl user create mysql-24901 --reveal"}},
                                   DeclareCreate, Create);
  user.AddCommand<ListArguments>({.name = "list",
                                  .description = "List the users of a database",
                                  .examples = {"edsctl user list mysql-24901"}},
                                 DeclareList, List);
  user.AddCommand<UserArguments>({.name = "get",
                                  .description = "Show a user, without its password",
                                  .examples = {"edsctl user get databases/a1b2/users/c3d4"}},
                                 DeclareUser, Get);
  user.AddCommand<UserArguments>({.name = "delete",
                                  .description = "Delete a user; its login fails from then on",
                                  .examples = {"edsctl user delete mysql-24901 c3d4"}},
                                 DeclareChange, Delete);
  user.AddCommand<UserArguments>(
      {.name = "credentials",
       .description = "Show what an application needs to log in as a user",
       .examples = {"edsctl user credentials mysql-24901 c3d4 --reveal -o json"}},
      DeclareUser, ShowCredentials);
  user.AddCommand<UserArguments>({.name = "rotate",
                                  .description = "Give a user a new password and show it",
                                  .examples = {"edsctl user rotate mysql-24901 c3d4 --reveal"}},
                                 DeclareChange, Rotate);
}

}  // namespace eds::cli
