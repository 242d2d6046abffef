#ifndef EDS_COMMON_STATUS_MATCHERS_H_
#define EDS_COMMON_STATUS_MATCHERS_H_

#include <ostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/error.h"
#include "gmock/gmock.h"

namespace eds {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Matchers for absl::Status and absl::StatusOr.

MATCHER(IsOk, negation ? "fails" : "is OK") {
  *result_listener << StatusOf(arg);
  return arg.ok();
}

MATCHER_P(HasCode, code, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

// With a code and a Reason.
MATCHER_P2(FailsWith, code, reason,
           absl::StatusCodeToString(code) + " " + std::string(ReasonName(reason))) {
  *result_listener << StatusOf(arg) << " " << ReasonOf(StatusOf(arg));
  return StatusOf(arg).code() == code && HasReason(StatusOf(arg), reason);
}

}  // namespace eds

#endif  // EDS_COMMON_STATUS_MATCHERS_H_
