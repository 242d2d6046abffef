#ifndef EDS_COMMON_CALL_LOG_H_
#define EDS_COMMON_CALL_LOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace eds {

// One call that is served. Its end is one line in the log: method, peer, code,
// duration; never the request or the answer.
class CallLog {
 public:
  CallLog(const grpc::CallbackServerContext& context, absl::string_view method)
      : method_(method), peer_(context.peer()), start_(absl::Now()) {}

  // To be called before the reactor is finished: the call may be gone after that.
  void End(const absl::Status& status) const;

 private:
  std::string method_;
  std::string peer_;
  absl::Time start_;
};

// Ends a call: logs it and answers it.
void Finish(grpc::ServerUnaryReactor& reactor, const CallLog& log, const absl::Status& status);

}  // namespace eds

#endif  // EDS_COMMON_CALL_LOG_H_
