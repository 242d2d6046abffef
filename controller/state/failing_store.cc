#include "controller/state/failing_store.h"

#include <utility>

#include "common/status_macros.h"

namespace eds {

void FailingStore::FailEverything(absl::Status error) {
  absl::MutexLock lock(&mutex_);
  error_ = std::move(error);
}

void FailingStore::FailCommit(int nth, Outcome outcome, absl::Status error) {
  absl::MutexLock lock(&mutex_);
  failing_commit_ = commits_ + nth;
  outcome_ = outcome;
  commit_error_ = std::move(error);
}

int FailingStore::commits() const {
  absl::MutexLock lock(&mutex_);
  return commits_;
}

absl::StatusOr<StoredEntry> FailingStore::Get(absl::string_view key) {
  RETURN_IF_ERROR(error());
  return store_.Get(key);
}

absl::StatusOr<std::vector<StoredEntry>> FailingStore::List(absl::string_view prefix,
                                                            absl::string_view after, size_t limit) {
  RETURN_IF_ERROR(error());
  return store_.List(prefix, after, limit);
}

absl::StatusOr<int64_t> FailingStore::Count(absl::string_view prefix) {
  RETURN_IF_ERROR(error());
  return store_.Count(prefix);
}

absl::StatusOr<int64_t> FailingStore::Commit(const Transaction& transaction) {
  absl::Status commit_error;
  {
    absl::MutexLock lock(&mutex_);
    ++commits_;
    if (!error_.ok()) return error_;
    if (commits_ == failing_commit_) {
      if (outcome_ == Outcome::kNotDone) return commit_error_;
      commit_error = commit_error_;
    }
  }
  const absl::StatusOr<int64_t> answer = store_.Commit(transaction);
  RETURN_IF_ERROR(commit_error);
  return answer;
}

std::unique_ptr<StateStore::Watcher> FailingStore::Watch(
    absl::string_view prefix, std::function<void(const StoreEvent&)> callback) {
  return store_.Watch(prefix, std::move(callback));
}

absl::Status FailingStore::error() const {
  absl::MutexLock lock(&mutex_);
  return error_;
}

}  // namespace eds
