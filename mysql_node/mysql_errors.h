#ifndef EDS_MYSQL_NODE_MYSQL_ERRORS_H_
#define EDS_MYSQL_NODE_MYSQL_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mysql_node/mysql_version.h"

namespace eds {

// Errors of MySQL that <mariadb/mysqld_error.h> does not name, or names otherwise:
// above 3000 the two flavours number apart.
inline constexpr unsigned int kErQueryTimeout = 3024;
inline constexpr unsigned int kErServerOfflineMode = 3032;
inline constexpr unsigned int kErAccountHasBeenLocked = 3118;
inline constexpr unsigned int kErSecureTransportRequired = 3159;
inline constexpr unsigned int kErDiskFullNowait = 3675;
inline constexpr unsigned int kErSchemaDirCreateFailed = 3680;
inline constexpr unsigned int kErPasswordLocked = 3955;
inline constexpr unsigned int kErCannotUserReferencedAsDefiner = 4006;
inline constexpr unsigned int kErClientInteractionTimeout = 4031;

// An error as the server, or libmariadb itself, reports it.
struct MysqlNativeError {
  unsigned int code = 0;
  absl::string_view sqlstate;
  absl::string_view message;
};

// The one place that gives a native error its code and Reason, by its number.
// `flavour` is not known before the login has succeeded. The result has
// "native_code" and "sqlstate" in its metadata.
absl::Status MysqlError(const MysqlNativeError& error, absl::optional<MysqlFlavour> flavour);

// Whether `status` was made by MysqlError from `native_code`.
bool IsMysqlError(const absl::Status& status, unsigned int native_code);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_ERRORS_H_
