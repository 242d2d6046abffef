#include "controller/attempts.h"

#include <algorithm>
#include <cstdint>

#include "common/error.h"

namespace eds {
namespace {

constexpr absl::Duration kFirstPause = absl::Seconds(1);
constexpr absl::Duration kLongestPause = absl::Minutes(5);

}  // namespace

void Attempts::Failed(const std::string& resource, const absl::Status& status) {
  uint8_t byte = 0;
  random_.Fill({&byte, 1});
  const double jitter = 0.8 + 0.4 * byte / 255;
  absl::MutexLock lock(&mutex_);
  Record& record = records_[resource];
  Attempt& attempt = record.attempt;
  const absl::Duration pause =
      std::min(kFirstPause * (1 << std::min(attempt.count, 10)), kLongestPause);
  ++attempt.count;
  attempt.reason = ReasonOf(status);
  attempt.condition = std::string(status.message());
  record.due = clock_.Uptime() + pause * jitter;
}

void Attempts::Forget(const std::string& resource) {
  absl::MutexLock lock(&mutex_);
  records_.erase(resource);
}

bool Attempts::IsDue(const std::string& resource) const {
  absl::MutexLock lock(&mutex_);
  const auto found = records_.find(resource);
  return found == records_.end() || found->second.due <= clock_.Uptime();
}

void Attempts::MakeAllDue() {
  absl::MutexLock lock(&mutex_);
  for (auto& [resource, record] : records_) record.due = clock_.Uptime();
}

absl::optional<Attempt> Attempts::Find(const std::string& resource) const {
  absl::MutexLock lock(&mutex_);
  const auto found = records_.find(resource);
  if (found == records_.end()) return absl::nullopt;
  Attempt attempt = found->second.attempt;
  const absl::Duration pause = found->second.due - clock_.Uptime();
  attempt.next = pause > absl::ZeroDuration() ? clock_.Now() + pause : absl::InfinitePast();
  return attempt;
}

std::string Attempts::Condition(const std::string& resource) const {
  const absl::optional<Attempt> attempt = Find(resource);
  return attempt ? attempt->condition : "";
}

}  // namespace eds
