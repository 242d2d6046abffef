#ifndef EDS_CONTROLLER_TICKER_H_
#define EDS_CONTROLLER_TICKER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eds {

// Calls a function on a thread of its own: at once, then at every interval, and soon
// after each Poke().
class Ticker {
 public:
  Ticker(absl::Duration interval, std::function<void()> tick);
  // Waits for a call that is running.
  ~Ticker();

  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  void Poke();

 private:
  void Run();

  const absl::Duration interval_;
  const std::function<void()> tick_;
  absl::Mutex mutex_;
  bool poked_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_TICKER_H_
