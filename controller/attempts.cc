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
  Attempt& attempt = attempts_[resource];
  const absl::Duration pause =
      std::min(kFirstPause * (1 << std::min(attempt.count, 10)), kLongestPause);
  ++attempt.count;
  attempt.reason = ReasonOf(status);
  attempt.condition = std::string(status.message());
  attempt.next = clock_.Now() + pause * jitter;
}

void Attempts::Forget(const std::string& resource) {
  absl::MutexLock lock(&mutex_);
  attempts_.erase(resource);
}

bool Attempts::IsDue(const std::string& resource) const {
  absl::MutexLock lock(&mutex_);
  const auto found = attempts_.find(resource);
  return found == attempts_.end() || found->second.next <= clock_.Now();
}

void Attempts::MakeAllDue() {
  absl::MutexLock lock(&mutex_);
  for (auto& [resource, attempt] : attempts_) attempt.next = absl::InfinitePast();
}

absl::optional<Attempt> Attempts::Find(const std::string& resource) const {
  absl::MutexLock lock(&mutex_);
  const auto found = attempts_.find(resource);
  if (found == attempts_.end()) return absl::nullopt;
  return found->second;
}

std::string Attempts::Condition(const std::string& resource) const {
  const absl::optional<Attempt> attempt = Find(resource);
  return attempt ? attempt->condition : "";
}

}  // namespace eds
