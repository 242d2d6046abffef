#include "tests/e2e/api_client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/grpc_status.h"
#include "common/status_macros.h"

namespace eds {
namespace {

using Databases = v1::DatabaseService::Stub;

v1::Kind ToKind(const std::string& kind) {
  return kind == "mysql" ? v1::KIND_MYSQL : v1::KIND_POSTGRESQL;
}

}  // namespace

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> ApiClient::Call(Stub& stub,
                                         grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                                         const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience_));
  Response response;
  RETURN_IF_ERROR(FromGrpcStatus((stub.*method)(&context, request, &response)));
  return response;
}

absl::StatusOr<v1::Database> ApiClient::CreateDatabase(const std::string& kind,
                                                       const std::string& request_id) {
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_kind(ToKind(kind));
  request.set_request_id(request_id);
  return Call(eds_.databases(), &Databases::CreateDatabase, request);
}

absl::StatusOr<v1::Credentials> ApiClient::CreateUser(const std::string& database,
                                                      const std::string& request_id,
                                                      v1::User::Role role) {
  v1::CreateUserRequest request;
  request.set_parent(database);
  request.mutable_user()->set_role(role);
  request.set_request_id(request_id);
  ASSIGN_OR_RETURN(const v1::CreateUserResponse response,
                   Call(eds_.databases(), &Databases::CreateUser, request));
  return response.credentials();
}

absl::StatusOr<v1::Credentials> ApiClient::RotateUserPassword(const std::string& user,
                                                              const std::string& request_id,
                                                              absl::Duration overlap) {
  v1::RotateUserPasswordRequest request;
  request.set_name(user);
  request.set_request_id(request_id);
  if (overlap > absl::ZeroDuration()) {
    request.mutable_overlap()->set_seconds(absl::ToInt64Seconds(overlap));
  }
  return Call(eds_.databases(), &Databases::RotateUserPassword, request);
}

absl::StatusOr<v1::User> ApiClient::EndPasswordOverlap(const std::string& user,
                                                       const std::string& request_id) {
  v1::EndPasswordOverlapRequest request;
  request.set_name(user);
  request.set_request_id(request_id);
  return Call(eds_.databases(), &Databases::EndPasswordOverlap, request);
}

absl::StatusOr<v1::Node> ApiClient::RotateAdminPassword(const std::string& node,
                                                        const std::string& request_id) {
  v1::RotateAdminPasswordRequest request;
  request.set_name("nodes/" + node);
  request.set_request_id(request_id);
  return Call(eds_.nodes(), &v1::NodeService::Stub::RotateAdminPassword, request);
}

absl::Status ApiClient::DeleteUser(const std::string& user, const std::string& request_id) {
  v1::DeleteUserRequest request;
  request.set_name(user);
  request.set_request_id(request_id);
  return Call(eds_.databases(), &Databases::DeleteUser, request).status();
}

absl::Status ApiClient::DeleteDatabase(const std::string& database, bool purge_now,
                                       const std::string& request_id) {
  v1::DeleteDatabaseRequest request;
  request.set_name(database);
  request.set_force(true);
  request.set_purge_now(purge_now);
  request.set_request_id(request_id);
  return Call(eds_.databases(), &Databases::DeleteDatabase, request).status();
}

absl::StatusOr<v1::Database> ApiClient::UndeleteDatabase(const std::string& database,
                                                         const std::string& request_id) {
  v1::UndeleteDatabaseRequest request;
  request.set_name(database);
  request.set_request_id(request_id);
  return Call(eds_.databases(), &Databases::UndeleteDatabase, request);
}

absl::StatusOr<v1::Node> ApiClient::GetNode(const std::string& node) {
  v1::GetNodeRequest request;
  request.set_name(absl::StrCat("nodes/", node));
  return Call(eds_.nodes(), &v1::NodeService::Stub::GetNode, request);
}

absl::Status ApiClient::SetReady(const std::string& kind, const Ready& ready) {
  v1::SetConfigRequest request;
  request.set_name(absl::StrCat("nodes/", kind, "_node/config"));
  for (const auto& [key, count] :
       {std::pair{"ready_databases", ready.databases}, {"ready_users", ready.users}}) {
    v1::ConfigEntry& entry = *request.add_entries();
    entry.set_key(absl::StrCat(kind, "/", key));
    entry.set_value(absl::StrCat(count));
  }
  return Call(eds_.configs(), &v1::ConfigService::Stub::SetConfig, request).status();
}

absl::Status ApiClient::AwaitReady(const std::string& node, const Ready& ready) {
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  v1::Node seen;
  do {
    ASSIGN_OR_RETURN(seen, GetNode(node));
    if (seen.ready_database_count() == ready.databases && seen.ready_user_count() == ready.users) {
      return absl::OkStatus();
    }
    if (seen.state() != v1::Node::STATE_READY) return absl::UnavailableError(seen.condition());
  } while (absl::Now() < deadline);
  return absl::DeadlineExceededError(seen.ShortDebugString());
}

absl::StatusOr<v1::ListOperationsResponse> ApiClient::ListOperations() {
  return Call(eds_.maintenance(), &v1::MaintenanceService::Stub::ListOperations,
              v1::ListOperationsRequest());
}

absl::StatusOr<v1::Credentials> ApiClient::GetUserCredentials(const std::string& user) {
  v1::GetUserCredentialsRequest request;
  request.set_name(user);
  return Call(eds_.databases(), &Databases::GetUserCredentials, request);
}

absl::StatusOr<std::vector<v1::Database>> ApiClient::ListDatabases() {
  std::vector<v1::Database> all;
  v1::ListDatabasesRequest request;
  request.set_show_deleted(true);
  do {
    ASSIGN_OR_RETURN(const v1::ListDatabasesResponse page,
                     Call(eds_.databases(), &Databases::ListDatabases, request));
    all.insert(all.end(), page.databases().begin(), page.databases().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<std::vector<v1::User>> ApiClient::ListUsers(const std::string& database) {
  std::vector<v1::User> all;
  v1::ListUsersRequest request;
  request.set_parent(database);
  do {
    ASSIGN_OR_RETURN(const v1::ListUsersResponse page,
                     Call(eds_.databases(), &Databases::ListUsers, request));
    all.insert(all.end(), page.users().begin(), page.users().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

Login ToLogin(const v1::Credentials& credentials) {
  return {.host = credentials.host(),
          .port = credentials.port(),
          .user = credentials.username(),
          .password = Secret(credentials.password()),
          .database = credentials.database()};
}

}  // namespace eds
