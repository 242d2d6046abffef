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
                          "PREVIOUS UNTIL", "CONDITION"},
               .rows = {}};
}

void AddRow(Table& table, const v1::User& user) {
  table.rows.push_back({IdOf(user.name()), user.server_name(), RoleWord(user.role()),
                        StateWord(user.state()), absl::StrCat(user.password_generation()),
                        TimeWord(user.create_time()), user.name(),
                        TimeWord(user.previous_password_expire_time()), user.condition()});
}

// As lines, with the password masked unless it is to be revealed.
std::string Lines(const Session& session, const v1::Credentials& credentials) {
  Binding binding{.service = "", .kind = KindOf(credentials), .credentials = credentials};
  if (!session.settings().reveal) MaskSecrets(binding.credentials);
  return CredentialsText(binding);
}

struct CreateArguments {
  std::string database;
  std::string role;
  int connection_limit = 0;
  bool require_tls = false;
  std::string statement_timeout;
  std::string request_id;
};

void DeclareCreate(CLI::App& command, CreateArguments& arguments) {
  AddArgument(command, "DATABASE", arguments.database, "Display name, or databases/ID");
  AddChoice(command, "--role", {"owner", "read-write", "read-only"}, arguments.role,
            "What it may do. Default: owner");
  AddOption(command, "--connection-limit", "N", arguments.connection_limit,
            "Sessions that it may have at once. Default: no limit");
  command.add_flag("--require-tls", arguments.require_tls,
                   "Let it log in with TLS alone (MySQL and MariaDB)");
  AddOption(command, "--statement-timeout", "TIME", arguments.statement_timeout,
            "How long a statement may take, as in 30s (PostgreSQL and MariaDB). Default: no limit");
  AddRequestIdOption(command, arguments.request_id);
}

absl::Status Create(Session& session, const CreateArguments& arguments) {
  session.NameField("parent", "DATABASE");
  session.NameField("user.options.connection_limit", "--connection-limit");
  session.NameField("user.options.require_tls", "--require-tls");
  session.NameField("user.options.statement_timeout", "--statement-timeout");
  v1::CreateUserRequest request;
  v1::User& user = *request.mutable_user();
  user.set_role(ParseRole(arguments.role));
  user.mutable_options()->set_connection_limit(arguments.connection_limit);
  user.mutable_options()->set_require_tls(arguments.require_tls);
  if (!arguments.statement_timeout.empty()) {
    ASSIGN_OR_RETURN(*user.mutable_options()->mutable_statement_timeout(),
                     ParseDuration("--statement-timeout", arguments.statement_timeout));
  }
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

struct RotateArguments {
  UserArguments user;
  std::string overlap;
};

void DeclareRotate(CLI::App& command, RotateArguments& arguments) {
  DeclareChange(command, arguments.user);
  AddOption(command, "--overlap", "TIME", arguments.overlap,
            "How long the old password works as well, as in 24h. Default: not at all");
}

absl::Status Rotate(Session& session, const RotateArguments& rotation) {
  const UserArguments& arguments = rotation.user;
  session.NameField("overlap", "--overlap");
  v1::RotateUserPasswordRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, arguments));
  if (!rotation.overlap.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_overlap(), ParseDuration("--overlap", rotation.overlap));
  }
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::Credentials credentials,
                   session.client().CallRepeatedly(&Databases::RotateUserPassword, request));
  session.PrintText(credentials, Lines(session, credentials));
  return absl::OkStatus();
}

absl::Status EndOverlap(Session& session, const UserArguments& arguments) {
  v1::EndPasswordOverlapRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, arguments));
  request.set_request_id(session.RequestId(arguments.request_id));
  ASSIGN_OR_RETURN(const v1::User user,
                   session.client().CallRepeatedly(&Databases::EndPasswordOverlap, request));
  Table table = NewTable();
  AddRow(table, user);
  session.Print(user, table);
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
  user.AddCommand<RotateArguments>(
      {.name = "rotate",
       .description = "Give a user a new password and show it",
       .examples = {"edsctl user rotate mysql-24901 c3d4 --reveal",
                    "edsctl user rotate mysql-24901 c3d4 --overlap 24h --reveal"}},
      DeclareRotate, Rotate);
  user.AddCommand<UserArguments>(
      {.name = "end-overlap",
       .description = "End the time in which a user's old password works as well",
       .examples = {"edsctl user end-overlap mysql-24901 c3d4"}},
      DeclareChange, EndOverlap);
}

}  // namespace eds::cli
