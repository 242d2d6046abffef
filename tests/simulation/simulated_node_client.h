#ifndef EDS_TESTS_SIMULATION_SIMULATED_NODE_CLIENT_H_
#define EDS_TESTS_SIMULATION_SIMULATED_NODE_CLIENT_H_

#include <memory>
#include <string>
#include <vector>

#include "controller/node_client.h"
#include "controller/node_directory.h"
#include "node/steps.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/network.h"

namespace eds::simulation {

// Has agents carry out steps, over the simulated network.
class SimulatedNodeClient final : public NodeClient {
 public:
  // All must outlive the client.
  SimulatedNodeClient(Environment& environment, Network& network, const NodeDirectory& directory,
                      const std::shared_ptr<Process>& controller)
      : environment_(environment),
        network_(network),
        directory_(directory),
        controller_(controller) {}

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
  using Carry = std::function<absl::Status(DatabaseServer& server, absl::Time deadline)>;

  // Which agent, and on whose behalf.
  struct Call {
    std::string name;
    std::string node;
    std::string object;
    int64_t epoch = 0;
  };

  absl::Status Do(const Call& call, absl::Time deadline, Carry step);
  // A step that answers something.
  template <typename Answer>
  absl::StatusOr<Answer> Ask(
      const Call& call, absl::Time deadline,
      std::function<absl::StatusOr<Answer>(DatabaseServer&, absl::Time)> step);

  Environment& environment_;
  Network& network_;
  const NodeDirectory& directory_;
  const std::shared_ptr<Process> controller_;  // Shared with the scheduler.
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SIMULATED_NODE_CLIENT_H_
