#ifndef EDS_COMMON_ERROR_H_
#define EDS_COMMON_ERROR_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace eds {

// Why a call failed, as google.rpc.ErrorInfo.reason tells it: clients decide by
// it, never by the message. docs/errors.md explains each.
enum class Reason {
  kInvalidField,                // INVALID_FIELD
  kUnknownKey,                  // UNKNOWN_KEY
  kInvalidPageToken,            // INVALID_PAGE_TOKEN
  kRequestIdReused,             // REQUEST_ID_REUSED
  kDatabaseNotFound,            // DATABASE_NOT_FOUND
  kUserNotFound,                // USER_NOT_FOUND
  kNodeNotFound,                // NODE_NOT_FOUND
  kDisplayNameTaken,            // DISPLAY_NAME_TAKEN
  kDatabaseHasUsers,            // DATABASE_HAS_USERS
  kDatabaseNotReady,            // DATABASE_NOT_READY
  kUserNotReady,                // USER_NOT_READY
  kUserOwnsObjects,             // USER_OWNS_OBJECTS
  kOptionUnsupported,           // OPTION_UNSUPPORTED
  kDatabaseDeleted,             // DATABASE_DELETED
  kDatabaseNotDeleted,          // DATABASE_NOT_DELETED
  kDatabaseAdopted,             // DATABASE_ADOPTED
  kDeletionProtected,           // DELETION_PROTECTED
  kOwnerMismatch,               // OWNER_MISMATCH
  kPurgeRefused,                // PURGE_REFUSED
  kStaleOperation,              // STALE_OPERATION
  kEtagMismatch,                // ETAG_MISMATCH
  kOperationInProgress,         // OPERATION_IN_PROGRESS
  kNodeNotConnected,            // NODE_NOT_CONNECTED
  kNodeNotConfigured,           // NODE_NOT_CONFIGURED
  kNodeCordoned,                // NODE_CORDONED
  kNodeBusy,                    // NODE_BUSY
  kNodeFull,                    // NODE_FULL
  kNodeIdInUse,                 // NODE_ID_IN_USE
  kServerUnreachable,           // SERVER_UNREACHABLE
  kServerTimeout,               // SERVER_TIMEOUT
  kServerOverloaded,            // SERVER_OVERLOADED
  kServerReadOnly,              // SERVER_READ_ONLY
  kServerTooOld,                // SERVER_TOO_OLD
  kServerMismatch,              // SERVER_MISMATCH
  kServerIdentityChanged,       // SERVER_IDENTITY_CHANGED
  kServerClaimed,               // SERVER_CLAIMED
  kAdminLoginRefused,           // ADMIN_LOGIN_REFUSED
  kAdminPrivilegeMissing,       // ADMIN_PRIVILEGE_MISSING
  kAdminPasswordNotChangeable,  // ADMIN_PASSWORD_NOT_CHANGEABLE
  kServerTlsFailed,             // SERVER_TLS_FAILED
  kServerError,                 // SERVER_ERROR
  kStoreUnavailable,            // STORE_UNAVAILABLE
  kStoreCorrupt,                // STORE_CORRUPT
  kInternal,                    // INTERNAL
};

// "INVALID_FIELD" and so on.
absl::string_view ReasonName(Reason reason);
absl::optional<Reason> ParseReason(absl::string_view name);
std::vector<Reason> AllReasons();

using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// An error with a google.rpc.ErrorInfo. `message` is one line for a person, says
// what to do where that can be known, and holds no secret.
absl::Status MakeError(absl::StatusCode code, Reason reason, absl::string_view message,
                       const ErrorMetadata& metadata = {});

// INVALID_ARGUMENT with a google.rpc.BadRequest that names `field` (its path in
// the request, as in "database.display_name") and says how to mend it.
absl::Status InvalidField(absl::string_view field, absl::string_view description);
absl::Status InvalidField(Reason reason, absl::string_view field, absl::string_view description);

// `status` with a google.rpc.RetryInfo added.
absl::Status WithRetryAfter(absl::Status status, absl::Duration delay);

// `status` with one more violation in its google.rpc.PreconditionFailure.
absl::Status WithViolation(absl::Status status, absl::string_view type, absl::string_view subject,
                           absl::string_view description);

// `status` with `context` put in front of its message ("mysql_node: …"); details stay.
absl::Status WithContext(const absl::Status& status, absl::string_view context);

// What ErrorInfo, RetryInfo say; empty where `status` has none.
std::string ReasonOf(const absl::Status& status);
std::string ErrorMetadataOf(const absl::Status& status, absl::string_view key);
absl::optional<absl::Duration> RetryAfterOf(const absl::Status& status);
inline bool HasReason(const absl::Status& status, Reason reason) {
  return ReasonOf(status) == std::string(ReasonName(reason));
}

}  // namespace eds

#endif  // EDS_COMMON_ERROR_H_
