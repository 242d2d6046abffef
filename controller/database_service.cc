#include "controller/database_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"
#include "controller/page_token.h"
#include "controller/requests.h"

namespace eds {
namespace {

using google::protobuf::Empty;

// A page token holds for the filters that it was made with.
std::string ScopeOf(const v1::ListDatabasesRequest& request) {
  return absl::StrCat("databases\n", request.display_name(), "\n", request.kind(), "\n",
                      request.node(), "\n", request.show_deleted());
}

std::string ScopeOf(const v1::ListUsersRequest& request) {
  return absl::StrCat("users\n", request.parent());
}

bool Matches(const v1::ListDatabasesRequest& request, const state::v1::DatabaseRecord& record) {
  const bool hidden = record.state() == v1::Database::STATE_DELETED && !request.show_deleted();
  return !record.undo() && !hidden &&
         (request.display_name().empty() || request.display_name() == record.display_name()) &&
         (request.kind() == v1::KIND_UNSPECIFIED || request.kind() == record.kind()) &&
         (request.node().empty() || request.node() == FormatNodeName(record.node()));
}

}  // namespace

grpc::ServerUnaryReactor* DatabaseService::CreateDatabase(grpc::CallbackServerContext* context,
                                                          const v1::CreateDatabaseRequest* request,
                                                          v1::Database* response) {
  return calls_.Run(*context, "CreateDatabase", *response, WorkFor(*request));
}

absl::StatusOr<Work<v1::Database>> DatabaseService::WorkFor(
    const v1::CreateDatabaseRequest& request) {
  ASSIGN_OR_RETURN(NewDatabase parsed, Parse(request));
  ASSIGN_OR_RETURN(const std::string node, databases_.NodeFor(parsed));
  if (request.validate_only()) {
    return Work<v1::Database>{
        .run = [database = request.database(), node]() mutable -> absl::StatusOr<v1::Database> {
          database.set_node(FormatNodeName(node));
          return database;
        }};
  }
  return Changing(node, parsed.request,
                  [this, parsed, node] { return databases_.Create(parsed, node); });
}

Work<v1::Database> DatabaseService::Changing(
    std::string node, RequestKey request, std::function<absl::StatusOr<StoredDatabase>()> change) {
  return {.node = std::move(node),
          .request = std::move(request),
          .run = [this, change = std::move(change)]() -> absl::StatusOr<v1::Database> {
            ASSIGN_OR_RETURN(const StoredDatabase database, change());
            return resources_.ToDatabase(database);
          }};
}

grpc::ServerUnaryReactor* DatabaseService::GetDatabase(grpc::CallbackServerContext* context,
                                                       const v1::GetDatabaseRequest* request,
                                                       v1::Database* response) {
  return calls_.Answer(*context, "GetDatabase", *response, Get(*request));
}

absl::StatusOr<v1::Database> DatabaseService::Get(const v1::GetDatabaseRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseDatabaseName("name", request.name()));
  ASSIGN_OR_RETURN(const StoredDatabase database, catalog_.GetDatabase(id));
  return resources_.ToDatabase(database);
}

grpc::ServerUnaryReactor* DatabaseService::ListDatabases(grpc::CallbackServerContext* context,
                                                         const v1::ListDatabasesRequest* request,
                                                         v1::ListDatabasesResponse* response) {
  return calls_.Answer(*context, "ListDatabases", *response, List(*request));
}

absl::StatusOr<v1::ListDatabasesResponse> DatabaseService::List(
    const v1::ListDatabasesRequest& request) {
  ASSIGN_OR_RETURN(const size_t limit, ParsePageSize(request.page_size()));
  if (!request.node().empty()) RETURN_IF_ERROR(ParseNodeName("node", request.node()).status());
  if (!v1::Kind_IsValid(request.kind())) return InvalidField("kind", "is not a known kind");
  ASSIGN_OR_RETURN(const std::string after,
                   ParsePageToken(sealer_, ScopeOf(request), request.page_token()));
  v1::ListDatabasesResponse response;
  std::vector<StoredDatabase> page;
  // Deleted databases cannot be looked up by their display names.
  const bool look_up = !request.display_name().empty() && !request.show_deleted();
  if (!look_up) {
    ASSIGN_OR_RETURN(page, catalog_.ListDatabases(after, limit));
  } else if (const auto id = catalog_.FindDatabase(request.display_name()); id.ok()) {
    ASSIGN_OR_RETURN(page.emplace_back(), catalog_.GetDatabase(*id));
  } else if (id.status().code() != absl::StatusCode::kNotFound) {
    return id.status();
  }
  for (const StoredDatabase& database : page) {
    if (!Matches(request, database.record)) continue;
    ASSIGN_OR_RETURN(*response.add_databases(), resources_.ToDatabase(database));
  }
  if (!look_up && page.size() == limit) {
    response.set_next_page_token(
        FormatPageToken(sealer_, ScopeOf(request), page.back().record.id()));
  }
  return response;
}

grpc::ServerUnaryReactor* DatabaseService::UpdateDatabase(grpc::CallbackServerContext* context,
                                                          const v1::UpdateDatabaseRequest* request,
                                                          v1::Database* response) {
  return calls_.Run(*context, "UpdateDatabase", *response,
                    [&]() -> absl::StatusOr<Work<v1::Database>> {
                      ASSIGN_OR_RETURN(const DatabaseUpdate update, Parse(*request));
                      return Changing("", {}, [this, update] { return databases_.Update(update); });
                    }());
}

grpc::ServerUnaryReactor* DatabaseService::UndeleteDatabase(
    grpc::CallbackServerContext* context, const v1::UndeleteDatabaseRequest* request,
    v1::Database* response) {
  return calls_.Run(*context, "UndeleteDatabase", *response,
                    [&]() -> absl::StatusOr<Work<v1::Database>> {
                      ASSIGN_OR_RETURN(const Undeletion undeletion, Parse(*request));
                      ASSIGN_OR_RETURN(std::string node, NodeOf(undeletion.id));
                      return Changing(std::move(node), undeletion.request,
                                      [this, undeletion] { return deleter_.Undelete(undeletion); });
                    }());
}

grpc::ServerUnaryReactor* DatabaseService::AdoptDatabase(grpc::CallbackServerContext* context,
                                                         const v1::AdoptDatabaseRequest* request,
                                                         v1::Database* response) {
  return calls_.Run(*context, "AdoptDatabase", *response,
                    [&]() -> absl::StatusOr<Work<v1::Database>> {
                      ASSIGN_OR_RETURN(const Adoption adoption, Parse(*request));
                      RETURN_IF_ERROR(catalog_.GetNode(adoption.node).status());
                      return Changing(adoption.node, adoption.request,
                                      [this, adoption] { return databases_.Adopt(adoption); });
                    }());
}

grpc::ServerUnaryReactor* DatabaseService::DeleteDatabase(grpc::CallbackServerContext* context,
                                                          const v1::DeleteDatabaseRequest* request,
                                                          Empty* response) {
  return calls_.Run(*context, "DeleteDatabase", *response, [&]() -> absl::StatusOr<Work<Empty>> {
    ASSIGN_OR_RETURN(DatabaseDeletion deletion, Parse(*request));
    ASSIGN_OR_RETURN(std::string node, NodeOf(deletion.id));
    return Work<Empty>{.node = std::move(node),
                       .request = deletion.request,
                       .run = [this, deletion]() -> absl::StatusOr<Empty> {
                         RETURN_IF_ERROR(deleter_.Delete(deletion));
                         return Empty();
                       }};
  }());
}

grpc::ServerUnaryReactor* DatabaseService::CreateUser(grpc::CallbackServerContext* context,
                                                      const v1::CreateUserRequest* request,
                                                      v1::CreateUserResponse* response) {
  using Response = v1::CreateUserResponse;
  return calls_.Run(*context, "CreateUser", *response, [&]() -> absl::StatusOr<Work<Response>> {
    ASSIGN_OR_RETURN(NewUser parsed, Parse(*request));
    ASSIGN_OR_RETURN(std::string node, NodeOf(parsed.database));
    return Work<Response>{.node = std::move(node),
                          .request = parsed.request,
                          .run = [this, parsed]() -> absl::StatusOr<Response> {
                            ASSIGN_OR_RETURN(const StoredUser user, users_.Create(parsed));
                            Response answer;
                            *answer.mutable_user() = resources_.ToUser(user);
                            ASSIGN_OR_RETURN(*answer.mutable_credentials(), CredentialsOf(user));
                            return answer;
                          }};
  }());
}

grpc::ServerUnaryReactor* DatabaseService::GetUser(grpc::CallbackServerContext* context,
                                                   const v1::GetUserRequest* request,
                                                   v1::User* response) {
  return calls_.Answer(*context, "GetUser", *response, Get(*request));
}

absl::StatusOr<v1::User> DatabaseService::Get(const v1::GetUserRequest& request) {
  ASSIGN_OR_RETURN(const UserName name, ParseUserName("name", request.name()));
  ASSIGN_OR_RETURN(const StoredUser user, catalog_.GetUser(name.database, name.user));
  return resources_.ToUser(user);
}

grpc::ServerUnaryReactor* DatabaseService::ListUsers(grpc::CallbackServerContext* context,
                                                     const v1::ListUsersRequest* request,
                                                     v1::ListUsersResponse* response) {
  return calls_.Answer(*context, "ListUsers", *response, List(*request));
}

absl::StatusOr<v1::ListUsersResponse> DatabaseService::List(const v1::ListUsersRequest& request) {
  ASSIGN_OR_RETURN(const size_t limit, ParsePageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string database, ParseDatabaseName("parent", request.parent()));
  ASSIGN_OR_RETURN(const std::string after,
                   ParsePageToken(sealer_, ScopeOf(request), request.page_token()));
  RETURN_IF_ERROR(catalog_.GetDatabase(database).status());
  ASSIGN_OR_RETURN(const std::vector<StoredUser> page, catalog_.ListUsers(database, after, limit));
  v1::ListUsersResponse response;
  for (const StoredUser& user : page) {
    if (!user.record.undo()) *response.add_users() = resources_.ToUser(user);
  }
  if (page.size() == limit) {
    response.set_next_page_token(
        FormatPageToken(sealer_, ScopeOf(request), page.back().record.id()));
  }
  return response;
}

grpc::ServerUnaryReactor* DatabaseService::DeleteUser(grpc::CallbackServerContext* context,
                                                      const v1::DeleteUserRequest* request,
                                                      Empty* response) {
  return calls_.Run(*context, "DeleteUser", *response, [&]() -> absl::StatusOr<Work<Empty>> {
    ASSIGN_OR_RETURN(UserDeletion change, Parse(*request));
    ASSIGN_OR_RETURN(std::string node, NodeOf(change.user.database));
    return Work<Empty>{.node = std::move(node),
                       .request = change.request,
                       .run = [this, change]() -> absl::StatusOr<Empty> {
                         RETURN_IF_ERROR(users_.Delete(change));
                         return Empty();
                       }};
  }());
}

grpc::ServerUnaryReactor* DatabaseService::GetUserCredentials(
    grpc::CallbackServerContext* context, const v1::GetUserCredentialsRequest* request,
    v1::Credentials* response) {
  return calls_.Answer(*context, "GetUserCredentials", *response, Get(*request));
}

absl::StatusOr<v1::Credentials> DatabaseService::Get(const v1::GetUserCredentialsRequest& request) {
  ASSIGN_OR_RETURN(const UserName name, ParseUserName("name", request.name()));
  ASSIGN_OR_RETURN(const StoredUser user, catalog_.GetUser(name.database, name.user));
  return CredentialsOf(user);
}

grpc::ServerUnaryReactor* DatabaseService::RotateUserPassword(
    grpc::CallbackServerContext* context, const v1::RotateUserPasswordRequest* request,
    v1::Credentials* response) {
  return calls_.Run(*context, "RotateUserPassword", *response,
                    [&]() -> absl::StatusOr<Work<v1::Credentials>> {
                      ASSIGN_OR_RETURN(PasswordRotation change, Parse(*request));
                      ASSIGN_OR_RETURN(std::string node, NodeOf(change.user.database));
                      return Work<v1::Credentials>{
                          .node = std::move(node),
                          .request = change.request,
                          .run = [this, change]() -> absl::StatusOr<v1::Credentials> {
                            ASSIGN_OR_RETURN(const StoredUser user, rotator_.Rotate(change));
                            return CredentialsOf(user);
                          }};
                    }());
}

grpc::ServerUnaryReactor* DatabaseService::EndPasswordOverlap(
    grpc::CallbackServerContext* context, const v1::EndPasswordOverlapRequest* request,
    v1::User* response) {
  return calls_.Run(*context, "EndPasswordOverlap", *response,
                    [&]() -> absl::StatusOr<Work<v1::User>> {
                      ASSIGN_OR_RETURN(OverlapEnd change, Parse(*request));
                      ASSIGN_OR_RETURN(std::string node, NodeOf(change.user.database));
                      return Work<v1::User>{.node = std::move(node),
                                            .request = change.request,
                                            .run = [this, change]() -> absl::StatusOr<v1::User> {
                                              ASSIGN_OR_RETURN(const StoredUser user,
                                                               rotator_.EndOverlap(change));
                                              return resources_.ToUser(user);
                                            }};
                    }());
}

absl::StatusOr<v1::Credentials> DatabaseService::CredentialsOf(const StoredUser& user) {
  ASSIGN_OR_RETURN(const Secret password, users_.PasswordOf(user));
  return resources_.ToCredentials(user, password);
}

absl::StatusOr<std::string> DatabaseService::NodeOf(const std::string& database) {
  const absl::StatusOr<StoredDatabase> stored = catalog_.GetDatabase(database);
  if (stored.ok()) return stored->record.node();
  if (stored.status().code() == absl::StatusCode::kNotFound) return std::string();
  return stored.status();
}

}  // namespace eds
