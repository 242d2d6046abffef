#include "tests/simulation/order.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/error.h"

namespace eds::simulation {
namespace {

absl::string_view NameOf(Order::Method method) {
  switch (method) {
    case Order::Method::kCreateDatabase:
      return "CreateDatabase";
    case Order::Method::kRenameDatabase:
      return "UpdateDatabase";
    case Order::Method::kDeleteDatabase:
      return "DeleteDatabase";
    case Order::Method::kUndeleteDatabase:
      return "UndeleteDatabase";
    case Order::Method::kAdoptDatabase:
      return "AdoptDatabase";
    case Order::Method::kCreateUser:
      return "CreateUser";
    case Order::Method::kRotatePassword:
      return "RotateUserPassword";
    case Order::Method::kEndOverlap:
      return "EndPasswordOverlap";
    case Order::Method::kDeleteUser:
      return "DeleteUser";
    case Order::Method::kGetCredentials:
      return "GetUserCredentials";
  }
  return "";
}

}  // namespace

std::string Describe(const Order& order) {
  return absl::StrCat("order ", order.number, " ", NameOf(order.method), " ", order.target,
                      order.display_name.empty() ? "" : " as ", order.display_name,
                      order.force ? " force" : "", order.purge_now ? " purge" : "",
                      order.protect ? " protected" : "",
                      order.overlap > absl::ZeroDuration() ? " with an overlap" : "",
                      order.server_name.empty() ? "" : " ", order.server_name,
                      order.request_id.empty() ? "" : " id ", order.request_id);
}

std::string Describe(const absl::Status& status) {
  return absl::StrCat(absl::StatusCodeToString(status.code()), " ", ReasonOf(status), " ",
                      status.message());
}

bool IsUncertain(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

// A user who owns objects stays locked out: that is the deletion, half done. Users whom an
// undeletion let in before it failed are locked out again, but not at once.
bool ChangedNothing(const Order& order, const absl::Status& status) {
  if (status.ok() || IsUncertain(status)) return false;
  if (order.method == Order::Method::kUndeleteDatabase) {
    return status.code() != absl::StatusCode::kFailedPrecondition ||
           HasReason(status, Reason::kDatabaseNotDeleted) ||
           HasReason(status, Reason::kDatabaseNotReady);
  }
  return !HasReason(status, Reason::kUserOwnsObjects);
}

}  // namespace eds::simulation
