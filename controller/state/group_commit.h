#ifndef EDS_CONTROLLER_STATE_GROUP_COMMIT_H_
#define EDS_CONTROLLER_STATE_GROUP_COMMIT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "controller/state/state_store.h"

namespace eds {

// A transaction and the answer its caller waits for.
struct PendingCommit {
  const Transaction& transaction;
  absl::StatusOr<int64_t> answer = 0;
  bool done = false;
};

// Lets commits that arrive while another one is being written share the next write
// to disk. Has no thread of its own: the first caller who finds nobody writing
// writes for all that wait, so a lone caller waits for nobody. Thread-safe.
class GroupCommit {
 public:
  using Batch = std::span<PendingCommit* const>;

  // `write` gives every commit of a batch its answer. It runs in one thread at a
  // time, and its batches are in the order of arrival.
  explicit GroupCommit(std::function<void(Batch)> write) : write_(std::move(write)) {}

  absl::StatusOr<int64_t> Commit(const Transaction& transaction);

  // How many callers wait for the write that is under way to end.
  size_t waiting() const;

 private:
  const std::function<void(Batch)> write_;
  mutable absl::Mutex mutex_;
  std::vector<PendingCommit*> waiting_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_GROUP_COMMIT_H_
