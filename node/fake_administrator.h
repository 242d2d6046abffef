#ifndef EDS_NODE_FAKE_ADMINISTRATOR_H_
#define EDS_NODE_FAKE_ADMINISTRATOR_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "node/database_server.h"
#include "node/fake_database_server.h"

namespace eds {

// One agent's connection with the fake server.
class FakeDatabaseServer::Administrator final : public DatabaseServer {
 public:
  Administrator(FakeDatabaseServer& server, const ServerConfig& config, std::string address)
      : server_(server),
        claim_(config.claim),
        user_(config.user),
        next_password_(config.next_password),
        address_(std::move(address)) {}
  ~Administrator() override { server_.GiveUpClaim(claim_, *this); }

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
  absl::Status Take(Step step, absl::Time deadline, const Action& action);
  // The same, for what a read-only server refuses.
  absl::Status Change(Step step, absl::Time deadline, const Action& action);

  FakeDatabaseServer& server_;
  const ServerClaim claim_;
  const std::string user_;
  const absl::optional<Secret> next_password_;
  const std::string address_;
};

}  // namespace eds

#endif  // EDS_NODE_FAKE_ADMINISTRATOR_H_
