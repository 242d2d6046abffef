#ifndef EDS_POSTGRESQL_NODE_SOCKET_WATCHDOG_H_
#define EDS_POSTGRESQL_NODE_SOCKET_WATCHDOG_H_

#include <map>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eds {

// Shuts sockets down whose time is over, so that a thread that waits on one, inside
// a library that knows no deadline, comes back with an error. Thread-safe.
class SocketWatchdog {
 public:
  // Watches `socket`, which must stay open, for as long as this object lives.
  class Watch {
   public:
    // `watchdog` must outlive the watch.
    Watch(SocketWatchdog& watchdog, int socket, absl::Time deadline);
    ~Watch();

    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    SocketWatchdog& watchdog_;
    std::multimap<absl::Time, int>::iterator entry_;
  };

  SocketWatchdog();
  ~SocketWatchdog();

  SocketWatchdog(const SocketWatchdog&) = delete;
  SocketWatchdog& operator=(const SocketWatchdog&) = delete;

 private:
  void Run();

  absl::Mutex mutex_;
  absl::CondVar changed_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  // Sockets by deadline. One that was shut down stays, as -1, until its watch ends.
  std::multimap<absl::Time, int> watched_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_SOCKET_WATCHDOG_H_
