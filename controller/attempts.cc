#include "controller/attempts.h"

#include <algorithm>
#include <cstdint>

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
  const absl::Duration pause =
      std::min(kFirstPause * (1 << std::min(record.count, 10)), kLongestPause);
  ++record.count;
  record.condition = std::string(status.message());
  record.next = clock_.Now() + pause * jitter;
}

void Attempts::Forget(const std::string& resource) {
  absl::MutexLock lock(&mutex_);
  records_.erase(resource);
}

bool Attempts::IsDue(const std::string& resource) const {
  absl::MutexLock lock(&mutex_);
  const auto found = records_.find(resource);
  return found == records_.end() || found->second.next <= clock_.Now();
}

void Attempts::MakeAllDue() {
  absl::MutexLock lock(&mutex_);
  for (auto& [resource, record] : records_) record.next = absl::InfinitePast();
}

std::string Attempts::Condition(const std::string& resource) const {
  absl::MutexLock lock(&mutex_);
  const auto found = records_.find(resource);
  return found == records_.end() ? "" : found->second.condition;
}

}  // namespace eds
