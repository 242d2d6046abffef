#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_ERRORS_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace eds {

// The SQLSTATEs that mean something to us, by the names that PostgreSQL gives them.
namespace sqlstate {
inline constexpr absl::string_view kReadOnlySqlTransaction = "25006";
inline constexpr absl::string_view kIdleInTransactionSessionTimeout = "25P03";
inline constexpr absl::string_view kTransactionTimeout = "25P04";
inline constexpr absl::string_view kInvalidAuthorizationSpecification = "28000";
inline constexpr absl::string_view kInvalidPassword = "28P01";
inline constexpr absl::string_view kDependentObjectsStillExist = "2BP01";
inline constexpr absl::string_view kInvalidCatalogName = "3D000";
inline constexpr absl::string_view kInvalidSchemaName = "3F000";
inline constexpr absl::string_view kInvalidParameterValue = "22023";
inline constexpr absl::string_view kFeatureNotSupported = "0A000";
inline constexpr absl::string_view kUndefinedFile = "58P01";
inline constexpr absl::string_view kUniqueViolation = "23505";
inline constexpr absl::string_view kSerializationFailure = "40001";
inline constexpr absl::string_view kDeadlockDetected = "40P01";
inline constexpr absl::string_view kInsufficientPrivilege = "42501";
inline constexpr absl::string_view kUndefinedObject = "42704";
inline constexpr absl::string_view kWrongObjectType = "42809";
inline constexpr absl::string_view kUndefinedTable = "42P01";
inline constexpr absl::string_view kDuplicateObject = "42710";
inline constexpr absl::string_view kDuplicateDatabase = "42P04";
inline constexpr absl::string_view kInsufficientResources = "53000";
inline constexpr absl::string_view kDiskFull = "53100";
inline constexpr absl::string_view kOutOfMemory = "53200";
inline constexpr absl::string_view kTooManyConnections = "53300";
inline constexpr absl::string_view kConfigurationLimitExceeded = "53400";
inline constexpr absl::string_view kObjectInUse = "55006";
inline constexpr absl::string_view kLockNotAvailable = "55P03";
inline constexpr absl::string_view kQueryCanceled = "57014";
inline constexpr absl::string_view kAdminShutdown = "57P01";
inline constexpr absl::string_view kCrashShutdown = "57P02";
inline constexpr absl::string_view kCannotConnectNow = "57P03";
inline constexpr absl::string_view kIdleSessionTimeout = "57P05";
inline constexpr absl::string_view kInternalError = "XX000";
}  // namespace sqlstate

// What an error of the server means to our caller. `sqlstate` may be empty, if the
// server gave none; `message` is the server's own, which decides nothing. The
// SQLSTATE stays in the metadata under "native_code".
absl::Status ToStatus(absl::string_view sqlstate, absl::string_view message);

// The SQLSTATE that `status` was made of; empty if none.
std::string SqlStateOf(const absl::Status& status);
inline bool HasSqlState(const absl::Status& status, absl::string_view sqlstate) {
  return SqlStateOf(status) == sqlstate;
}

// Whether the same step, which two of us got into each other's way at, may well
// succeed at once if it is repeated. An object in use (55006) is none: the server has
// waited five seconds before it says so.
bool IsCollision(const absl::Status& status);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_ERRORS_H_
