#ifndef EDS_CONTROLLER_IN_PROCESS_NODE_CLIENT_H_
#define EDS_CONTROLLER_IN_PROCESS_NODE_CLIENT_H_

#include <map>
#include <string>

#include "controller/node_client.h"
#include "node/database_server.h"

namespace eds {

// Carries steps out on DatabaseServers in this process, one for each node: for tests
// and simulation.
class InProcessNodeClient final : public NodeClient {
 public:
  // `server` must outlive the client.
  void Add(const std::string& node, DatabaseServer& server) { servers_[node] = &server; }

  absl::Status CreateDatabase(const DatabaseOnServer& database, absl::Time deadline) override;
  absl::Status AdoptDatabase(const DatabaseOnServer& database, const std::string& expected_owner,
                             absl::Time deadline) override;
  absl::Status DropDatabase(const DatabaseOnServer& database, absl::Time deadline) override;
  absl::Status CreateUser(const UserOnServer& user, const Passwords& passwords,
                          absl::Time deadline) override;
  absl::Status PrepareUser(const LoginOnServer& login, const DatabaseOnServer* database,
                           const Secret& password, absl::Time deadline) override;
  absl::Status AdmitUser(const UserOnServer& user, bool has_rights, absl::Time deadline) override;
  absl::Status SetUserPassword(const UserOnServer& user, const Passwords& passwords,
                               absl::Time deadline) override;
  absl::Status LockUser(const UserOnServer& user, absl::Time deadline) override;
  absl::Status DropUser(const UserOnServer& user, absl::Time deadline) override;
  absl::Status SetAdminPassword(const std::string& node, int64_t revision, int64_t epoch,
                                absl::Time deadline) override;
  absl::StatusOr<ObjectsOnServer> ListObjects(const std::string& node,
                                              const std::string& installation,
                                              absl::Time deadline) override;
  absl::StatusOr<std::vector<node::v1::Deviation>> InspectDatabase(const DatabaseOnServer& database,
                                                                   absl::Time deadline) override;
  absl::StatusOr<std::vector<node::v1::Deviation>> InspectUser(const UserOnServer& user,
                                                               absl::Time deadline) override;

 private:
  std::map<std::string, DatabaseServer*> servers_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_IN_PROCESS_NODE_CLIENT_H_
