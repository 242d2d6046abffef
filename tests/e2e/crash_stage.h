#ifndef EDS_TESTS_E2E_CRASH_STAGE_H_
#define EDS_TESTS_E2E_CRASH_STAGE_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "tests/e2e/api_client.h"
#include "tests/e2e/audit.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/private_server.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {

// Defined by each binary that links crash_matrix.cc.
Engine EngineUnderTest();

// A controller and a node that can be killed at their failpoints, and a server. Not
// thread-safe.
class CrashStage {
 public:
  static absl::StatusOr<std::unique_ptr<CrashStage>> Set(const Engine& engine);

  // "mysql" or "postgresql".
  const std::string& kind() const { return kind_; }
  ApiClient& api() { return *api_; }
  Audit& audit() { return *audit_; }

  std::string NewRequestId();

  // Has the node keep so much ready from now on; the outcome may be unknown.
  absl::Status SetReady(const Ready& ready);

  // As an application does.
  absl::StatusOr<std::unique_ptr<SqlSession>> Connect(const v1::Credentials& credentials) const {
    return server_->Connect(ToLogin(credentials));
  }

  // Has the process killed at the `nth` failpoint from now on.
  void Arm(const std::string& process, int nth);
  // Not any more. The failpoint at which it was killed, if it was.
  absl::optional<std::string> Disarm(const std::string& process);
  // Starts it again, and waits until the node is ready.
  absl::Status Revive(const std::string& process);

  // Adds a failure to the test if a password is in a log or file, ours or the server's.
  void CheckSecrecy();

 private:
  CrashStage() = default;

  std::string FailpointsOf(const std::string& process) const;
  ProcessChange WithFailpoints(const std::string& process) const;

  std::string kind_;
  std::unique_ptr<TemporaryFolder> folder_;
  std::unique_ptr<PrivateServer> server_;
  std::unique_ptr<EdsProcesses> eds_;
  std::unique_ptr<ApiClient> api_;
  std::unique_ptr<Audit> audit_;
  int requests_ = 0;
};

}  // namespace eds

#endif  // EDS_TESTS_E2E_CRASH_STAGE_H_
