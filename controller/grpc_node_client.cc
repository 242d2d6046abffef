#include "controller/grpc_node_client.h"

#include "common/status_macros.h"

namespace eds {
namespace {

using Stub = node::v1::NodeAgentService::Stub;

template <typename Request, typename Response>
absl::Status Call(NodeChannels& channels, const std::string& node, absl::Time deadline,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  Request request) {
  ASSIGN_OR_RETURN(const AgentLink link, channels.Find(node));
  *request.mutable_target() = link.target;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  Response response;
  return FromAgent(node, ((*link.stub).*method)(&context, request, &response));
}

template <typename Request>
Request Naming(const DatabaseOnServer& database) {
  Request request;
  request.set_database(database.name);
  request.set_owner(database.owner);
  return request;
}

}  // namespace

absl::Status GrpcNodeClient::CreateDatabase(const DatabaseOnServer& database, absl::Time deadline) {
  return Call(channels_, database.node, deadline, &Stub::CreateDatabase,
              Naming<node::v1::CreateDatabaseRequest>(database));
}

absl::Status GrpcNodeClient::DropDatabase(const DatabaseOnServer& database, absl::Time deadline) {
  return Call(channels_, database.node, deadline, &Stub::DropDatabase,
              Naming<node::v1::DropDatabaseRequest>(database));
}

absl::Status GrpcNodeClient::CreateUser(const UserOnServer& user, const Secret& password,
                                        absl::Time deadline) {
  auto request = Naming<node::v1::CreateUserRequest>(user.database);
  request.set_user(user.name);
  request.set_password(password.Reveal());
  return Call(channels_, user.database.node, deadline, &Stub::CreateUser, request);
}

absl::Status GrpcNodeClient::SetUserPassword(const UserOnServer& user, const Secret& password,
                                             absl::Time deadline) {
  node::v1::SetUserPasswordRequest request;
  request.set_user(user.name);
  request.set_password(password.Reveal());
  return Call(channels_, user.database.node, deadline, &Stub::SetUserPassword, request);
}

absl::Status GrpcNodeClient::LockUser(const UserOnServer& user, absl::Time deadline) {
  node::v1::LockUserRequest request;
  request.set_user(user.name);
  return Call(channels_, user.database.node, deadline, &Stub::LockUser, request);
}

absl::Status GrpcNodeClient::DropUser(const UserOnServer& user, absl::Time deadline) {
  auto request = Naming<node::v1::DropUserRequest>(user.database);
  request.set_user(user.name);
  return Call(channels_, user.database.node, deadline, &Stub::DropUser, request);
}

}  // namespace eds
