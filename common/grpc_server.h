#ifndef EDS_COMMON_GRPC_SERVER_H_
#define EDS_COMMON_GRPC_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server.h"

namespace eds {

// A gRPC server with reflection and the standard health service. Each service,
// and the server as a whole, begins as SERVING. Thread-safe.
class GrpcServer {
 public:
  // Listens on `address` (`host:port`, port 0 for any free one, or `unix:/path`),
  // without TLS. The services must outlive the server. INVALID_ARGUMENT, or
  // UNAVAILABLE if the address is taken.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(
      const std::string& address, bool insecure, const std::vector<grpc::Service*>& services);

  // Shuts down as Shutdown() does, if that was not called.
  ~GrpcServer();

  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // Where it listens, with the port that was found for port 0.
  const std::string& address() const { return address_; }

  // What the health service says of `service` (its full name; "": the whole server).
  void SetServing(const std::string& service, bool serving);

  // Takes no new calls, waits for those that run until `grace` is over, then
  // cancels them. Calls that hold their reactors must end by themselves.
  void Shutdown(absl::Duration grace);

 private:
  GrpcServer(std::unique_ptr<grpc::Server> server, std::string address);

  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace eds

#endif  // EDS_COMMON_GRPC_SERVER_H_
