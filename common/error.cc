#include "common/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace eds {
namespace {

constexpr char kDomain[] = "eds";

struct NamedReason {
  Reason reason;
  absl::string_view name;
};

constexpr NamedReason kReasons[] = {
    {Reason::kInvalidField, "INVALID_FIELD"},
    {Reason::kUnknownKey, "UNKNOWN_KEY"},
    {Reason::kInvalidPageToken, "INVALID_PAGE_TOKEN"},
    {Reason::kRequestIdReused, "REQUEST_ID_REUSED"},
    {Reason::kDatabaseNotFound, "DATABASE_NOT_FOUND"},
    {Reason::kUserNotFound, "USER_NOT_FOUND"},
    {Reason::kNodeNotFound, "NODE_NOT_FOUND"},
    {Reason::kDisplayNameTaken, "DISPLAY_NAME_TAKEN"},
    {Reason::kDatabaseHasUsers, "DATABASE_HAS_USERS"},
    {Reason::kDatabaseNotReady, "DATABASE_NOT_READY"},
    {Reason::kUserNotReady, "USER_NOT_READY"},
    {Reason::kUserOwnsObjects, "USER_OWNS_OBJECTS"},
    {Reason::kOptionUnsupported, "OPTION_UNSUPPORTED"},
    {Reason::kDatabaseDeleted, "DATABASE_DELETED"},
    {Reason::kDatabaseNotDeleted, "DATABASE_NOT_DELETED"},
    {Reason::kDatabaseAdopted, "DATABASE_ADOPTED"},
    {Reason::kDeletionProtected, "DELETION_PROTECTED"},
    {Reason::kOwnerMismatch, "OWNER_MISMATCH"},
    {Reason::kPurgeRefused, "PURGE_REFUSED"},
    {Reason::kStaleOperation, "STALE_OPERATION"},
    {Reason::kEtagMismatch, "ETAG_MISMATCH"},
    {Reason::kOperationInProgress, "OPERATION_IN_PROGRESS"},
    {Reason::kNodeNotConnected, "NODE_NOT_CONNECTED"},
    {Reason::kNodeNotConfigured, "NODE_NOT_CONFIGURED"},
    {Reason::kNodeCordoned, "NODE_CORDONED"},
    {Reason::kNodeBusy, "NODE_BUSY"},
    {Reason::kNodeFull, "NODE_FULL"},
    {Reason::kNodeIdInUse, "NODE_ID_IN_USE"},
    {Reason::kServerUnreachable, "SERVER_UNREACHABLE"},
    {Reason::kServerTimeout, "SERVER_TIMEOUT"},
    {Reason::kServerOverloaded, "SERVER_OVERLOADED"},
    {Reason::kServerReadOnly, "SERVER_READ_ONLY"},
    {Reason::kServerTooOld, "SERVER_TOO_OLD"},
    {Reason::kServerMismatch, "SERVER_MISMATCH"},
    {Reason::kServerIdentityChanged, "SERVER_IDENTITY_CHANGED"},
    {Reason::kServerClaimed, "SERVER_CLAIMED"},
    {Reason::kAdminLoginRefused, "ADMIN_LOGIN_REFUSED"},
    {Reason::kAdminPrivilegeMissing, "ADMIN_PRIVILEGE_MISSING"},
    {Reason::kAdminPasswordNotChangeable, "ADMIN_PASSWORD_NOT_CHANGEABLE"},
    {Reason::kServerTlsFailed, "SERVER_TLS_FAILED"},
    {Reason::kServerError, "SERVER_ERROR"},
    {Reason::kStoreUnavailable, "STORE_UNAVAILABLE"},
    {Reason::kStoreCorrupt, "STORE_CORRUPT"},
    {Reason::kInternal, "INTERNAL"},
};

template <typename Detail>
std::string TypeUrl() {
  return absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name());
}

template <typename Detail>
absl::optional<Detail> DetailOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(TypeUrl<Detail>());
  Detail detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) return absl::nullopt;
  return detail;
}

template <typename Detail>
void SetDetail(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

}  // namespace

absl::string_view ReasonName(Reason reason) {
  for (const NamedReason& named : kReasons) {
    if (named.reason == reason) return named.name;
  }
  return "INTERNAL";
}

absl::optional<Reason> ParseReason(absl::string_view name) {
  for (const NamedReason& named : kReasons) {
    if (named.name == name) return named.reason;
  }
  return absl::nullopt;
}

std::vector<Reason> AllReasons() {
  std::vector<Reason> reasons;
  for (const NamedReason& named : kReasons) reasons.push_back(named.reason);
  return reasons;
}

absl::Status MakeError(absl::StatusCode code, Reason reason, absl::string_view message,
                       const ErrorMetadata& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonName(reason)));
  info.set_domain(kDomain);
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  absl::Status status(code, message);
  SetDetail(status, info);
  return status;
}

absl::Status InvalidField(absl::string_view field, absl::string_view description) {
  return InvalidField(Reason::kInvalidField, field, description);
}

absl::Status InvalidField(Reason reason, absl::string_view field, absl::string_view description) {
  absl::Status status =
      MakeError(absl::StatusCode::kInvalidArgument, reason, absl::StrCat(field, ": ", description));
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description));
  SetDetail(status, bad_request);
  return status;
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo info;
  const timespec time = absl::ToTimespec(delay);
  info.mutable_retry_delay()->set_seconds(time.tv_sec);
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(time.tv_nsec));
  SetDetail(status, info);
  return status;
}

absl::Status WithViolation(absl::Status status, absl::string_view type, absl::string_view subject,
                           absl::string_view description) {
  auto failure = DetailOf<google::rpc::PreconditionFailure>(status).value_or(
      google::rpc::PreconditionFailure());
  auto* violation = failure.add_violations();
  violation->set_type(std::string(type));
  violation->set_subject(std::string(subject));
  violation->set_description(std::string(description));
  SetDetail(status, failure);
  return status;
}

absl::Status WithContext(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status framed(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload([&framed](absl::string_view type_url, const absl::Cord& payload) {
    framed.SetPayload(type_url, payload);
  });
  return framed;
}

std::string ReasonOf(const absl::Status& status) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  return info ? info->reason() : "";
}

std::string ErrorMetadataOf(const absl::Status& status, absl::string_view key) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  if (!info) return "";
  const auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? "" : found->second;
}

absl::optional<absl::Duration> RetryAfterOf(const absl::Status& status) {
  const auto info = DetailOf<google::rpc::RetryInfo>(status);
  if (!info) return absl::nullopt;
  return absl::Seconds(info->retry_delay().seconds()) +
         absl::Nanoseconds(info->retry_delay().nanos());
}

}  // namespace eds
