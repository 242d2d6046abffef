#ifndef EDS_TOOLS_CLI_CLIENT_H_
#define EDS_TOOLS_CLI_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "eds/v1/config_service.grpc.pb.h"
#include "eds/v1/database_service.grpc.pb.h"
#include "eds/v1/maintenance_service.grpc.pb.h"
#include "eds/v1/node_service.grpc.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "tools/cli/environment.h"

namespace eds::cli {

// A connection to the controller. It is made when the first call needs it; all
// calls together end by `deadline`.
class Client {
 public:
  template <typename Stub, typename Request, typename Response>
  using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

  Client(std::string address, absl::Time deadline, Environment& environment);

  // One attempt.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Method<Stub, Request, Response> method, const Request& request) {
    Response response;
    absl::Status status = Attempt([&](grpc::ClientContext& context) {
      return (std::get<Stub>(stubs_).*method)(&context, request, &response);
    });
    if (!status.ok()) return status;
    return response;
  }

  // For a call that may be repeated: repeats it while the connection is lost, or the
  // service says that it should be.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> CallRepeatedly(Method<Stub, Request, Response> method,
                                          const Request& request) {
    for (int attempt = 0;; ++attempt) {
      absl::StatusOr<Response> response = Call(method, request);
      if (response.ok() || !WaitToRepeat(response.status(), attempt)) {
        return WithRepeatHint(std::move(response), request);
      }
    }
  }

  // Reads a node's log until it ends, or `on_line` returns false (which is OK). If
  // it follows, it is not bound by the deadline.
  absl::Status TailLog(const v1::TailLogRequest& request,
                       const std::function<bool(const v1::TailLogResponse&)>& on_line);

 private:
  using Stubs = std::tuple<v1::ConfigService::Stub, v1::DatabaseService::Stub,
                           v1::MaintenanceService::Stub, v1::NodeService::Stub>;

  // Waits until the controller is connected to, the first time; a controller that
  // is not there is told from one that went away.
  absl::Status Connect();
  absl::Status Attempt(const std::function<grpc::Status(grpc::ClientContext&)>& call);
  // What `status` means to a person, if gRPC itself made it.
  absl::Status Explain(const grpc::Status& status) const;
  // Sleeps; false if the call should not be repeated.
  bool WaitToRepeat(const absl::Status& status, int attempt);
  absl::Time Deadline() const;

  // An outcome that is not known can be asked for again, by the same request_id.
  template <typename Request, typename Response>
  static absl::StatusOr<Response> WithRepeatHint(absl::StatusOr<Response> response,
                                                 const Request& request) {
    if constexpr (requires { request.request_id(); }) {
      if (!response.ok()) return AddRepeatHint(response.status(), request.request_id());
    }
    return response;
  }
  static absl::Status AddRepeatHint(const absl::Status& status, const std::string& request_id);

  const std::string address_;
  const absl::Duration timeout_;
  const absl::Time deadline_;
  Environment& environment_;
  const std::shared_ptr<grpc::Channel> channel_;  // gRPC shares it with its stubs.
  Stubs stubs_;
  bool connected_ = false;
};

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_CLIENT_H_
