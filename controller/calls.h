#ifndef EDS_CONTROLLER_CALLS_H_
#define EDS_CONTROLLER_CALLS_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/call_log.h"
#include "common/failpoint.h"
#include "controller/dispatcher.h"
#include "controller/flights.h"
#include "controller/request_key.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace eds {

// What a call asks for that takes time: where it queues, and what is then done.
template <typename Response>
struct Work {
  std::string node;    // Whose queue; empty: it concerns no node.
  RequestKey request;  // If its id is not empty, repeats wait for the first call.
  std::function<absl::StatusOr<Response>()> run;
};

// How every service of the controller serves its calls. Thread-safe.
class Calls {
 public:
  // Both must outlive this object.
  Calls(Dispatcher& dispatcher, Flights& flights) : dispatcher_(dispatcher), flights_(flights) {}

  // Answers at once.
  template <typename Response>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext& context, absl::string_view method,
                                   Response& response, absl::StatusOr<Response> result) {
    grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
    const absl::Status status = result.status();
    if (status.ok()) response = *std::move(result);
    Finish(*reactor, CallLog(context, method), status);
    return reactor;
  }

  // Answers when the work is done. It goes on even if the caller does not wait.
  template <typename Response>
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext& context, absl::string_view method,
                                Response& response, absl::StatusOr<Work<Response>> work) {
    grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
    const CallLog log(context, method);
    if (!work.ok()) {
      Finish(*reactor, log, work.status());
      return reactor;
    }
    const Flights::Done done = [reactor, log, &response](const absl::Status& status,
                                                         const google::protobuf::Message* answer) {
      if (answer != nullptr) response.CopyFrom(*answer);
      Finish(*reactor, log, status);
    };
    if (const absl::Status status = Start(*std::move(work), done); !status.ok()) {
      Finish(*reactor, log, status);
    }
    return reactor;
  }

 private:
  // Calls `done` later if OK.
  template <typename Response>
  absl::Status Start(Work<Response> work, Flights::Done done) {
    const bool repeatable = !work.request.id.empty();
    if (repeatable) {
      const absl::StatusOr<bool> is_first = flights_.Board(work.request, done);
      if (!is_first.ok() || !*is_first) return is_first.status();
      done = [this, request = work.request](const absl::Status& status,
                                            const google::protobuf::Message* answer) {
        flights_.Land(request, status, answer);
      };
    }
    const absl::Status pushed = dispatcher_.Push(work.node, [run = std::move(work.run), done] {
      const absl::StatusOr<Response> result = run();
      Failpoint("before the answer");
      done(result.status(), result.ok() ? &*result : nullptr);
    });
    if (pushed.ok() || !repeatable) return pushed;
    done(pushed, nullptr);  // Those that boarded since wait for an answer too.
    return absl::OkStatus();
  }

  Dispatcher& dispatcher_;
  Flights& flights_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_CALLS_H_
