#include "node/fake_controller.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

constexpr absl::Duration kLongTime = absl::Seconds(30);

// Takes the first that `wanted` accepts out of `said`, and those before it.
template <typename Message>
Message Await(absl::Mutex& mutex, std::vector<Message>& said,
              const std::function<bool(const Message&)>& wanted) {
  const auto arrived = [&] { return std::any_of(said.begin(), said.end(), wanted); };
  absl::MutexLock lock(&mutex);
  EXPECT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&arrived), kLongTime));
  const auto position = std::find_if(said.begin(), said.end(), wanted);
  if (position == said.end()) return Message();
  const Message found = *position;
  said.erase(said.begin(), position + 1);
  return found;
}

}  // namespace

FakeController::FakeController() : service_(*this) { Start(); }

FakeController::~FakeController() { Stop(); }

void FakeController::Stop() {
  if (server_ != nullptr) server_->Shutdown(absl::ZeroDuration());
  server_ = nullptr;
}

void FakeController::Start() {
  auto server = GrpcServer::Start(address_, /*insecure=*/false, {&service_});
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  address_ = server_->address();
}

void FakeController::Refuse(const grpc::Status& status) {
  absl::MutexLock lock(&mutex_);
  refusal_ = status;
}

void FakeController::Configure(const node::v1::Configuration& configuration) {
  node::v1::JoinResponse response;
  *response.mutable_configuration() = configuration;
  absl::MutexLock lock(&mutex_);
  configuration_ = configuration;
  if (stream_ != nullptr) stream_->Write(response);
}

node::v1::Hello FakeController::AwaitHello(size_t count) {
  const auto arrived = [this, count]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return hellos_.size() >= count;
  };
  absl::MutexLock lock(&mutex_);
  EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&arrived), kLongTime));
  return hellos_.size() >= count ? hellos_[count - 1] : node::v1::Hello();
}

node::v1::Outcome FakeController::AwaitOutcome(
    std::function<bool(const node::v1::Outcome&)> wanted) {
  return Await(mutex_, outcomes_, wanted);
}

node::v1::Health FakeController::AwaitHealth(std::function<bool(const node::v1::Health&)> wanted) {
  return Await(mutex_, healths_, wanted);
}

size_t FakeController::outcome_count() const {
  absl::MutexLock lock(&mutex_);
  return outcomes_.size();
}

grpc::Status FakeController::Service::Join(grpc::ServerContext*, Stream* stream) {
  node::v1::JoinRequest request;
  if (!stream->Read(&request) || !request.has_hello()) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "hello is missing");
  }
  controller_.Remember(request);
  if (!controller_.Greet(*stream)) {
    absl::MutexLock lock(&controller_.mutex_);
    return controller_.refusal_;
  }
  while (stream->Read(&request)) controller_.Remember(request);
  absl::MutexLock lock(&controller_.mutex_);
  controller_.stream_ = nullptr;
  return grpc::Status::OK;
}

bool FakeController::Greet(Stream& stream) {
  node::v1::JoinResponse welcome;
  welcome.mutable_welcome()->set_installation("a1b2c3");
  welcome.mutable_welcome()->set_claim_key("claimkey");
  welcome.mutable_welcome()->set_health_interval_seconds(1);
  absl::MutexLock lock(&mutex_);
  if (!refusal_.ok()) return false;
  welcome.mutable_welcome()->set_epoch(++epoch_);
  stream.Write(welcome);
  if (configuration_) {
    node::v1::JoinResponse response;
    *response.mutable_configuration() = *configuration_;
    stream.Write(response);
  }
  stream_ = &stream;
  return true;
}

void FakeController::Remember(const node::v1::JoinRequest& request) {
  absl::MutexLock lock(&mutex_);
  if (request.has_hello()) hellos_.push_back(request.hello());
  if (request.has_outcome()) outcomes_.push_back(request.outcome());
  if (request.has_health()) healths_.push_back(request.health());
}

}  // namespace eds
