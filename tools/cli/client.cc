#include "tools/cli/client.h"

#include <algorithm>

#include "common/error.h"
#include "common/grpc_status.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace eds::cli {
namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(100);
constexpr absl::Duration kLongestBackoff = absl::Seconds(2);
// How often a call is repeated that the service could not carry out, if it does not
// say when to try again.
constexpr int kMaxUnaskedRepeats = 4;

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  // The controller is inside, proxies lead out.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

absl::Duration Backoff(int attempt) {
  return std::min(kFirstBackoff * (1 << std::min(attempt, 10)), kLongestBackoff);
}

// How long to wait before `status` is worth another attempt, if it is.
absl::optional<absl::Duration> RepeatDelay(const absl::Status& status, int attempt) {
  const bool is_unavailable = absl::IsUnavailable(status);
  if (!is_unavailable && !absl::IsAborted(status)) return absl::nullopt;
  if (const auto asked = RetryAfterOf(status)) return std::max(*asked, kFirstBackoff);
  if (!is_unavailable) return absl::nullopt;
  const bool is_lost = ReasonOf(status).empty();
  if (!is_lost && attempt >= kMaxUnaskedRepeats) return absl::nullopt;
  return Backoff(attempt);
}

bool OutcomeIsUnknown(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status) || absl::IsUnknown(status) || absl::IsInternal(status);
}

}  // namespace

Client::Client(std::string address, absl::Time deadline, Environment& environment)
    : address_(std::move(address)),
      timeout_(deadline - environment.clock.Now()),
      deadline_(deadline),
      environment_(environment),
      channel_(NewChannel(address_)),
      stubs_(channel_, channel_, channel_, channel_) {}

absl::Time Client::Deadline() const { return absl::Now() + (deadline_ - environment_.clock.Now()); }

absl::Status Client::Connect() {
  if (connected_) return absl::OkStatus();
  const auto deadline = absl::ToChronoTime(Deadline());
  grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
  while (state != GRPC_CHANNEL_READY) {
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN ||
        !channel_->WaitForStateChange(state, deadline)) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot reach the controller at ", address_,
                       ": is it running? (--controller or EDS_CONTROLLER)"));
    }
    state = channel_->GetState(true);
  }
  connected_ = true;
  return absl::OkStatus();
}

absl::Status Client::Attempt(const std::function<grpc::Status(grpc::ClientContext&)>& call) {
  absl::Status connected = Connect();
  if (!connected.ok()) return connected;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(Deadline()));
  return Explain(call(context));
}

absl::Status Client::Explain(const grpc::Status& status) const {
  absl::Status explained = FromGrpcStatus(status);
  if (explained.ok() || !ReasonOf(explained).empty()) return explained;
  switch (explained.code()) {
    case absl::StatusCode::kUnavailable:
      return absl::UnavailableError(
          absl::StrCat("the connection to the controller at ", address_, " was lost"));
    case absl::StatusCode::kDeadlineExceeded:
      return absl::DeadlineExceededError(absl::StrCat("no answer from the controller at ", address_,
                                                      " within ", absl::FormatDuration(timeout_),
                                                      " (--timeout)"));
    case absl::StatusCode::kUnimplemented:
      return absl::UnimplementedError(
          absl::StrCat(address_, " does not know this call: is it a controller of this version?"));
    default:
      return explained;
  }
}

bool Client::WaitToRepeat(const absl::Status& status, int attempt) {
  const absl::optional<absl::Duration> delay = RepeatDelay(status, attempt);
  if (!delay || environment_.clock.Now() + *delay >= deadline_) return false;
  environment_.sleep(*delay);
  return true;
}

absl::Status Client::AddRepeatHint(const absl::Status& status, const std::string& request_id) {
  if (!OutcomeIsUnknown(status)) return status;
  absl::Status hinted(status.code(),
                      absl::StrCat(status.message(), "; to learn the outcome, repeat with ",
                                   "--request-id ", request_id));
  status.ForEachPayload([&hinted](absl::string_view type_url, const absl::Cord& payload) {
    hinted.SetPayload(type_url, payload);
  });
  return hinted;
}

absl::Status Client::TailLog(const v1::TailLogRequest& request,
                             const std::function<bool(const v1::TailLogResponse&)>& on_line) {
  absl::Status connected = Connect();
  if (!connected.ok()) return connected;
  grpc::ClientContext context;
  if (!request.follow()) context.set_deadline(absl::ToChronoTime(Deadline()));
  const auto reader = std::get<v1::NodeService::Stub>(stubs_).TailLog(&context, request);
  v1::TailLogResponse line;
  while (reader->Read(&line)) {
    if (on_line(line)) continue;
    context.TryCancel();
    reader->Finish();
    return absl::OkStatus();
  }
  return Explain(reader->Finish());
}

}  // namespace eds::cli
