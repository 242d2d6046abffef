#ifndef EDS_TESTS_BENCHMARK_EMPTY_CALLER_H_
#define EDS_TESTS_BENCHMARK_EMPTY_CALLER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "empty_service.grpc.pb.h"
#include "tests/benchmark/contender.h"
#include "tests/fixtures/child_process.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds::benchmark {

// A call that does nothing, of a server in a process of its own: what gRPC itself costs.
class EmptyCaller final : public Contender {
 public:
  static absl::StatusOr<std::unique_ptr<EmptyCaller>> Start();

  std::string name() const override { return "empty call"; }
  absl::Status Prepare(const RoundPlan& plan) override;
  absl::Status Run(int caller, int operation) override;
  absl::Status Settle() override { return absl::OkStatus(); }

 private:
  EmptyCaller() = default;

  std::string address() const { return "unix:" + folder_->File("socket"); }

  std::unique_ptr<TemporaryFolder> folder_;
  std::unique_ptr<ChildProcess> server_;
  std::vector<std::unique_ptr<empty::v1::EmptyService::Stub>> stubs_;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_EMPTY_CALLER_H_
