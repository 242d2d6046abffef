#ifndef EDS_NODE_CONNECTION_POOL_H_
#define EDS_NODE_CONNECTION_POOL_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/error.h"

namespace eds {

// The administrator's connections to one server: opened when needed, kept for the
// next step, never more than `capacity`. `Connection` has `bool broken() const`:
// whether it is of no further use. Thread-safe.
//
// After a failure to connect, further attempts are answered with the same error
// for a while (0.1 s, doubling to 5 s), so that neither a dead server nor one that
// refuses the password is hammered.
template <typename Connection>
class ConnectionPool {
 public:
  using Opener = std::function<absl::StatusOr<std::unique_ptr<Connection>>(absl::Time deadline)>;
  using Step = std::function<absl::Status(Connection&)>;

  // `clock` must outlive the pool.
  ConnectionPool(size_t capacity, Clock& clock, Opener open)
      : capacity_(capacity), clock_(clock), open_(std::move(open)) {}

  // Runs `step`, which must be safe to repeat, on a connection of its own: once
  // more, on a fresh one, if a kept connection turned out to be dead. Waits until
  // `deadline` for a connection: kResourceExhausted (kNodeBusy) if none came free.
  absl::Status Run(absl::Time deadline, const Step& step) {
    absl::Status status;
    if (!Reserve(deadline)) {
      return WithRetryAfter(
          MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy,
                    "all connections to the server are in use; raise pool_size or try later"),
          absl::Seconds(1));
    }
    std::unique_ptr<Connection> connection = TakeIdle();
    const bool kept = connection != nullptr;
    if (kept) {
      status = step(*connection);
      if (connection->broken() && status.code() == absl::StatusCode::kUnavailable) {
        CloseIdle();  // Those kept beside it saw the same end.
        connection.reset();
      }
    }
    if (connection == nullptr) {
      absl::StatusOr<std::unique_ptr<Connection>> opened = Open(deadline);
      status = opened.ok() ? absl::OkStatus() : opened.status();
      if (opened.ok()) {
        connection = *std::move(opened);
        status = step(*connection);
      }
    }
    Release(std::move(connection));
    return status;
  }

  // Closes the connections that are not in use.
  void CloseIdle() {
    std::vector<std::unique_ptr<Connection>> idle;
    absl::MutexLock lock(&mutex_);
    idle.swap(idle_);
  }

 private:
  static constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
  static constexpr absl::Duration kLongestPause = absl::Seconds(5);

  bool Reserve(absl::Time deadline) {
    absl::MutexLock lock(&mutex_);
    const auto available = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return in_use_ < capacity_;
    };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&available), deadline)) return false;
    ++in_use_;
    return true;
  }

  std::unique_ptr<Connection> TakeIdle() {
    absl::MutexLock lock(&mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void Release(std::unique_ptr<Connection> connection) {
    absl::MutexLock lock(&mutex_);
    --in_use_;
    if (connection != nullptr && !connection->broken()) idle_.push_back(std::move(connection));
  }

  absl::StatusOr<std::unique_ptr<Connection>> Open(absl::Time deadline) {
    {
      absl::MutexLock lock(&mutex_);
      const absl::Duration left = closed_until_ - clock_.Uptime();
      if (left > absl::ZeroDuration()) return WithRetryAfter(last_failure_, left);
    }
    absl::StatusOr<std::unique_ptr<Connection>> opened = open_(deadline);
    absl::MutexLock lock(&mutex_);
    if (opened.ok()) {
      pause_ = absl::ZeroDuration();
    } else {
      pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
      closed_until_ = clock_.Uptime() + pause_;
      last_failure_ = opened.status();
    }
    return opened;
  }

  const size_t capacity_;
  Clock& clock_;
  const Opener open_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
  size_t in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration pause_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
  absl::Duration closed_until_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();  // By Uptime.
  absl::Status last_failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_NODE_CONNECTION_POOL_H_
