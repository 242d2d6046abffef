#ifndef EDS_TESTS_E2E_EDS_PROCESSES_H_
#define EDS_TESTS_E2E_EDS_PROCESSES_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "eds/v1/maintenance_service.grpc.pb.h"
#include "eds/v1/node_service.grpc.pb.h"
#include "tests/fixtures/child_process.h"
#include "tests/fixtures/private_server.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {

// In what a process differs from how an operator would start it.
struct ProcessChange {
  std::string program = {};                       // Another one, by its path in the runfiles.
  std::map<std::string, std::string> flags = {};  // "--listen" and what it is set to.
  std::vector<std::string> env = {};              // "NAME=value".
};

// How much a node keeps ready. Tests that count what is on a server, or what happens when,
// want nothing there that nobody has asked for.
struct Ready {
  int databases = 0;
  int users = 0;
};

// The product as an operator runs it: the three binaries as processes, spoken to
// through the public API and the command line alone. Each listens on a Unix socket
// in a temporary folder, so that it comes back at the same address. Not thread-safe.
class EdsProcesses {
 public:
  // The controller is started, and the node of each kind named ("mysql",
  // "postgresql").
  static absl::StatusOr<std::unique_ptr<EdsProcesses>> Start(
      const std::vector<std::string>& kinds, std::map<std::string, ProcessChange> changes = {});

  // A process is "controller", "mysql_node" or "postgresql_node". A change holds from its
  // next start.
  void Change(const std::string& name, ProcessChange change) { changes_[name] = std::move(change); }
  absl::Status StartProcess(const std::string& name);
  // Ends it with `signal` and waits for its end; answers its exit code.
  int EndProcess(const std::string& name, int signal);
  void Signal(const std::string& name, int signal) { processes_.at(name)->Signal(signal); }

  pid_t PidOf(const std::string& name) const { return processes_.at(name)->pid(); }

  // Where a process listens, as gRPC takes it.
  std::string Address(const std::string& name) const;
  std::string LogOf(const std::string& name) const;
  std::string StoreFile() const { return File("state.db"); }
  // All that our processes have written: logs and the store's files.
  std::string EverythingWritten() const;

  // Runs a command line such as "kato config get mysql_node", its words separated by
  // single spaces.
  Ended Run(absl::string_view command_line);

  // Runs one that must succeed, and answers its standard output.
  std::string MustRun(absl::string_view command_line);

  // Names the server to the node of `kind`, as an operator does, word for word.
  void Configure(const std::string& kind, const Login& admin, Ready ready = {});

  void SetReady(const std::string& kind, Ready ready);

  // "mysql-24901" of "Creating Service [mysql-24901]: OK".
  std::string CreateService(const std::string& kind);

  // The credentials that a service is bound with, as a login.
  Login BindService(const std::string& service);

  // Waits, through the API, until the node is as said: "READY" or another state.
  bool WaitForState(const std::string& node, v1::Node::State state);

  v1::ConfigService::Stub& configs() { return *configs_; }
  v1::DatabaseService::Stub& databases() { return *databases_; }
  v1::NodeService::Stub& nodes() { return *nodes_; }
  v1::MaintenanceService::Stub& maintenance() { return *maintenance_; }

 private:
  EdsProcesses() = default;

  std::string File(const std::string& name) const { return folder_->File(name); }
  Command CommandOf(const std::string& name) const;

  std::unique_ptr<TemporaryFolder> folder_;
  std::map<std::string, ProcessChange> changes_;
  std::map<std::string, std::unique_ptr<ChildProcess>> processes_;
  std::unique_ptr<v1::ConfigService::Stub> configs_;
  std::unique_ptr<v1::DatabaseService::Stub> databases_;
  std::unique_ptr<v1::NodeService::Stub> nodes_;
  std::unique_ptr<v1::MaintenanceService::Stub> maintenance_;
};

}  // namespace eds

#endif  // EDS_TESTS_E2E_EDS_PROCESSES_H_
