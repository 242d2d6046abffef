#ifndef EDS_TESTS_BENCHMARK_EDS_STACK_H_
#define EDS_TESTS_BENCHMARK_EDS_STACK_H_

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/benchmark/eds_client.h"
#include "tests/benchmark/server.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds::benchmark {

// How many connections the nodes keep: as many as there are callers where throughput is
// compared.
inline constexpr int kPoolSize = 16;

// What is kept ready on a node.
struct Pools {
  int databases = 0;
  int users = 0;
};

// A controller and a node, processes of the release, with the node at work on a server.
// Not thread-safe.
class EdsStack {
 public:
  // `server` must outlive it. Its pools are empty and stay so.
  static absl::StatusOr<std::unique_ptr<EdsStack>> Start(const Server& server);

  // Adds a node for another server, which must be of another kind; answers its name.
  absl::StatusOr<std::string> AddNode(const Server& server);

  // The name of the first node.
  const std::string& node() const { return node_; }
  const Server& server() const { return server_; }

  std::unique_ptr<EdsClient> NewClient() const;
  std::string address() const { return processes_->Address("controller"); }

  // Returns once they hold as much, or hold nothing. From then on they are refilled at the
  // default pace.
  absl::Status SetPools(const Pools& pools) { return SetPools(node_, pools); }
  absl::Status SetPools(const std::string& node, const Pools& pools);

  // Ends the controller, and has it started again: answers how long it took to serve.
  absl::Status StopController();
  absl::StatusOr<absl::Duration> StartController();
  const std::string& store() const { return store_; }

  pid_t controller_pid() const { return processes_->PidOf("controller"); }
  pid_t node_pid() const { return processes_->PidOf(node_); }

 private:
  explicit EdsStack(const Server& server) : server_(server) {}

  absl::Status SetConfig(const std::string& node, const std::map<std::string, std::string>& values);
  absl::Status WaitUntil(const std::string& node, const std::string& what,
                         const std::function<bool(const v1::Node&)>& holds);
  absl::Status WaitUntilReady(const std::string& node);

  const Server& server_;
  std::string node_;
  std::unique_ptr<TemporaryFolder> folder_;
  std::string store_;
  std::unique_ptr<EdsProcesses> processes_;
  std::unique_ptr<EdsClient> client_;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_EDS_STACK_H_
