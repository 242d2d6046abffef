#ifndef EDS_NODE_CONTROLLER_LINK_H_
#define EDS_NODE_CONTROLLER_LINK_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/random.h"
#include "eds/node/v1/registry.grpc.pb.h"
#include "node/backoff.h"

namespace eds {

// Keeps the agent joined to its controller: dials, says hello, passes on what is
// told on either side, and dials again whenever the stream ends. Runs two threads.
// Thread-safe.
class ControllerLink {
 public:
  struct Options {
    std::string controller;  // Its address.
    PauseRange pauses = {.first = absl::Milliseconds(100), .longest = absl::Seconds(5)};
  };
  // Called on the link's thread.
  struct Listener {
    // The agent has joined by this hello, and is told nothing else before this returns,
    // nor taken for ready.
    std::function<void(const node::v1::Hello&, const node::v1::Welcome&)> on_welcome;
    std::function<void(const node::v1::Configuration&)> on_configuration;
  };

  // `random` must outlive the link.
  ControllerLink(Options options, RandomSource& random);

  // Stops it.
  ~ControllerLink();

  ControllerLink(const ControllerLink&) = delete;
  ControllerLink& operator=(const ControllerLink&) = delete;

  // Begins to dial, saying `hello` each time, with another session. To be called once.
  void Start(node::v1::Hello hello, Listener listener);

  // Leaves the controller, for good.
  void Stop();

  // Tells the controller; an outcome is dropped while the agent is not joined.
  void Report(const node::v1::Outcome& outcome);

  // Tells the controller if it is news, and repeats the newest as often as the
  // controller wants, and whenever the agent has joined.
  void Report(const node::v1::Health& health);

 private:
  using Stream = grpc::ClientReaderWriter<node::v1::JoinRequest, node::v1::JoinResponse>;

  void Run();
  // Holds one stream until it ends; whether it was joined.
  bool Join(node::v1::NodeRegistryService::Stub& stub);
  bool Greet(grpc::ClientContext& context, Stream& stream);
  void Write(Stream& stream);
  // What is to be said next; nullopt when the stream has ended.
  absl::optional<node::v1::JoinRequest> NextRequest();
  void LogEnd(const grpc::Status& status, bool joined);

  const Options options_;
  RandomSource& random_;
  node::v1::Hello hello_;  // These two are set before the thread starts, and are its own.
  Listener listener_;
  Backoff backoff_;         // These two are the thread's.
  std::string last_error_;  // Logged once, however often it happens in a row.
  absl::Mutex mutex_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool joined_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;  // Of the stream.
  std::deque<node::v1::Outcome> outcomes_ ABSL_GUARDED_BY(mutex_);
  absl::optional<node::v1::Health> health_ ABSL_GUARDED_BY(mutex_);
  absl::Time health_due_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  absl::Duration health_interval_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace eds

#endif  // EDS_NODE_CONTROLLER_LINK_H_
