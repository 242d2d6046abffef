#ifndef EDS_NODE_LOG_STREAMS_H_
#define EDS_NODE_LOG_STREAMS_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/call_log.h"
#include "common/log.h"
#include "eds/node/v1/agent.pb.h"
#include "grpcpp/support/server_callback.h"

namespace eds {

// The calls that read the log, each with a thread of its own. Thread-safe.
class LogStreams {
 public:
  using Reactor = grpc::ServerWriteReactor<node::v1::TailLogResponse>;

  // At most `limit` at a time. `tail` must outlive the streams.
  LogStreams(size_t limit, LogTail& tail);

  // The calls must have ended, as they do when Close is called and the gRPC server
  // is shut down.
  ~LogStreams();

  LogStreams(const LogStreams&) = delete;
  LogStreams& operator=(const LogStreams&) = delete;

  // Sends the newest `lines` lines, then, if `follow`, each new one until the client
  // ends the call. kResourceExhausted (kNodeBusy) if there are too many streams.
  absl::StatusOr<Reactor*> Open(size_t lines, bool follow, const CallLog& log);

  // Ends the streams that follow, and any that are opened later.
  void Close();

 private:
  class Stream;

  void Retire(Stream& stream);

  const size_t limit_;
  LogTail& tail_;
  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<Stream>> open_ ABSL_GUARDED_BY(mutex_);
  // Their calls have ended; their threads are about to.
  std::vector<std::unique_ptr<Stream>> retired_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_NODE_LOG_STREAMS_H_
