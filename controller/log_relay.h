#ifndef EDS_CONTROLLER_LOG_RELAY_H_
#define EDS_CONTROLLER_LOG_RELAY_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/call_log.h"
#include "controller/node_channels.h"
#include "eds/v1/node_service.grpc.pb.h"

namespace eds {

// Passes the lines of an agent's log on to a caller of NodeService.TailLog, each when
// the one before it has been taken. Deletes itself when both calls have ended.
class LogRelay final : public grpc::ServerWriteReactor<v1::TailLogResponse> {
 public:
  // Answers the error, if `link` or `request` is one.
  static grpc::ServerWriteReactor<v1::TailLogResponse>* Start(
      grpc::CallbackServerContext& context, const absl::StatusOr<AgentLink>& link,
      const absl::StatusOr<node::v1::TailLogRequest>& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // The agent's side of it.
  class Source final : public grpc::ClientReadReactor<node::v1::TailLogResponse> {
   public:
    explicit Source(LogRelay& relay) : relay_(relay) {}
    void Begin(const AgentLink& link, node::v1::TailLogRequest request);
    void Next() { StartRead(&line_); }
    void Cancel() { context_.TryCancel(); }
    void OnReadDone(bool ok) override;
    void OnDone(const grpc::Status& status) override;

   private:
    LogRelay& relay_;
    grpc::ClientContext context_;
    std::shared_ptr<node::v1::NodeAgentService::Stub> stub_;  // Must outlive the call.
    node::v1::TailLogRequest request_;
    node::v1::TailLogResponse line_;
  };

  explicit LogRelay(const grpc::CallbackServerContext& context) : log_(context, "TailLog") {}

  void End(const absl::Status& status);
  void Release();

  const CallLog log_;
  v1::TailLogResponse line_;
  std::unique_ptr<Source> source_;
  absl::Mutex mutex_;
  int open_calls_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_LOG_RELAY_H_
