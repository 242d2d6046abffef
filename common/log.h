#ifndef EDS_COMMON_LOG_H_
#define EDS_COMMON_LOG_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "glog/logging.h"

namespace eds {

// Sets logging up for a service: everything to standard error, nothing to files, and
// gRPC silent unless GRPC_VERBOSITY asks. To be called before any thread is started.
void StartLogging(const char* program);

struct LogLine {
  int64_t number;  // 1, 2, 3, … in the order of writing.
  absl::Time time;
  std::string severity;  // "INFO", "WARNING", "ERROR" or "FATAL".
  std::string message;
};

// Remembers the newest lines that this process logged. Thread-safe.
class LogTail final : public google::LogSink {
 public:
  explicit LogTail(size_t capacity);
  ~LogTail() override;

  LogTail(const LogTail&) = delete;
  LogTail& operator=(const LogTail&) = delete;

  // The newest `count` lines, oldest first.
  std::vector<LogLine> Newest(size_t count) const;

  // The remembered lines after `number`, oldest first; waits for one until
  // `deadline` if there is none, or until `stopped`.
  std::vector<LogLine> After(int64_t number, absl::Time deadline,
                             const std::atomic<bool>& stopped) const;
  std::vector<LogLine> After(int64_t number, absl::Time deadline) const {
    return After(number, deadline, false);
  }

  // Has those who wait in After look at their `stopped` again.
  void Wake() const;

  void send(google::LogSeverity severity, const char* full_filename, const char* base_filename,
            int line, const google::LogMessageTime& time, const char* message,
            size_t message_length) override;

 private:
  const size_t capacity_;
  mutable absl::Mutex mutex_;
  std::deque<LogLine> lines_ ABSL_GUARDED_BY(mutex_);
  int64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eds

#endif  // EDS_COMMON_LOG_H_
