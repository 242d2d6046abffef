#include "node/fence.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds {
namespace {

absl::Status Stale(const std::string& object) {
  return MakeError(
      absl::StatusCode::kAborted, Reason::kStaleOperation,
      absl::StrCat("a later operation has had a step on ", object, "; nothing was done"));
}

absl::Status Busy(const std::string& object) {
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress,
                absl::StrCat("another step on ", object, " has not ended yet; nothing was done")),
      absl::Seconds(1));
}

}  // namespace

absl::Status Fence::Run(const std::string& object, int64_t epoch, absl::Time deadline,
                        const std::function<absl::Status()>& step) {
  RETURN_IF_ERROR(Enter(object, epoch, deadline));
  const absl::Status status = step();
  Leave(object);
  return status;
}

absl::Status Fence::Enter(const std::string& object, int64_t epoch, absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  const auto is_stale = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = entries_.find(object);
    return epoch > 0 && found != entries_.end() && epoch < found->second.epoch;
  };
  const auto decided = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = entries_.find(object);
    return found == entries_.end() || !found->second.running || is_stale();
  };
  const bool in_time = clock_.Await(mutex_, absl::Condition(&decided), deadline);
  if (is_stale()) return Stale(object);
  if (!in_time) return Busy(object);
  Entry& entry = entries_[object];
  entry.running = true;
  entry.epoch = std::max(entry.epoch, epoch);
  return absl::OkStatus();
}

void Fence::Leave(const std::string& object) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = entries_.at(object);
  entry.running = false;
  entry.ended = clock_.Uptime();
  ended_.emplace_back(entry.ended, object);
  ForgetOld();
}

void Fence::ForgetOld() {
  const absl::Duration before = clock_.Uptime() - kMemory;
  while (!ended_.empty() && ended_.front().first <= before) {
    const auto& [ended, object] = ended_.front();
    const auto found = entries_.find(object);
    const bool last = found != entries_.end() && found->second.ended == ended;
    if (last && !found->second.running) entries_.erase(found);
    ended_.pop_front();
  }
}

size_t Fence::size() const {
  absl::MutexLock lock(&mutex_);
  return entries_.size();
}

}  // namespace eds
