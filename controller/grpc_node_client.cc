#include "controller/grpc_node_client.h"

#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include "common/failpoint.h"
#include "common/status_macros.h"

namespace eds {
namespace {

using Stub = node::v1::NodeAgentService::Stub;

// gRPC knows the system's clock alone.
std::chrono::system_clock::time_point ToSystem(Clock& clock, absl::Time deadline) {
  return absl::ToChronoTime(absl::Now() + (deadline - clock.Now()));
}

// Calls a method of the agent; `epoch` is that of the operation, 0: it is part of none.
template <typename Request, typename Response>
absl::StatusOr<Response> Call(NodeChannels& channels, Clock& clock, const std::string& node,
                              int64_t epoch, absl::Time deadline,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              Request request) {
  ASSIGN_OR_RETURN(const AgentLink link, channels.Find(node));
  *request.mutable_target() = link.target;
  request.mutable_target()->set_epoch(epoch);
  grpc::ClientContext context;
  context.set_deadline(ToSystem(clock, deadline));
  Response response;
  Failpoint("before a step is asked for");
  const grpc::Status answer = ((*link.stub).*method)(&context, request, &response);
  Failpoint("after a step was answered");
  RETURN_IF_ERROR(FromAgent(node, answer));
  return response;
}

template <typename Request>
Request Naming(const DatabaseOnServer& database) {
  Request request;
  request.set_database(database.name);
  request.set_owner(database.owner);
  return request;
}

template <typename Request>
Request Naming(const UserOnServer& user) {
  Request request = Naming<Request>(user.database);
  request.set_user(user.name);
  return request;
}

template <typename Request>
void SetPasswords(const Passwords& passwords, Request& request) {
  request.set_password(passwords.current.Reveal());
  if (passwords.previous) request.set_previous_password(passwords.previous->Reveal());
}

template <typename Response>
absl::StatusOr<std::vector<node::v1::Deviation>> Deviations(absl::StatusOr<Response> response) {
  RETURN_IF_ERROR(response.status());
  return std::vector<node::v1::Deviation>(response->deviations().begin(),
                                          response->deviations().end());
}

}  // namespace

absl::Status GrpcNodeClient::CreateDatabase(const DatabaseOnServer& database, absl::Time deadline) {
  auto request = Naming<node::v1::CreateDatabaseRequest>(database);
  *request.mutable_options() = database.options;
  return Call(channels_, clock_, database.node, database.epoch, deadline, &Stub::CreateDatabase,
              request)
      .status();
}

absl::Status GrpcNodeClient::AdoptDatabase(const DatabaseOnServer& database,
                                           const std::string& expected_owner, absl::Time deadline) {
  auto request = Naming<node::v1::AdoptDatabaseRequest>(database);
  request.set_expected_owner(expected_owner);
  return Call(channels_, clock_, database.node, database.epoch, deadline, &Stub::AdoptDatabase,
              request)
      .status();
}

absl::Status GrpcNodeClient::DropDatabase(const DatabaseOnServer& database, absl::Time deadline) {
  return Call(channels_, clock_, database.node, database.epoch, deadline, &Stub::DropDatabase,
              Naming<node::v1::DropDatabaseRequest>(database))
      .status();
}

absl::Status GrpcNodeClient::CreateUser(const UserOnServer& user, const Passwords& passwords,
                                        absl::Time deadline) {
  auto request = Naming<node::v1::CreateUserRequest>(user);
  SetPasswords(passwords, request);
  request.set_role(user.role);
  *request.mutable_options() = user.options;
  return Call(channels_, clock_, user.database.node, user.epoch, deadline, &Stub::CreateUser,
              request)
      .status();
}

absl::Status GrpcNodeClient::PrepareUser(const LoginOnServer& login,
                                         const DatabaseOnServer* database, const Secret& password,
                                         absl::Time deadline) {
  node::v1::PrepareUserRequest request;
  if (database != nullptr) request = Naming<node::v1::PrepareUserRequest>(*database);
  request.set_user(login.name);
  request.set_password(password.Reveal());
  return Call(channels_, clock_, login.node, login.epoch, deadline, &Stub::PrepareUser, request)
      .status();
}

absl::Status GrpcNodeClient::AdmitUser(const UserOnServer& user, bool has_rights,
                                       absl::Time deadline) {
  auto request = Naming<node::v1::AdmitUserRequest>(user);
  request.set_role(user.role);
  *request.mutable_options() = user.options;
  request.set_has_rights(has_rights);
  return Call(channels_, clock_, user.database.node, user.epoch, deadline, &Stub::AdmitUser,
              request)
      .status();
}

absl::Status GrpcNodeClient::SetUserPassword(const UserOnServer& user, const Passwords& passwords,
                                             absl::Time deadline) {
  node::v1::SetUserPasswordRequest request;
  request.set_user(user.name);
  SetPasswords(passwords, request);
  return Call(channels_, clock_, user.database.node, user.epoch, deadline, &Stub::SetUserPassword,
              request)
      .status();
}

absl::Status GrpcNodeClient::LockUser(const UserOnServer& user, absl::Time deadline) {
  node::v1::LockUserRequest request;
  request.set_user(user.name);
  return Call(channels_, clock_, user.database.node, user.epoch, deadline, &Stub::LockUser, request)
      .status();
}

absl::Status GrpcNodeClient::DropUser(const UserOnServer& user, absl::Time deadline) {
  return Call(channels_, clock_, user.database.node, user.epoch, deadline, &Stub::DropUser,
              Naming<node::v1::DropUserRequest>(user))
      .status();
}

absl::Status GrpcNodeClient::SetAdminPassword(const std::string& node, int64_t revision,
                                              int64_t epoch, absl::Time deadline) {
  node::v1::SetAdminPasswordRequest request;
  request.set_revision(revision);
  return Call(channels_, clock_, node, epoch, deadline, &Stub::SetAdminPassword, request).status();
}

absl::StatusOr<ObjectsOnServer> GrpcNodeClient::ListObjects(const std::string& node,
                                                            const std::string& installation,
                                                            absl::Time deadline) {
  ASSIGN_OR_RETURN(const AgentLink link, channels_.Find(node));
  node::v1::ListObjectsRequest request;
  *request.mutable_target() = link.target;
  request.set_installation(installation);
  grpc::ClientContext context;
  context.set_deadline(ToSystem(clock_, deadline));
  const auto stream = link.stub->ListObjects(&context, request);
  ObjectsOnServer objects;
  node::v1::ListObjectsResponse part;
  while (stream->Read(&part)) {
    objects.databases.insert(objects.databases.end(), part.databases().begin(),
                             part.databases().end());
    objects.users.insert(objects.users.end(), part.users().begin(), part.users().end());
  }
  RETURN_IF_ERROR(FromAgent(node, stream->Finish()));
  return objects;
}

absl::StatusOr<std::vector<node::v1::Deviation>> GrpcNodeClient::InspectDatabase(
    const DatabaseOnServer& database, absl::Time deadline) {
  auto request = Naming<node::v1::InspectDatabaseRequest>(database);
  *request.mutable_options() = database.options;
  return Deviations(
      Call(channels_, clock_, database.node, 0, deadline, &Stub::InspectDatabase, request));
}

absl::StatusOr<std::vector<node::v1::Deviation>> GrpcNodeClient::InspectUser(
    const UserOnServer& user, absl::Time deadline) {
  auto request = Naming<node::v1::InspectUserRequest>(user);
  request.set_role(user.role);
  *request.mutable_options() = user.options;
  request.set_has_second_password(user.has_second_password);
  return Deviations(
      Call(channels_, clock_, user.database.node, 0, deadline, &Stub::InspectUser, request));
}

}  // namespace eds
