#include "controller/log_relay.h"

#include <utility>

#include "common/grpc_status.h"

namespace eds {

grpc::ServerWriteReactor<v1::TailLogResponse>* LogRelay::Start(
    grpc::CallbackServerContext& context, const absl::StatusOr<AgentLink>& link,
    const absl::StatusOr<node::v1::TailLogRequest>& request) {
  LogRelay* relay = new LogRelay(context);  // Until OnDone.
  if (!link.ok() || !request.ok()) {
    relay->End(request.ok() ? link.status() : request.status());
    return relay;
  }
  relay->source_ = std::make_unique<Source>(*relay);
  {
    absl::MutexLock lock(&relay->mutex_);
    ++relay->open_calls_;
  }
  relay->source_->Begin(*link, *request);
  return relay;
}

void LogRelay::Source::Begin(const AgentLink& link, node::v1::TailLogRequest request) {
  stub_ = link.stub;
  request_ = std::move(request);
  *request_.mutable_target() = link.target;
  stub_->async()->TailLog(&context_, &request_, this);
  Next();
  // Reads are started from the other call's reactions too.
  AddHold();
  StartCall();
}

void LogRelay::Source::OnReadDone(bool ok) {
  if (!ok) {
    RemoveHold();
    return;
  }
  *relay_.line_.mutable_time() = line_.time();
  relay_.line_.set_severity(line_.severity());
  relay_.line_.set_message(line_.message());
  relay_.StartWrite(&relay_.line_);
}

void LogRelay::Source::OnDone(const grpc::Status& status) {
  relay_.End(FromGrpcStatus(status));
  relay_.Release();
}

void LogRelay::OnWriteDone(bool ok) {
  if (!ok) source_->Cancel();
  source_->Next();
}

void LogRelay::OnCancel() {
  if (source_ != nullptr) source_->Cancel();
}

void LogRelay::OnDone() { Release(); }

void LogRelay::End(const absl::Status& status) {
  log_.End(status);
  Finish(ToGrpcStatus(status));
}

void LogRelay::Release() {
  {
    absl::MutexLock lock(&mutex_);
    if (--open_calls_ > 0) return;
  }
  delete this;
}

}  // namespace eds
