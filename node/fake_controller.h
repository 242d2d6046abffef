#ifndef EDS_NODE_FAKE_CONTROLLER_H_
#define EDS_NODE_FAKE_CONTROLLER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "common/grpc_server.h"
#include "eds/node/v1/registry.grpc.pb.h"

namespace eds {

// A controller for tests: takes in one agent at a time, with the epochs 1, 2 and so on,
// tells it what the test wants, and remembers what it says. Listens on a port that it keeps. The
// Await methods fail the test after a long time. Thread-safe.
class FakeController {
 public:
  FakeController();
  ~FakeController();

  FakeController(const FakeController&) = delete;
  FakeController& operator=(const FakeController&) = delete;

  const std::string& address() const { return address_; }

  // Vanishes, and comes back with what it knew.
  void Stop();
  void Start();

  // Ends each stream with `status`, right after Hello, from now on. OK: takes agents in.
  void Refuse(const grpc::Status& status);

  // Sends a configuration now, and to whoever joins from now on.
  void Configure(const node::v1::Configuration& configuration);

  // The hello of the agent that joins as the `count`-th, refused ones included.
  node::v1::Hello AwaitHello(size_t count);
  // The first one, of those not awaited yet, that `wanted` accepts.
  node::v1::Outcome AwaitOutcome(std::function<bool(const node::v1::Outcome&)> wanted);
  node::v1::Health AwaitHealth(std::function<bool(const node::v1::Health&)> wanted);

  // Those not awaited yet.
  size_t outcome_count() const;

 private:
  using Stream = grpc::ServerReaderWriter<node::v1::JoinResponse, node::v1::JoinRequest>;

  class Service final : public node::v1::NodeRegistryService::Service {
   public:
    explicit Service(FakeController& controller) : controller_(controller) {}
    grpc::Status Join(grpc::ServerContext* context, Stream* stream) override;

   private:
    FakeController& controller_;
  };

  bool Greet(Stream& stream);
  void Remember(const node::v1::JoinRequest& request);

  mutable absl::Mutex mutex_;
  absl::optional<node::v1::Configuration> configuration_ ABSL_GUARDED_BY(mutex_);
  grpc::Status refusal_ ABSL_GUARDED_BY(mutex_);
  Stream* stream_ ABSL_GUARDED_BY(mutex_) = nullptr;
  int64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;  // Of the agent that joined last.
  std::vector<node::v1::Hello> hellos_ ABSL_GUARDED_BY(mutex_);
  std::vector<node::v1::Outcome> outcomes_ ABSL_GUARDED_BY(mutex_);
  std::vector<node::v1::Health> healths_ ABSL_GUARDED_BY(mutex_);
  Service service_;
  std::string address_ = "127.0.0.1:0";
  std::unique_ptr<GrpcServer> server_;
};

}  // namespace eds

#endif  // EDS_NODE_FAKE_CONTROLLER_H_
