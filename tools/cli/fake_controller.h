#ifndef EDS_TOOLS_CLI_FAKE_CONTROLLER_H_
#define EDS_TOOLS_CLI_FAKE_CONTROLLER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/grpc_server.h"
#include "eds/v1/config_service.pb.h"
#include "eds/v1/database_service.pb.h"
#include "eds/v1/maintenance_service.pb.h"
#include "eds/v1/node_service.pb.h"

namespace eds::cli {

// What a fake controller knows, and what it is to do next. Guarded by its mutex.
struct FakeState {
  // The error for the next call of a method, if it is to fail; once for each.
  std::map<std::string, std::deque<absl::Status>> failures;
  // Every request, by method, in the order of arrival.
  std::map<std::string, std::vector<std::string>> request_ids;
  std::map<std::string, int> calls;

  std::map<std::string, v1::Node> nodes;      // By resource name.
  std::map<std::string, v1::Config> configs;  // By name; secrets in clear.
  std::map<std::string, v1::Database> databases;
  std::map<std::string, v1::User> users;
  std::set<std::string> ignores_config;  // Nodes that never decide on one.
  std::vector<v1::Finding> findings;
  // What each call of TailLog answers, and how it ends.
  struct LogStream {
    std::vector<v1::TailLogResponse> lines;
    absl::Status end;
    bool hangs = false;  // Ends when the caller goes.
  };
  std::deque<LogStream> log_streams;
  std::vector<v1::TailLogRequest> log_requests;

  // What is answered of operations and purges, and to ReconcileNode.
  std::vector<v1::Operation> operations;
  std::vector<v1::Purge> purges;
  v1::ReconcileNodeResponse reconciliation;
  std::vector<v1::ReconcileNodeRequest> reconciliations;

  int64_t next_number = 24901;
  int max_page_size = 2;
};

// The four services of a controller over a few maps in memory, listening on a free
// port of this machine. It begins with a node of each kind, both without a
// configuration; a node applies one as soon as host, user and pass are set.
class FakeController {
 public:
  FakeController();
  ~FakeController();

  FakeController(const FakeController&) = delete;
  FakeController& operator=(const FakeController&) = delete;

  const std::string& address() const { return server_->address(); }

  // Has the next call of `method` (as in "CreateDatabase") fail. A status without a
  // reason is sent as gRPC itself would make it.
  void FailNext(const std::string& method, const absl::Status& status);

  // `change(state)` with the state locked.
  template <typename Change>
  auto WithState(Change change) {
    absl::MutexLock lock(&mutex_);
    return change(state_);
  }

 private:
  absl::Mutex mutex_;
  FakeState state_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<GrpcServer> server_;
};

// The services, one file each. The state must outlive them.
std::unique_ptr<grpc::Service> NewFakeConfigService(absl::Mutex& mutex, FakeState& state);
std::unique_ptr<grpc::Service> NewFakeMaintenanceService(absl::Mutex& mutex, FakeState& state);
std::unique_ptr<grpc::Service> NewFakeNodeService(absl::Mutex& mutex, FakeState& state);
std::unique_ptr<grpc::Service> NewFakeDatabaseService(absl::Mutex& mutex, FakeState& state);

// Counts a call; the failure that was asked for it, or OK.
absl::Status TakeFailure(FakeState& state, const std::string& method);
absl::Status NodeNotFound(const std::string& name);
grpc::Status ToAnswer(const absl::Status& status);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_FAKE_CONTROLLER_H_
