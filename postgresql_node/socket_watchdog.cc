#include "postgresql_node/socket_watchdog.h"

#include <sys/socket.h>

#include "absl/time/clock.h"

namespace eds {

SocketWatchdog::Watch::Watch(SocketWatchdog& watchdog, int socket, absl::Time deadline)
    : watchdog_(watchdog) {
  absl::MutexLock lock(&watchdog_.mutex_);
  entry_ = watchdog_.watched_.emplace(deadline, socket);
  if (entry_ == watchdog_.watched_.begin()) watchdog_.changed_.Signal();
}

SocketWatchdog::Watch::~Watch() {
  absl::MutexLock lock(&watchdog_.mutex_);
  watchdog_.watched_.erase(entry_);
}

SocketWatchdog::SocketWatchdog() : thread_([this] { Run(); }) {}

SocketWatchdog::~SocketWatchdog() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
    changed_.Signal();
  }
  thread_.join();
}

void SocketWatchdog::Run() {
  absl::MutexLock lock(&mutex_);
  while (!ending_) {
    absl::Time next = absl::InfiniteFuture();
    const absl::Time now = absl::Now();
    for (auto& [deadline, socket] : watched_) {
      if (deadline > now) {
        next = deadline;
        break;
      }
      if (socket >= 0) shutdown(socket, SHUT_RDWR);
      socket = -1;
    }
    changed_.WaitWithDeadline(&mutex_, next);
  }
}

}  // namespace eds
