#include "common/call_log.h"

#include "common/grpc_status.h"
#include "glog/logging.h"

namespace eds {

void CallLog::End(const absl::Status& status) const {
  LOG(INFO) << method_ << " " << peer_ << " " << absl::StatusCodeToString(status.code()) << " "
            << absl::FormatDuration(absl::Now() - start_);
}

void Finish(grpc::ServerUnaryReactor& reactor, const CallLog& log, const absl::Status& status) {
  log.End(status);
  reactor.Finish(ToGrpcStatus(status));
}

}  // namespace eds
