#include "common/log.h"

#include <algorithm>
#include <cstdlib>

#include "absl/time/clock.h"

namespace eds {

void StartLogging(const char* program) {
  FLAGS_logtostderr = true;
  FLAGS_log_prefix = true;
  google::InitGoogleLogging(program);
  // Its own lines say less than the errors that we make of them.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
}

LogTail::LogTail(size_t capacity) : capacity_(capacity) { google::AddLogSink(this); }

LogTail::~LogTail() { google::RemoveLogSink(this); }

std::vector<LogLine> LogTail::Newest(size_t count) const {
  absl::MutexLock lock(&mutex_);
  const size_t skip = lines_.size() - std::min(count, lines_.size());
  return {lines_.begin() + static_cast<ptrdiff_t>(skip), lines_.end()};
}

std::vector<LogLine> LogTail::After(int64_t number, absl::Time deadline,
                                    const std::atomic<bool>& stopped) const {
  absl::MutexLock lock(&mutex_);
  const auto due = [this, number, &stopped]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return last_number_ > number || stopped;
  };
  mutex_.AwaitWithDeadline(absl::Condition(&due), deadline);
  const auto first = std::find_if(lines_.begin(), lines_.end(),
                                  [number](const LogLine& line) { return line.number > number; });
  return {first, lines_.end()};
}

// Mutex re-evaluates the conditions of those who wait when it is unlocked.
void LogTail::Wake() const { absl::MutexLock lock(&mutex_); }

void LogTail::send(google::LogSeverity severity, const char*, const char*, int,
                   const google::LogMessageTime&, const char* message, size_t message_length) {
  LogLine line{.number = 0,
               .time = absl::Now(),
               .severity = google::GetLogSeverityName(severity),
               .message = std::string(message, message_length)};
  absl::MutexLock lock(&mutex_);
  line.number = ++last_number_;
  lines_.push_back(std::move(line));
  if (lines_.size() > capacity_) lines_.pop_front();
}

}  // namespace eds
