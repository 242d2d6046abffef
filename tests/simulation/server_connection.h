#ifndef EDS_TESTS_SIMULATION_SERVER_CONNECTION_H_
#define EDS_TESTS_SIMULATION_SERVER_CONNECTION_H_

#include <memory>
#include <string>
#include <vector>

#include "node/database_server.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/simulated_server.h"
#include "tests/simulation/statement.h"

namespace eds::simulation {

// The administrative side of a SimulatedServer, as one agent has opened it.
class ServerConnection final : public DatabaseServer {
 public:
  // As a DatabaseServerOpener; `server` must outlive the connection.
  static absl::StatusOr<std::unique_ptr<ServerConnection>> Open(
      SimulatedServer& server, const std::shared_ptr<Process>& agent, const ServerConfig& config,
      absl::Time deadline);

  absl::StatusOr<ServerInfo> Probe(absl::Time deadline) override;
  absl::Status CreateDatabase(const DatabaseSpec& database, absl::Time deadline) override;
  absl::Status AdoptDatabase(const DatabaseSpec& database, const std::string& expected_owner,
                             absl::Time deadline) override;
  absl::Status DropDatabase(const DatabaseSpec& database, absl::Time deadline) override;
  absl::Status CreateUser(const UserSpec& user, const Passwords& passwords,
                          absl::Time deadline) override;
  absl::Status PrepareUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                           const Secret& password, absl::Time deadline) override;
  absl::Status AdmitUser(const UserSpec& user, Rights rights, absl::Time deadline) override;
  absl::Status SetUserPassword(const Identifier& user, const Passwords& passwords,
                               absl::Time deadline) override;
  absl::Status LockUser(const Identifier& user, absl::Time deadline) override;
  absl::Status DropUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                        absl::Time deadline) override;
  absl::Status SetAdminPassword(absl::Time deadline) override;
  absl::StatusOr<Inventory> ListObjects(const Identifier& installation,
                                        absl::Time deadline) override;
  absl::StatusOr<std::vector<Deviation>> InspectDatabase(const DatabaseSpec& database,
                                                         absl::Time deadline) override;
  absl::StatusOr<std::vector<Deviation>> InspectUser(const UserSpec& user,
                                                     absl::Time deadline) override;
  std::vector<Finding> Diagnose(absl::Time deadline) override;

 private:
  ServerConnection(SimulatedServer& server, const std::shared_ptr<Process>& agent,
                   std::shared_ptr<DatabaseServer> administrator)
      : server_(server), agent_(agent), administrator_(std::move(administrator)) {}

  using Call = std::function<absl::Status(DatabaseServer&)>;

  absl::Status Run(Statement::Kind kind, const std::string& object, absl::Time deadline, Call whole,
                   std::function<void()> half = {});
  template <typename Answer>
  absl::StatusOr<Answer> Look(const std::string& object, absl::Time deadline,
                              std::function<absl::StatusOr<Answer>(DatabaseServer&)> look);

  SimulatedServer& server_;
  const std::shared_ptr<Process> agent_;  // Shared with the scheduler.
  // Shared with statements that run on when the agent is gone.
  const std::shared_ptr<DatabaseServer> administrator_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SERVER_CONNECTION_H_
