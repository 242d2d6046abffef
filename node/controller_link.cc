#include "node/controller_link.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "glog/logging.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"

namespace eds {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr size_t kSessionLength = 16;

// Half of what was asked for: one late message must not look like a dead agent.
absl::Duration HealthInterval(const node::v1::Welcome& welcome) {
  return absl::Seconds(std::clamp(welcome.health_interval_seconds(), 1, 60)) / 2;
}

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address, PauseRange pauses) {
  grpc::ChannelArguments arguments;
  // Notices a controller that vanished without a word.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // The link itself decides when to dial; the channel must not pause on top of that.
  const auto pause = static_cast<int>(absl::ToInt64Milliseconds(pauses.first));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, pause);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, pause);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);  // For connecting.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

ControllerLink::ControllerLink(Options options, RandomSource& random)
    : options_(std::move(options)), random_(random), backoff_(options_.pauses, random) {}

ControllerLink::~ControllerLink() { Stop(); }

void ControllerLink::Start(node::v1::Hello hello, Listener listener) {
  hello_ = std::move(hello);
  listener_ = std::move(listener);
  thread_ = std::thread([this] { Run(); });
}

void ControllerLink::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  if (thread_.joinable()) thread_.join();
}

void ControllerLink::Report(const node::v1::Outcome& outcome) {
  absl::MutexLock lock(&mutex_);
  if (joined_) outcomes_.push_back(outcome);
}

void ControllerLink::Report(const node::v1::Health& health) {
  absl::MutexLock lock(&mutex_);
  if (health_ && MessageDifferencer::Equals(*health_, health)) return;
  health_ = health;
  health_due_ = absl::InfinitePast();
}

void ControllerLink::Run() {
  const auto stub =
      node::v1::NodeRegistryService::NewStub(NewChannel(options_.controller, options_.pauses));
  while (true) {
    if (Join(*stub)) backoff_.Reset();
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&closing_), backoff_.Next())) return;
  }
}

bool ControllerLink::Join(node::v1::NodeRegistryService::Stub& stub) {
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    if (closing_) return false;
    context_ = &context;
  }
  const std::unique_ptr<Stream> stream = stub.Join(&context);
  const bool joined = Greet(context, *stream);
  std::thread writer;
  if (joined) writer = std::thread([this, &stream] { Write(*stream); });
  node::v1::JoinResponse response;
  while (joined && stream->Read(&response)) {
    if (response.has_configuration()) listener_.on_configuration(response.configuration());
  }
  {
    absl::MutexLock lock(&mutex_);
    joined_ = false;
    context_ = nullptr;
  }
  if (writer.joinable()) writer.join();
  LogEnd(stream->Finish(), joined);
  return joined;
}

bool ControllerLink::Greet(grpc::ClientContext& context, Stream& stream) {
  hello_.set_session(RandomBase32(random_, kSessionLength));
  node::v1::JoinRequest request;
  *request.mutable_hello() = hello_;
  node::v1::JoinResponse response;
  if (!stream.Write(request) || !stream.Read(&response)) return false;
  if (!response.has_welcome()) {
    context.TryCancel();
    return false;
  }
  LOG(INFO) << "joined installation " << response.welcome().installation() << " at "
            << options_.controller;
  last_error_.clear();
  listener_.on_welcome(hello_, response.welcome());
  absl::MutexLock lock(&mutex_);
  joined_ = true;
  outcomes_.clear();
  health_interval_ = HealthInterval(response.welcome());
  health_due_ = health_ ? absl::InfinitePast() : absl::InfiniteFuture();
  return true;
}

void ControllerLink::Write(Stream& stream) {
  while (const absl::optional<node::v1::JoinRequest> request = NextRequest()) {
    if (!stream.Write(*request)) return;
  }
}

absl::optional<node::v1::JoinRequest> ControllerLink::NextRequest() {
  absl::MutexLock lock(&mutex_);
  node::v1::JoinRequest request;
  while (joined_) {
    if (!outcomes_.empty()) {
      *request.mutable_outcome() = std::move(outcomes_.front());
      outcomes_.pop_front();
      return request;
    }
    if (health_ && health_due_ <= absl::Now()) {
      *request.mutable_health() = *health_;
      health_due_ = absl::Now() + health_interval_;
      return request;
    }
    const absl::Time due = health_due_;
    const auto changed = [this, due]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !joined_ || !outcomes_.empty() || health_due_ != due;
    };
    mutex_.AwaitWithDeadline(absl::Condition(&changed), due);
  }
  return absl::nullopt;
}

void ControllerLink::LogEnd(const grpc::Status& status, bool joined) {
  {
    absl::MutexLock lock(&mutex_);
    if (closing_) return;
  }
  if (!joined && status.error_message() == last_error_) return;
  last_error_ = status.error_message();
  LOG(WARNING) << (joined ? "lost the controller at " : "cannot join the controller at ")
               << options_.controller << ": "
               << (status.ok() ? "it ended the stream" : status.error_message())
               << "; dialling again";
}

}  // namespace eds
