#ifndef EDS_TESTS_FAULT_FAULT_STAGE_H_
#define EDS_TESTS_FAULT_FAULT_STAGE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/e2e/api_client.h"
#include "tests/e2e/audit.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/fault_proxy.h"
#include "tests/fixtures/private_server.h"

namespace eds {

// The product in a world where things fail: a node that reaches its controller and its
// server, and is reached, over networks that can be made bad; and beside it a node of
// the other kind for which all is well. The servers are shared. Not thread-safe.
class FaultStage {
 public:
  static absl::StatusOr<std::unique_ptr<FaultStage>> Set(const Engine& engine);

  // On a server of the test's own, which must outlive the stage.
  static absl::StatusOr<std::unique_ptr<FaultStage>> Set(const Engine& engine,
                                                         PrivateServer& server, const Login& admin);

  const std::string& kind() const { return engine_.kind; }
  std::string node() const { return engine_.kind + "_node"; }
  PrivateServer& server() { return server_; }
  EdsProcesses& eds() { return *eds_; }
  ApiClient& api() { return *api_; }
  Audit& audit() { return *audit_; }

  // From the node to its server, from the node to the controller, and from the
  // controller to the node.
  FaultProxy& to_server() { return *to_server_; }
  FaultProxy& to_controller() { return *to_controller_; }
  FaultProxy& to_node() { return *to_node_; }

  // Adds a failure to the test unless the other node creates and deletes a database.
  void CheckOtherNode();

  // Waits until the node is ready again.
  void AwaitNode();

  // Calls everything that changes something while a fault lasts. None may be answered
  // with anything but OK or an outcome unknown, and none of them is lost: once the
  // fault is over, repeats succeed, and the server holds what the records say. Answers
  // how many calls felt the fault.
  int Survive(const std::function<void()>& begin, const std::function<void()>& end);

 private:
  FaultStage(const Engine& engine, PrivateServer& server) : engine_(engine), server_(server) {}

  absl::Status Start(const Login& admin);
  void Configure(const std::string& kind, const Login& admin);

  const Engine engine_;
  PrivateServer& server_;
  std::unique_ptr<FaultProxy> to_server_;
  std::unique_ptr<FaultProxy> to_controller_;
  std::unique_ptr<FaultProxy> to_node_;
  std::unique_ptr<EdsProcesses> eds_;
  std::unique_ptr<ApiClient> api_;
  std::unique_ptr<Audit> audit_;
};

// Repeats a call as somebody does who must know how it ended, and answers that.
absl::Status UntilCertain(const std::function<absl::Status()>& call);

}  // namespace eds

#endif  // EDS_TESTS_FAULT_FAULT_STAGE_H_
