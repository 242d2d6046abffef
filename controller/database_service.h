#ifndef EDS_CONTROLLER_DATABASE_SERVICE_H_
#define EDS_CONTROLLER_DATABASE_SERVICE_H_

#include "absl/status/statusor.h"
#include "controller/calls.h"
#include "controller/catalog.h"
#include "controller/database_provisioner.h"
#include "controller/password_rotator.h"
#include "controller/resources.h"
#include "controller/sealer.h"
#include "controller/user_provisioner.h"
#include "eds/v1/database_service.grpc.pb.h"

namespace eds {

// Serves eds.v1.DatabaseService.
class DatabaseService final : public v1::DatabaseService::CallbackService {
 public:
  // All must outlive the service.
  DatabaseService(Calls& calls, Catalog& catalog, DatabaseProvisioner& databases,
                  DatabaseDeleter& deleter, UserProvisioner& users, PasswordRotator& rotator,
                  Resources& resources, const Sealer& sealer)
      : calls_(calls),
        catalog_(catalog),
        databases_(databases),
        deleter_(deleter),
        users_(users),
        rotator_(rotator),
        resources_(resources),
        sealer_(sealer) {}

  grpc::ServerUnaryReactor* CreateDatabase(grpc::CallbackServerContext* context,
                                           const v1::CreateDatabaseRequest* request,
                                           v1::Database* response) override;
  grpc::ServerUnaryReactor* GetDatabase(grpc::CallbackServerContext* context,
                                        const v1::GetDatabaseRequest* request,
                                        v1::Database* response) override;
  grpc::ServerUnaryReactor* ListDatabases(grpc::CallbackServerContext* context,
                                          const v1::ListDatabasesRequest* request,
                                          v1::ListDatabasesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateDatabase(grpc::CallbackServerContext* context,
                                           const v1::UpdateDatabaseRequest* request,
                                           v1::Database* response) override;
  grpc::ServerUnaryReactor* DeleteDatabase(grpc::CallbackServerContext* context,
                                           const v1::DeleteDatabaseRequest* request,
                                           google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* UndeleteDatabase(grpc::CallbackServerContext* context,
                                             const v1::UndeleteDatabaseRequest* request,
                                             v1::Database* response) override;
  grpc::ServerUnaryReactor* AdoptDatabase(grpc::CallbackServerContext* context,
                                          const v1::AdoptDatabaseRequest* request,
                                          v1::Database* response) override;
  grpc::ServerUnaryReactor* CreateUser(grpc::CallbackServerContext* context,
                                       const v1::CreateUserRequest* request,
                                       v1::CreateUserResponse* response) override;
  grpc::ServerUnaryReactor* GetUser(grpc::CallbackServerContext* context,
                                    const v1::GetUserRequest* request, v1::User* response) override;
  grpc::ServerUnaryReactor* ListUsers(grpc::CallbackServerContext* context,
                                      const v1::ListUsersRequest* request,
                                      v1::ListUsersResponse* response) override;
  grpc::ServerUnaryReactor* DeleteUser(grpc::CallbackServerContext* context,
                                       const v1::DeleteUserRequest* request,
                                       google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* GetUserCredentials(grpc::CallbackServerContext* context,
                                               const v1::GetUserCredentialsRequest* request,
                                               v1::Credentials* response) override;
  grpc::ServerUnaryReactor* RotateUserPassword(grpc::CallbackServerContext* context,
                                               const v1::RotateUserPasswordRequest* request,
                                               v1::Credentials* response) override;
  grpc::ServerUnaryReactor* EndPasswordOverlap(grpc::CallbackServerContext* context,
                                               const v1::EndPasswordOverlapRequest* request,
                                               v1::User* response) override;

 private:
  absl::StatusOr<Work<v1::Database>> WorkFor(const v1::CreateDatabaseRequest& request);
  absl::StatusOr<v1::Database> Get(const v1::GetDatabaseRequest& request);
  absl::StatusOr<v1::ListDatabasesResponse> List(const v1::ListDatabasesRequest& request);
  absl::StatusOr<v1::User> Get(const v1::GetUserRequest& request);
  absl::StatusOr<v1::ListUsersResponse> List(const v1::ListUsersRequest& request);
  absl::StatusOr<v1::Credentials> CredentialsOf(const StoredUser& user);
  absl::StatusOr<v1::Credentials> Get(const v1::GetUserCredentialsRequest& request);

  // Work on a database that answers it.
  Work<v1::Database> Changing(std::string node, RequestKey request,
                              std::function<absl::StatusOr<StoredDatabase>()> change);

  // The queue for work on a database; that of no node if it is gone, where a repeat
  // of its deletion is still answered.
  absl::StatusOr<std::string> NodeOf(const std::string& database);

  Calls& calls_;
  Catalog& catalog_;
  DatabaseProvisioner& databases_;
  DatabaseDeleter& deleter_;
  UserProvisioner& users_;
  PasswordRotator& rotator_;
  Resources& resources_;
  const Sealer& sealer_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_DATABASE_SERVICE_H_
