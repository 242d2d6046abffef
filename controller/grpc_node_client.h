#ifndef EDS_CONTROLLER_GRPC_NODE_CLIENT_H_
#define EDS_CONTROLLER_GRPC_NODE_CLIENT_H_

#include "common/clock.h"
#include "controller/node_channels.h"
#include "controller/node_client.h"

namespace eds {

// Calls the agents over gRPC.
class GrpcNodeClient final : public NodeClient {
 public:
  // Deadlines are by `clock`. Both must outlive the client.
  GrpcNodeClient(NodeChannels& channels, Clock& clock) : channels_(channels), clock_(clock) {}

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
  NodeChannels& channels_;
  Clock& clock_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_GRPC_NODE_CLIENT_H_
