#ifndef EDS_COMMON_GRPC_STATUS_H_
#define EDS_COMMON_GRPC_STATUS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace eds {

// The one place where a status crosses between Abseil and gRPC. Details travel
// both ways. An error without a google.rpc.ErrorInfo is given one (INTERNAL).
grpc::Status ToGrpcStatus(const absl::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace eds

#endif  // EDS_COMMON_GRPC_STATUS_H_
