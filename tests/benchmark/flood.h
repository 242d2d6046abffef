#ifndef EDS_TESTS_BENCHMARK_FLOOD_H_
#define EDS_TESTS_BENCHMARK_FLOOD_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "grpcpp/client_context.h"

namespace eds::benchmark {

// CreateDatabase many times at once, without a thread for each. Thread-safe.
class Flood {
 public:
  struct Outcome {
    std::vector<std::string> created = {};  // Resource names.
    int refused = 0;                        // With RetryInfo, as they should be.
    int failed = 0;                         // Any other way.
    std::string first_failure = {};
  };

  // Sends `calls` calls. `stub` must outlive the flood.
  Flood(v1::DatabaseService::Stub& stub, const std::string& node, int calls);
  // Waits for the end of all.
  ~Flood();

  bool IsOver() const;
  // Until so many calls have ended.
  void AwaitEnds(int calls) const;
  Outcome Wait();

 private:
  struct Call {
    grpc::ClientContext context;
    v1::CreateDatabaseRequest request;
    v1::Database response;
  };

  void Note(const Call& call, const grpc::Status& status);

  std::vector<std::unique_ptr<Call>> calls_;
  mutable absl::Mutex mutex_;
  int left_ ABSL_GUARDED_BY(mutex_);
  Outcome outcome_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_FLOOD_H_
