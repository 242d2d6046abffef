#ifndef EDS_TESTS_E2E_API_CLIENT_H_
#define EDS_TESTS_E2E_API_CLIENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eds/v1/database.pb.h"
#include "eds/v1/maintenance_service.pb.h"
#include "eds/v1/node.pb.h"
#include "eds/v1/user.pb.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/sql_session.h"

namespace eds {

// The public API with plain arguments: names are resource names, `request_id` may be
// empty. Every call has a deadline. Not thread-safe; use one in each thread.
class ApiClient {
 public:
  // `eds` must outlive the client.
  explicit ApiClient(EdsProcesses& eds) : eds_(eds) {}

  // How long a call may take, from now on.
  void set_patience(absl::Duration patience) { patience_ = patience; }

  absl::StatusOr<v1::Database> CreateDatabase(const std::string& kind,
                                              const std::string& request_id = "");
  absl::StatusOr<v1::Credentials> CreateUser(const std::string& database,
                                             const std::string& request_id = "",
                                             v1::User::Role role = v1::User::ROLE_OWNER);
  absl::StatusOr<v1::Credentials> RotateUserPassword(const std::string& user,
                                                     const std::string& request_id = "",
                                                     absl::Duration overlap = absl::ZeroDuration());
  absl::StatusOr<v1::User> EndPasswordOverlap(const std::string& user,
                                              const std::string& request_id = "");
  absl::StatusOr<v1::Node> RotateAdminPassword(const std::string& node,
                                               const std::string& request_id = "");
  absl::Status DeleteUser(const std::string& user, const std::string& request_id = "");
  // With its users.
  absl::Status DeleteDatabase(const std::string& database, bool purge_now,
                              const std::string& request_id = "");
  absl::StatusOr<v1::Database> UndeleteDatabase(const std::string& database,
                                                const std::string& request_id = "");

  absl::StatusOr<v1::Node> GetNode(const std::string& node);
  absl::Status SetReady(const std::string& kind, const Ready& ready);
  // Waits until the node keeps so much ready; fails if it goes, or the controller does.
  absl::Status AwaitReady(const std::string& node, const Ready& ready);
  // What is unfinished; the first page.
  absl::StatusOr<v1::ListOperationsResponse> ListOperations();
  absl::StatusOr<v1::Credentials> GetUserCredentials(const std::string& user);
  // All, deleted ones as well.
  absl::StatusOr<std::vector<v1::Database>> ListDatabases();
  absl::StatusOr<std::vector<v1::User>> ListUsers(const std::string& database);

 private:
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request);

  EdsProcesses& eds_;
  absl::Duration patience_ = absl::Seconds(30);
};

// As an application uses them.
Login ToLogin(const v1::Credentials& credentials);

}  // namespace eds

#endif  // EDS_TESTS_E2E_API_CLIENT_H_
