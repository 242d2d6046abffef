#ifndef EDS_CONTROLLER_STATE_FAILING_STORE_H_
#define EDS_CONTROLLER_STATE_FAILING_STORE_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "controller/state/state_store.h"

namespace eds {

// Passes calls on to another store, and fails those that a test tells it to.
class FailingStore final : public StateStore {
 public:
  // Whether a commit that is answered with an error happened all the same.
  enum class Outcome { kNotDone, kDone };

  // `store` must outlive this one.
  explicit FailingStore(StateStore& store) : store_(store) {}

  // Answers every call with `error`, and does nothing; passes them on again if OK.
  void FailEverything(absl::Status error);

  // Answers the `nth` commit from now on (1: the next) with `error`. Replaces what
  // was said before.
  void FailCommit(int nth, Outcome outcome, absl::Status error);

  // How often Commit was called: a test can then fail each in turn.
  int commits() const;

  absl::StatusOr<StoredEntry> Get(absl::string_view key) override;
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override;
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override;
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override;
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override;

 private:
  absl::Status error() const;

  StateStore& store_;
  mutable absl::Mutex mutex_;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  int commits_ ABSL_GUARDED_BY(mutex_) = 0;
  int failing_commit_ ABSL_GUARDED_BY(mutex_) = 0;  // Counted like commits_.
  Outcome outcome_ ABSL_GUARDED_BY(mutex_) = Outcome::kNotDone;
  absl::Status commit_error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_FAILING_STORE_H_
