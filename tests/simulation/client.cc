#include "tests/simulation/client.h"

#include "eds/v1/database_service.pb.h"

namespace eds::simulation {
namespace {

using Method = Order::Method;

Answer ToAnswer(const absl::StatusOr<v1::Database>& response) {
  Answer answer{.status = response.status()};
  if (response.ok()) answer.database = *response;
  return answer;
}

Answer ToAnswer(const absl::StatusOr<v1::CreateUserResponse>& response) {
  Answer answer{.status = response.status()};
  if (response.ok()) answer.credentials = response->credentials();
  return answer;
}

Answer ToAnswer(const absl::StatusOr<v1::Credentials>& response) {
  Answer answer{.status = response.status()};
  if (response.ok()) answer.credentials = *response;
  return answer;
}

Answer ToAnswer(const absl::StatusOr<v1::User>& response) { return {.status = response.status()}; }

Answer ToAnswer(const absl::StatusOr<google::protobuf::Empty>& response) {
  return {.status = response.status()};
}

v1::CreateDatabaseRequest CreateDatabase(const Order& order) {
  v1::CreateDatabaseRequest request;
  request.mutable_database()->set_kind(order.kind);
  request.mutable_database()->set_display_name(order.display_name);
  request.mutable_database()->set_deletion_protection(order.protect);
  request.set_request_id(order.request_id);
  return request;
}

v1::AdoptDatabaseRequest AdoptDatabase(const Order& order) {
  v1::AdoptDatabaseRequest request;
  request.mutable_database()->set_node(order.target);
  request.mutable_database()->set_display_name(order.display_name);
  request.set_server_name(order.server_name);
  request.set_expected_owner(order.owner);
  request.set_request_id(order.request_id);
  return request;
}

v1::UndeleteDatabaseRequest UndeleteDatabase(const Order& order) {
  v1::UndeleteDatabaseRequest request;
  request.set_name(order.target);
  request.set_display_name(order.display_name);
  request.set_request_id(order.request_id);
  return request;
}

v1::UpdateDatabaseRequest RenameDatabase(const Order& order) {
  v1::UpdateDatabaseRequest request;
  request.mutable_database()->set_name(order.target);
  request.mutable_database()->set_display_name(order.display_name);
  request.mutable_update_mask()->add_paths("display_name");
  return request;
}

v1::DeleteDatabaseRequest DeleteDatabase(const Order& order) {
  v1::DeleteDatabaseRequest request;
  request.set_name(order.target);
  request.set_force(order.force);
  request.set_purge_now(order.purge_now);
  request.set_request_id(order.request_id);
  return request;
}

v1::CreateUserRequest CreateUser(const Order& order) {
  v1::CreateUserRequest request;
  request.set_parent(order.target);
  request.set_request_id(order.request_id);
  return request;
}

template <typename Request>
Request OnUser(const Order& order) {
  Request request;
  request.set_name(order.target);
  request.set_request_id(order.request_id);
  return request;
}

}  // namespace

Answer Perform(ControllerProcess& controller, const Order& order, absl::Duration timeout) {
  switch (order.method) {
    case Method::kCreateDatabase:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::CreateDatabase,
                                      CreateDatabase(order), timeout));
    case Method::kRenameDatabase:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::UpdateDatabase,
                                      RenameDatabase(order), timeout));
    case Method::kDeleteDatabase:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::DeleteDatabase,
                                      DeleteDatabase(order), timeout));
    case Method::kUndeleteDatabase:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::UndeleteDatabase,
                                      UndeleteDatabase(order), timeout));
    case Method::kAdoptDatabase:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::AdoptDatabase,
                                      AdoptDatabase(order), timeout));
    case Method::kCreateUser:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::CreateUser,
                                      CreateUser(order), timeout));
    case Method::kRotatePassword: {
      auto request = OnUser<v1::RotateUserPasswordRequest>(order);
      request.mutable_overlap()->set_seconds(absl::ToInt64Seconds(order.overlap));
      return ToAnswer(
          controller.Call(&Brain::service, &DatabaseService::RotateUserPassword, request, timeout));
    }
    case Method::kEndOverlap:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::EndPasswordOverlap,
                                      OnUser<v1::EndPasswordOverlapRequest>(order), timeout));
    case Method::kDeleteUser:
      return ToAnswer(controller.Call(&Brain::service, &DatabaseService::DeleteUser,
                                      OnUser<v1::DeleteUserRequest>(order), timeout));
    case Method::kGetCredentials: {
      v1::GetUserCredentialsRequest request;
      request.set_name(order.target);
      return ToAnswer(
          controller.Call(&Brain::service, &DatabaseService::GetUserCredentials, request, timeout));
    }
  }
  return {};
}

}  // namespace eds::simulation
