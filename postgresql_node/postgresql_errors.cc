#include "postgresql_node/postgresql_errors.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {
namespace {

struct Meaning {
  absl::string_view sqlstate;  // Or its class, the first two characters.
  absl::StatusCode code;
  Reason reason;
  absl::string_view advice;  // Put behind the server's message.
};

constexpr Meaning kMeanings[] = {
    {"08", absl::StatusCode::kUnavailable, Reason::kServerUnreachable, ""},
    {sqlstate::kAdminShutdown, absl::StatusCode::kUnavailable, Reason::kServerUnreachable, ""},
    {sqlstate::kCrashShutdown, absl::StatusCode::kUnavailable, Reason::kServerUnreachable, ""},
    {sqlstate::kCannotConnectNow, absl::StatusCode::kUnavailable, Reason::kServerUnreachable, ""},
    {sqlstate::kIdleSessionTimeout, absl::StatusCode::kUnavailable, Reason::kServerUnreachable, ""},
    {sqlstate::kIdleInTransactionSessionTimeout, absl::StatusCode::kUnavailable,
     Reason::kServerUnreachable, ""},

    {sqlstate::kQueryCanceled, absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout, ""},
    {sqlstate::kLockNotAvailable, absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
     "another session holds the lock"},
    {sqlstate::kTransactionTimeout, absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
     ""},

    {sqlstate::kInvalidPassword, absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused,
     "set postgresql/user and postgresql/pass to a login that the server accepts"},
    {sqlstate::kInvalidAuthorizationSpecification, absl::StatusCode::kFailedPrecondition,
     Reason::kAdminLoginRefused,
     "the role must exist with LOGIN, and pg_hba.conf on the server must let it in from here"},
    {sqlstate::kInsufficientPrivilege, absl::StatusCode::kFailedPrecondition,
     Reason::kAdminPrivilegeMissing, "the administrative login lacks a privilege"},
    {sqlstate::kReadOnlySqlTransaction, absl::StatusCode::kFailedPrecondition,
     Reason::kServerReadOnly, "the server takes no changes: is it a standby?"},
    {sqlstate::kDependentObjectsStillExist, absl::StatusCode::kFailedPrecondition,
     Reason::kUserOwnsObjects, ""},

    {sqlstate::kInsufficientResources, absl::StatusCode::kResourceExhausted,
     Reason::kServerOverloaded, ""},
    {sqlstate::kDiskFull, absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded,
     "make room on the server's disk"},
    {sqlstate::kOutOfMemory, absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded, ""},
    {sqlstate::kTooManyConnections, absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded,
     "raise max_connections on the server, or close other connections"},
    {sqlstate::kConfigurationLimitExceeded, absl::StatusCode::kResourceExhausted,
     Reason::kServerOverloaded, ""},

    {sqlstate::kObjectInUse, absl::StatusCode::kInternal, Reason::kServerError,
     "end the superuser's session, prepared transaction or replication slot that holds it"},
    {sqlstate::kInvalidCatalogName, absl::StatusCode::kNotFound, Reason::kDatabaseNotFound, ""},
};

constexpr Meaning kUnknown = {"", absl::StatusCode::kInternal, Reason::kServerError, ""};

constexpr absl::string_view kCollisions[] = {
    sqlstate::kInternalError,  // "tuple concurrently updated".
    sqlstate::kSerializationFailure, sqlstate::kDeadlockDetected,
    sqlstate::kUniqueViolation,     // Both created it.
    sqlstate::kUndefinedObject,     // The other dropped what we had just seen.
    sqlstate::kInvalidCatalogName,  // Likewise.
    sqlstate::kInvalidSchemaName,    sqlstate::kUndefinedTable,
};

const Meaning& MeaningOf(absl::string_view sqlstate) {
  for (const Meaning& meaning : kMeanings) {
    if (absl::StartsWith(sqlstate, meaning.sqlstate)) return meaning;
  }
  return kUnknown;
}

}  // namespace

absl::Status ToStatus(absl::string_view sqlstate, absl::string_view message) {
  const Meaning& meaning = MeaningOf(sqlstate);
  return MakeError(meaning.code, meaning.reason,
                   absl::StrCat(message, meaning.advice.empty() ? "" : "; ", meaning.advice),
                   {{"native_code", std::string(sqlstate)}});
}

std::string SqlStateOf(const absl::Status& status) {
  return ErrorMetadataOf(status, "native_code");
}

bool IsCollision(const absl::Status& status) {
  const std::string sqlstate = SqlStateOf(status);
  return std::find(std::begin(kCollisions), std::end(kCollisions), sqlstate) !=
         std::end(kCollisions);
}

}  // namespace eds
