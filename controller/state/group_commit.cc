#include "controller/state/group_commit.h"

namespace eds {

absl::StatusOr<int64_t> GroupCommit::Commit(const Transaction& transaction) {
  PendingCommit mine = {transaction};
  std::vector<PendingCommit*> batch;
  {
    absl::MutexLock lock(&mutex_);
    waiting_.push_back(&mine);
    const auto my_turn = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return mine.done || !writing_;
    };
    mutex_.Await(absl::Condition(&my_turn));
    if (mine.done) return std::move(mine.answer);
    writing_ = true;
    batch.swap(waiting_);
  }
  write_(batch);
  absl::MutexLock lock(&mutex_);
  for (PendingCommit* pending : batch) pending->done = true;
  writing_ = false;
  return std::move(mine.answer);
}

size_t GroupCommit::waiting() const {
  absl::MutexLock lock(&mutex_);
  return waiting_.size();
}

}  // namespace eds
