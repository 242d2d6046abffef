#ifndef EDS_CONTROLLER_PROVISIONING_HARNESS_H_
#define EDS_CONTROLLER_PROVISIONING_HARNESS_H_

#include <memory>
#include <string>
#include <vector>

#include "common/fake_clock.h"
#include "common/random.h"
#include "controller/admin_password_rotation.h"
#include "controller/attempts.h"
#include "controller/catalog.h"
#include "controller/database_provisioner.h"
#include "controller/in_process_node_client.h"
#include "controller/lock_table.h"
#include "controller/node_configs.h"
#include "controller/node_directory.h"
#include "controller/password_rotator.h"
#include "controller/placement.h"
#include "controller/provisioner_seams.h"
#include "controller/ready_provisioner.h"
#include "controller/sealer.h"
#include "controller/state/failing_store.h"
#include "controller/state/memory_store.h"
#include "controller/user_provisioner.h"
#include "node/fake_database_server.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {

// Everything that decides, over a store in memory and a fake server behind the node
// `mysql_node`, which is joined and ready.
class ProvisioningHarness {
 public:
  ProvisioningHarness();

  // Forgets all that is in memory and begins anew on the same store, as after kill -9.
  void Restart();

  // Another joined and ready node, on the same server.
  void AddNode(const std::string& id, v1::Kind kind = v1::KIND_MYSQL);
  void Leave(const std::string& id) { directory().Leave(id, id); }

  Catalog& catalog() { return *brain_->catalog; }
  NodeDirectory& directory() { return brain_->directory; }
  NodeConfigs& configs() { return brain_->configs; }
  Placement& placement() { return brain_->placement; }
  Attempts& attempts() { return brain_->attempts; }
  ReadyPool& pool() { return brain_->pool; }
  ReadyProvisioner& ready() { return brain_->ready; }
  DatabaseProvisioner& databases() { return brain_->databases; }
  DatabaseDeleter& deleter() { return brain_->deleter; }
  UserProvisioner& users() { return brain_->users; }
  AdminPasswordRotation& admin_passwords() { return brain_->admin_passwords; }
  PasswordRotator& rotator() { return brain_->rotator; }
  // Whether mysql_node's server could be opened with the last that it was sent.
  bool applied() const { return applied_; }
  const ProvisionerSeams& seams() { return brain_->seams; }
  FailingStore& store() { return store_; }
  FakeDatabaseServer& server() { return server_; }
  FakeClock& clock() { return clock_; }

  // By the shortest way: on a node of kind mysql, with the given request id.
  absl::StatusOr<StoredDatabase> CreateDatabase(const std::string& request_id = "",
                                                const std::string& display_name = "");
  absl::StatusOr<StoredUser> CreateUser(const std::string& database,
                                        const std::string& request_id = "");
  absl::Status DeleteDatabase(const std::string& id, bool force = false,
                              const std::string& request_id = "");
  absl::Status PurgeDatabase(const std::string& id, const std::string& request_id = "");
  absl::StatusOr<StoredDatabase> UndeleteDatabase(const std::string& id,
                                                  const std::string& request_id = "",
                                                  const std::string& display_name = "");
  absl::StatusOr<StoredDatabase> AdoptDatabase(const std::string& server_name,
                                               const std::string& expected_owner,
                                               const std::string& request_id = "");
  absl::Status DeleteUser(const StoredUser& user, const std::string& request_id = "");
  absl::StatusOr<StoredUser> Rotate(const StoredUser& user, const std::string& request_id = "",
                                    absl::Duration overlap = absl::ZeroDuration());

  // Finishes everything unfinished, as the reconciler would.
  absl::Status FinishAll();

  // Whether an application that was given this user can log in.
  bool CanLogIn(const StoredUser& user);

 private:
  // As an agent does: opens the server anew.
  void Apply(const std::string& id, const node::v1::Configuration& configuration);

  // What a process has in memory.
  struct Brain {
    Brain(StateStore& store, Clock& clock, RandomSource& random, NodeClient& nodes,
          const Sealer& sealer);

    std::unique_ptr<Catalog> catalog;
    NodeDirectory directory;
    LockTable locks;
    Attempts attempts;
    ReadyPool pool;
    ProvisionerSeams seams;
    NodeConfigs configs;
    Placement placement;
    PasswordRotator rotator;
    AdminPasswordRotation admin_passwords;
    UserProvisioner users;
    DatabaseDeleter deleter;
    DatabaseProvisioner databases;
    ReadyProvisioner ready;
  };

  FakeClock clock_;
  SystemRandom random_;
  const std::unique_ptr<TemporaryFolder> folder_ = TemporaryFolder::New().value();
  std::unique_ptr<Sealer> sealer_;
  std::unique_ptr<StateStore> memory_;
  FailingStore store_;
  FakeDatabaseServer server_;
  std::unique_ptr<DatabaseServer> administrator_;
  std::vector<std::unique_ptr<DatabaseServer>> reopened_;
  bool applied_ = false;
  InProcessNodeClient nodes_;
  std::unique_ptr<Brain> brain_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_PROVISIONING_HARNESS_H_
