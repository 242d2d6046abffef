#include "node/node_main.h"

#include <pthread.h>
#include <signal.h>

#include <iostream>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/log.h"
#include "common/termination.h"
#include "glog/logging.h"
#include "node/node_flags.h"

namespace eds {
namespace {

constexpr size_t kLogLines = 2000;
// From the signal to the end of the process. A node keeps nothing, so a step that is
// cut off is no worse than one whose answer was lost.
constexpr unsigned kLongestEndSeconds = 5;

// What the agent's process waits for. Thread-safe.
class Fate {
 public:
  Fate() : signals_([this] { AwaitSignal(); }) {}

  ~Fate() {
    {
      absl::MutexLock lock(&mutex_);
      over_ = true;
    }
    // The thread waits for just this signal.
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
    pthread_kill(signals_.native_handle(), SIGTERM);  // Ends the wait, if none came.
    signals_.join();
  }

  void AskForRestart() {
    absl::MutexLock lock(&mutex_);
    restart_ = true;
  }

  // Whether the agent is to be restarted; otherwise it is to end.
  bool AwaitRestart() {
    const auto decided = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return terminated_ || restart_;
    };
    absl::MutexLock lock(&mutex_, absl::Condition(&decided));
    restart_ = false;
    return !terminated_;
  }

 private:
  void AwaitSignal() {
    const int signal = WaitForTerminationSignal();
    absl::MutexLock lock(&mutex_);
    if (over_) return;
    LOG(INFO) << "ending on signal " << signal;
    terminated_ = true;
    EndWithin(kLongestEndSeconds);
  }

  absl::Mutex mutex_;
  bool restart_ ABSL_GUARDED_BY(mutex_) = false;
  bool terminated_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread signals_;
};

}  // namespace

int RunNode(int argc, const char* const* argv, const AgentOptions& defaults,
            const DatabaseServerOpener& open, RandomSource& random) {
  NodeFlags flags = ParseNodeFlags(argc, argv, defaults);
  if (flags.exit_code) return *flags.exit_code;
  StartLogging(argv[0]);
  BlockTerminationSignals();
  LogTail log_tail(kLogLines);
  Fate fate;
  bool running = true;
  for (bool first = true; running; first = false) {
    const auto agent =
        Agent::Start(flags.options, open, random, log_tail, [&fate] { fate.AskForRestart(); });
    if (!agent.ok()) {
      std::cerr << flags.options.node << ": " << agent.status().message() << std::endl;
      return 1;
    }
    if (first) std::cout << "listening on " << (*agent)->address() << std::endl;
    flags.options.listen = (*agent)->address();  // A restart must not move it.
    running = fate.AwaitRestart();
    LOG(INFO) << (running ? "restarting" : "finishing the steps that run");
  }
  return 0;
}

}  // namespace eds
