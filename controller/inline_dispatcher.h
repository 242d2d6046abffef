#ifndef EDS_CONTROLLER_INLINE_DISPATCHER_H_
#define EDS_CONTROLLER_INLINE_DISPATCHER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "controller/dispatcher.h"

namespace eds {

// For tests: runs each job at once, on the thread that brings it. Not thread-safe.
class InlineDispatcher final : public Dispatcher {
 public:
  absl::Status Push(const std::string&, std::function<void()> job) override {
    ++activity_.pushed;
    job();
    return absl::OkStatus();
  }
  Activity ActivityOf(const std::string&) override { return activity_; }

  // Somebody else's job comes, and lasts until EndJob().
  void BeginJob() {
    ++activity_.pushed;
    ++activity_.pending;
  }
  void EndJob() { --activity_.pending; }

 private:
  Activity activity_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_INLINE_DISPATCHER_H_
