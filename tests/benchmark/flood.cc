#include "tests/benchmark/flood.h"

#include "absl/status/status.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "tests/benchmark/eds_client.h"

namespace eds::benchmark {

Flood::Flood(v1::DatabaseService::Stub& stub, const std::string& node, int calls) : left_(calls) {
  for (int i = 0; i < calls; ++i) {
    calls_.push_back(std::make_unique<Call>());
    calls_.back()->request = NewDatabaseRequest(node);
    SetDeadline(calls_.back()->context);
  }
  for (const std::unique_ptr<Call>& call : calls_) {
    stub.async()->CreateDatabase(
        &call->context, &call->request, &call->response,
        [this, call = call.get()](const grpc::Status& status) { Note(*call, status); });
  }
}

Flood::~Flood() { Wait(); }

bool Flood::IsOver() const {
  absl::MutexLock lock(&mutex_);
  return left_ == 0;
}

void Flood::AwaitEnds(int calls) const {
  const int most_left = static_cast<int>(calls_.size()) - calls;
  absl::MutexLock lock(&mutex_);
  const auto ended = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return left_ <= most_left; };
  mutex_.Await(absl::Condition(&ended));
}

Flood::Outcome Flood::Wait() {
  AwaitEnds(static_cast<int>(calls_.size()));
  absl::MutexLock lock(&mutex_);
  return outcome_;
}

void Flood::Note(const Call& call, const grpc::Status& status) {
  const absl::Status answer = FromGrpcStatus(status);
  absl::MutexLock lock(&mutex_);
  if (answer.ok()) {
    outcome_.created.push_back(call.response.name());
  } else if (answer.code() == absl::StatusCode::kResourceExhausted &&
             RetryAfterOf(answer).has_value()) {
    ++outcome_.refused;
  } else if (outcome_.failed++ == 0) {
    outcome_.first_failure = answer.ToString();
  }
  --left_;
}

}  // namespace eds::benchmark
