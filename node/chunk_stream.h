#ifndef EDS_NODE_CHUNK_STREAM_H_
#define EDS_NODE_CHUNK_STREAM_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/call_log.h"
#include "common/grpc_status.h"
#include "grpcpp/support/server_callback.h"

namespace eds {

// Answers a call with messages that are all at hand. Deletes itself when the call
// has ended.
template <typename Message>
class ChunkStream final : public grpc::ServerWriteReactor<Message> {
 public:
  explicit ChunkStream(const CallLog& log) : log_(log) {}

  // Sends `chunks`, then ends the call with `status`. To be called once.
  void Send(std::vector<Message> chunks, const absl::Status& status) {
    chunks_ = std::move(chunks);
    status_ = status;
    Next();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) next_ = chunks_.size();  // The client has gone.
    Next();
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (next_ < chunks_.size()) {
      this->StartWrite(&chunks_[next_++]);
    } else {
      log_.End(status_);
      this->Finish(ToGrpcStatus(status_));
    }
  }

  const CallLog log_;
  std::vector<Message> chunks_;
  size_t next_ = 0;
  absl::Status status_;
};

}  // namespace eds

#endif  // EDS_NODE_CHUNK_STREAM_H_
