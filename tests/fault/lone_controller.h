#ifndef EDS_TESTS_FAULT_LONE_CONTROLLER_H_
#define EDS_TESTS_FAULT_LONE_CONTROLLER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "tests/fixtures/child_process.h"

namespace eds {

// The controller as a process without nodes, with its files wherever a test wants them.
// Not thread-safe.
class LoneController {
 public:
  struct Files {
    std::string socket;
    std::string store;
    std::string key;
    std::string log;
  };

  static absl::StatusOr<std::unique_ptr<LoneController>> Start(const Files& files);

  // Its command line, for one that is not to start.
  static std::vector<std::string> CommandLine(const Files& files);

  // Sets and reads a value that is kept in the store: mysql/host of mysql_node.
  absl::Status Set(const std::string& host);
  absl::StatusOr<std::string> Get();

  // Ends it, and answers its exit code.
  int End(int signal);
  bool running() { return !process_->Wait(absl::InfinitePast()).has_value(); }

 private:
  LoneController() = default;

  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<v1::ConfigService::Stub> configs_;
};

}  // namespace eds

#endif  // EDS_TESTS_FAULT_LONE_CONTROLLER_H_
