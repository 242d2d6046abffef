#include "node/log_streams.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "common/error.h"
#include "common/grpc_status.h"
#include "common/timestamp.h"

namespace eds {

class LogStreams::Stream final : public Reactor {
 public:
  Stream(LogStreams& streams, size_t lines, bool follow, const CallLog& log)
      : streams_(streams), lines_(lines), follow_(follow), log_(log) {}
  ~Stream() override {
    if (thread_.joinable()) thread_.join();
  }

  void Start() {
    thread_ = std::thread([this] { Run(); });
  }
  void Stop() {
    stopped_ = true;
    streams_.tail_.Wake();
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    broken_ = !ok;
  }
  void OnCancel() override {
    cancelled_ = true;
    Stop();
  }
  void OnDone() override { streams_.Retire(*this); }

 private:
  void Run() {
    std::vector<LogLine> newest = streams_.tail_.Newest(std::max<size_t>(lines_, 1));
    int64_t last = newest.empty() ? 0 : newest.back().number;
    if (lines_ == 0) newest.clear();
    bool alive = Write(newest);
    while (alive && follow_ && !stopped_) {
      const auto lines = streams_.tail_.After(last, absl::InfiniteFuture(), stopped_);
      if (!lines.empty()) last = lines.back().number;
      alive = Write(lines);
    }
    const absl::Status result = Result();
    log_.End(result);
    Finish(ToGrpcStatus(result));
  }

  bool Write(const std::vector<LogLine>& lines) {
    return std::all_of(lines.begin(), lines.end(),
                       [this](const LogLine& line) { return !cancelled_ && Write(line); });
  }

  bool Write(const LogLine& line) {
    *response_.mutable_time() = ToTimestamp(line.time);
    response_.set_severity(line.severity);
    response_.set_message(line.message);
    {
      absl::MutexLock lock(&mutex_);
      writing_ = true;
    }
    StartWrite(&response_);
    const auto written = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_; };
    absl::MutexLock lock(&mutex_, absl::Condition(&written));
    return !broken_;
  }

  absl::Status Result() const {
    if (cancelled_) return absl::CancelledError("the client ended the call");
    if (!stopped_) return absl::OkStatus();
    return MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected,
                     "the node shuts down or restarts");
  }

  LogStreams& streams_;
  const size_t lines_;
  const bool follow_;
  const CallLog log_;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> cancelled_ = false;
  node::v1::TailLogResponse response_;
  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

LogStreams::LogStreams(size_t limit, LogTail& tail) : limit_(limit), tail_(tail) {}

LogStreams::~LogStreams() = default;

absl::StatusOr<LogStreams::Reactor*> LogStreams::Open(size_t lines, bool follow,
                                                      const CallLog& log) {
  std::vector<std::unique_ptr<Stream>> retired;  // Joined when no lock is held.
  absl::MutexLock lock(&mutex_);
  retired.swap(retired_);
  if (open_.size() >= limit_) {
    return WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted, Reason::kNodeBusy,
                                    "too many calls read this log already"),
                          absl::Seconds(5));
  }
  open_.push_back(std::make_unique<Stream>(*this, lines, follow, log));
  Stream* stream = open_.back().get();
  if (closed_) stream->Stop();
  stream->Start();
  return stream;
}

void LogStreams::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  for (const auto& stream : open_) stream->Stop();
}

void LogStreams::Retire(Stream& stream) {
  absl::MutexLock lock(&mutex_);
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&stream](const auto& open) { return open.get() == &stream; });
  retired_.push_back(std::move(*found));
  open_.erase(found);
}

}  // namespace eds
