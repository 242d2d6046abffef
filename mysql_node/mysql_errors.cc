#include "mysql_node/mysql_errors.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/error.h"

namespace eds {
namespace {

constexpr char kNativeCode[] = "native_code";
constexpr char kSqlState[] = "sqlstate";

enum class Applies { kBoth, kMysql, kMariadb };

// What to answer for a class of errors; `advice` goes in front of the server's text.
struct Answer {
  absl::StatusCode code;
  Reason reason;
  absl::string_view advice;
};

constexpr Answer kUnreachable = {absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                                 "the server cannot be reached; check host and port, and that it "
                                 "runs and listens there"};
constexpr Answer kLost = {absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                          "the connection to the server was lost"};
constexpr Answer kTimeout = {absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                             "the server did not finish in time"};
constexpr Answer kOverloaded = {absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded,
                                "the server is at its limits"};
constexpr Answer kLoginRefused = {absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused,
                                  "the server refuses the administrator's login; check user and "
                                  "password, and that the account may log in from this host, and "
                                  "as tls_mode says"};
constexpr Answer kNeedsTls = {absl::StatusCode::kFailedPrecondition, Reason::kServerTlsFailed,
                              "the server accepts logins over TLS alone; set mysql/tls_mode to "
                              "verify_full or required"};
constexpr Answer kTlsFailed = {absl::StatusCode::kFailedPrecondition, Reason::kServerTlsFailed,
                               "no connection that is protected as mysql/tls_mode asks for; have "
                               "the server's TLS mended, set mysql/tls_ca_file to its authority, "
                               "or choose another mode"};
constexpr Answer kNotAllowed = {absl::StatusCode::kFailedPrecondition,
                                Reason::kAdminPrivilegeMissing,
                                "the administrator lacks a privilege"};
constexpr Answer kReadOnly = {absl::StatusCode::kFailedPrecondition, Reason::kServerReadOnly,
                              "the server is read-only"};
constexpr Answer kMismatch = {absl::StatusCode::kFailedPrecondition, Reason::kServerMismatch,
                              "this does not seem to be a MySQL or MariaDB server"};
constexpr Answer kOwnsObjects = {absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects,
                                 "views, routines, triggers or events name the user as DEFINER"};
constexpr Answer kNoSuchOption = {absl::StatusCode::kFailedPrecondition, Reason::kOptionUnsupported,
                                  "the server has no such character set, or no such collation of "
                                  "it; SHOW COLLATION lists what it has"};
constexpr Answer kUnforeseen = {absl::StatusCode::kInternal, Reason::kServerError,
                                "the server reported an error"};

constexpr Answer kNoFolder = {absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded,
                              "the server cannot make a folder for the database; make room on its "
                              "disk"};

struct Entry {
  unsigned int native_code;
  Applies applies;
  const Answer& answer;
};

constexpr Entry kTable[] = {
    // libmariadb's own.
    {CR_SOCKET_CREATE_ERROR, Applies::kBoth, kUnreachable},
    {CR_CONNECTION_ERROR, Applies::kBoth, kUnreachable},
    {CR_CONN_HOST_ERROR, Applies::kBoth, kUnreachable},
    {CR_IPSOCK_ERROR, Applies::kBoth, kUnreachable},
    {CR_UNKNOWN_HOST, Applies::kBoth, kUnreachable},
    {CR_SERVER_GONE_ERROR, Applies::kBoth, kLost},
    {CR_SERVER_LOST, Applies::kBoth, kLost},
    {CR_SERVER_LOST_EXTENDED, Applies::kBoth, kLost},
    {CR_ERR_NET_READ, Applies::kBoth, kLost},
    {CR_ERR_NET_WRITE, Applies::kBoth, kLost},
    {CR_VERSION_ERROR, Applies::kBoth, kMismatch},
    {CR_SERVER_HANDSHAKE_ERR, Applies::kBoth, kMismatch},
    {CR_MALFORMED_PACKET, Applies::kBoth, kMismatch},
    {CR_SECURE_AUTH, Applies::kBoth, kLoginRefused},
    {CR_AUTH_PLUGIN_CANNOT_LOAD, Applies::kBoth, kLoginRefused},
    {CR_AUTH_PLUGIN_ERR, Applies::kBoth, kLoginRefused},
    {CR_SSL_CONNECTION_ERROR, Applies::kBoth, kTlsFailed},
    {CR_PLUGIN_NOT_ALLOWED, Applies::kBoth, kLoginRefused},
    // The connection, or the server, is going away.
    {ER_SERVER_SHUTDOWN, Applies::kBoth, kLost},
    {ER_ABORTING_CONNECTION, Applies::kBoth, kLost},
    {ER_NEW_ABORTING_CONNECTION, Applies::kBoth, kLost},
    {ER_NET_READ_ERROR, Applies::kBoth, kLost},
    {ER_NET_READ_INTERRUPTED, Applies::kBoth, kLost},
    {ER_NET_ERROR_ON_WRITE, Applies::kBoth, kLost},
    {ER_NET_WRITE_INTERRUPTED, Applies::kBoth, kLost},
    {ER_CONNECTION_KILLED, Applies::kMariadb, kLost},
    {kErServerOfflineMode, Applies::kMysql, kUnreachable},
    {kErClientInteractionTimeout, Applies::kMysql, kLost},
    // Time.
    {ER_QUERY_INTERRUPTED, Applies::kBoth, kTimeout},
    {ER_LOCK_WAIT_TIMEOUT, Applies::kBoth, kTimeout},
    {ER_STATEMENT_TIMEOUT, Applies::kMariadb, kTimeout},
    {kErQueryTimeout, Applies::kMysql, kTimeout},
    // Limits.
    {ER_CON_COUNT_ERROR, Applies::kBoth, kOverloaded},
    {ER_TOO_MANY_USER_CONNECTIONS, Applies::kBoth, kOverloaded},
    {ER_USER_LIMIT_REACHED, Applies::kBoth, kOverloaded},
    {ER_CANT_CREATE_THREAD, Applies::kBoth, kOverloaded},
    {ER_OUT_OF_RESOURCES, Applies::kBoth, kOverloaded},
    {ER_OUTOFMEMORY, Applies::kBoth, kOverloaded},
    {ER_OUT_OF_SORTMEMORY, Applies::kBoth, kOverloaded},
    {ER_DISK_FULL, Applies::kBoth, kOverloaded},
    {ER_RECORD_FILE_FULL, Applies::kBoth, kOverloaded},
    {ER_LOCK_DEADLOCK, Applies::kBoth, kOverloaded},
    {kErDiskFullNowait, Applies::kMysql, kOverloaded},
    {ER_CANT_CREATE_DB, Applies::kBoth, kNoFolder},
    {kErSchemaDirCreateFailed, Applies::kMysql, kNoFolder},
    // The administrator's login.
    {ER_ACCESS_DENIED_ERROR, Applies::kBoth, kLoginRefused},
    {ER_ACCESS_DENIED_NO_PASSWORD_ERROR, Applies::kBoth, kLoginRefused},
    {ER_HOST_IS_BLOCKED, Applies::kBoth, kLoginRefused},
    {ER_HOST_NOT_PRIVILEGED, Applies::kBoth, kLoginRefused},
    {ER_NOT_SUPPORTED_AUTH_MODE, Applies::kBoth, kLoginRefused},
    {ER_MUST_CHANGE_PASSWORD, Applies::kBoth, kLoginRefused},
    {ER_MUST_CHANGE_PASSWORD_LOGIN, Applies::kBoth, kLoginRefused},
    {ER_USER_IS_BLOCKED, Applies::kMariadb, kLoginRefused},
    {ER_ACCOUNT_HAS_BEEN_LOCKED, Applies::kMariadb, kLoginRefused},
    {kErAccountHasBeenLocked, Applies::kMysql, kLoginRefused},
    {kErPasswordLocked, Applies::kMysql, kLoginRefused},
    {kErSecureTransportRequired, Applies::kMysql, kNeedsTls},
    // Its privileges.
    {ER_DBACCESS_DENIED_ERROR, Applies::kBoth, kNotAllowed},
    {ER_TABLEACCESS_DENIED_ERROR, Applies::kBoth, kNotAllowed},
    {ER_COLUMNACCESS_DENIED_ERROR, Applies::kBoth, kNotAllowed},
    {ER_PROCACCESS_DENIED_ERROR, Applies::kBoth, kNotAllowed},
    {ER_SPECIFIC_ACCESS_DENIED_ERROR, Applies::kBoth, kNotAllowed},
    {ER_KILL_DENIED_ERROR, Applies::kBoth, kNotAllowed},
    {ER_CANT_CREATE_USER_WITH_GRANT, Applies::kBoth, kNotAllowed},
    // Read-only servers. ER_OPTION_PREVENTS_STATEMENT is not among them: it has other
    // causes too.
    {ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, Applies::kBoth, kReadOnly},
    {ER_READ_ONLY_MODE, Applies::kBoth, kReadOnly},
    {ER_INNODB_READ_ONLY, Applies::kBoth, kReadOnly},
    // Options of databases.
    {ER_UNKNOWN_CHARACTER_SET, Applies::kBoth, kNoSuchOption},
    {ER_UNKNOWN_COLLATION, Applies::kBoth, kNoSuchOption},
    {ER_COLLATION_CHARSET_MISMATCH, Applies::kBoth, kNoSuchOption},
    // Definers.
    {kErCannotUserReferencedAsDefiner, Applies::kMysql, kOwnsObjects},
};

bool AppliesTo(Applies applies, absl::optional<MysqlFlavour> flavour) {
  if (applies == Applies::kBoth || !flavour) return true;
  return (applies == Applies::kMariadb) == (*flavour == MysqlFlavour::kMariadb);
}

const Answer& Find(unsigned int native_code, absl::optional<MysqlFlavour> flavour) {
  for (const Entry& entry : kTable) {
    if (entry.native_code == native_code && AppliesTo(entry.applies, flavour)) return entry.answer;
  }
  return kUnforeseen;
}

// The server's text on one line. What it says of a syntax error repeats the
// statement, with the verifier that may be in it.
std::string Quote(const MysqlNativeError& error) {
  if (error.code == ER_PARSE_ERROR) return "a statement was not understood";
  return absl::StrReplaceAll(error.message, {{"\n", " "}, {"\r", " "}});
}

}  // namespace

absl::Status MysqlError(const MysqlNativeError& error, absl::optional<MysqlFlavour> flavour) {
  const Answer& answer = Find(error.code, flavour);
  return MakeError(
      answer.code, answer.reason,
      absl::StrCat(answer.advice, ": ", Quote(error), " (", error.code, ")"),
      {{kNativeCode, absl::StrCat(error.code)}, {kSqlState, std::string(error.sqlstate)}});
}

bool IsMysqlError(const absl::Status& status, unsigned int native_code) {
  return ErrorMetadataOf(status, kNativeCode) == absl::StrCat(native_code);
}

}  // namespace eds
