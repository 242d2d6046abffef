#include "mysql_node/mysql_connection.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/failpoint.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_errors.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

// How long to try to end a statement that ran out of time.
constexpr absl::Duration kKillTimeout = absl::Seconds(1);

// What a server may ask for: nothing that sends a password in clear.
constexpr char kPlugins[] =
    "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519";

std::string FormatAddress(const std::string& host, int port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrFormat("[%s]:%d", host, port) : absl::StrFormat("%s:%d", host, port);
}

absl::Status LibraryFailure() {
  return MakeError(absl::StatusCode::kInternal, Reason::kInternal, "libmariadb did not start");
}

// From threads at once, as mysql_init alone may not be.
bool InitialiseLibrary() {
  static const bool initialised = mysql_library_init(0, nullptr, nullptr) == 0;
  return initialised;
}

// The library knows whole seconds.
unsigned int ToSeconds(absl::Duration timeout) {
  return static_cast<unsigned int>(
      std::max<int64_t>(1, absl::ToInt64Seconds(absl::Ceil(timeout, absl::Seconds(1)))));
}

absl::Status ErrorOf(MYSQL* handle, absl::optional<MysqlFlavour> flavour) {
  return MysqlError({.code = mysql_errno(handle),
                     .sqlstate = mysql_sqlstate(handle),
                     .message = mysql_error(handle)},
                    flavour);
}

void SetOptions(MYSQL* handle, absl::Duration timeout) {
  const unsigned int seconds = ToSeconds(timeout);
  const unsigned int tcp = MYSQL_PROTOCOL_TCP;  // `localhost` would mean a socket file.
  const unsigned int no_infile = 0;
  const my_bool no_reconnect = 0;
  mysql_options(handle, MYSQL_OPT_PROTOCOL, &tcp);
  mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &seconds);
  mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
  mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &no_infile);
  mysql_options(handle, MYSQL_OPT_RECONNECT, &no_reconnect);
  mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(handle, MARIADB_OPT_RESTRICTED_AUTH, kPlugins);
  mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "mysql_node");
}

// What a failed login means, for a person.
absl::Status ExplainFailure(const absl::Status& status, const std::string& address) {
  if (IsMysqlError(status, CR_SERVER_LOST)) {
    return WithContext(status, absl::StrCat(address,
                                            " accepts connections but does not greet as "
                                            "MySQL does; is it another kind of server?"));
  }
  return WithContext(status, address);
}

}  // namespace

void MysqlConnection::Closer::operator()(st_mysql* handle) const { mysql_close(handle); }

MysqlConnection::MysqlConnection(const ServerConfig& config, std::string host, std::string address,
                                 Clock& clock, Handle handle)
    : config_(config),
      host_(std::move(host)),
      address_(std::move(address)),
      clock_(clock),
      handle_(std::move(handle)) {}

absl::StatusOr<MysqlConnection::Handle> MysqlConnection::LogIn(const ServerConfig& config,
                                                               const std::string& host,
                                                               absl::Duration timeout) {
  if (!InitialiseLibrary()) return LibraryFailure();
  Handle handle(mysql_init(nullptr));
  if (handle == nullptr) return LibraryFailure();
  SetOptions(handle.get(), timeout);
  if (mysql_real_connect(handle.get(), host.c_str(), config.user.c_str(),
                         config.password.Reveal().c_str(), nullptr, config.port, nullptr,
                         0) == nullptr) {
    return ErrorOf(handle.get(), absl::nullopt);
  }
  return handle;
}

absl::StatusOr<std::unique_ptr<MysqlConnection>> MysqlConnection::Connect(
    const ServerConfig& config, const std::string& host, Clock& clock, absl::Time deadline) {
  const std::string address = FormatAddress(host, config.port);
  const absl::Duration left = deadline - clock.Now();
  if (left <= absl::ZeroDuration()) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                     absl::StrCat(address, ": no time was left to connect"));
  }
  absl::StatusOr<Handle> handle = LogIn(config, host, std::min(config.connect_timeout, left));
  if (!handle.ok()) return ExplainFailure(handle.status(), address);
  auto connection =
      absl::WrapUnique(new MysqlConnection(config, host, address, clock, *std::move(handle)));
  connection->SetDeadline(deadline);
  const absl::Status status = connection->SetUp();
  if (!status.ok()) return WithContext(status, address);
  return connection;
}

absl::Status MysqlConnection::SetUp() {
  ASSIGN_OR_RETURN(const Rows rows, Query(mysql_sql::SelectVersion()));
  ASSIGN_OR_RETURN(version_, ParseMysqlVersion(rows.empty() ? "" : rows[0][0]));
  return Execute(mysql_sql::SetUpSession());
}

absl::Status MysqlConnection::Execute(const std::string& statement) {
  Failpoint("before a statement");
  const absl::Status status = Query(statement).status();
  Failpoint("after a statement");
  return status;
}

absl::StatusOr<MysqlConnection::Rows> MysqlConnection::Query(const std::string& statement) {
  if (clock_.Now() >= deadline_) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                     absl::StrCat("no time was left for the work on ", address_));
  }
  if (mysql_send_query(handle_.get(), statement.data(), statement.size()) != 0) return TakeError();
  if (!AwaitAnswer()) return KillStatement();
  if (mysql_read_query_result(handle_.get()) != 0) return TakeError();
  return ReadRows();
}

bool MysqlConnection::AwaitAnswer() {
  pollfd socket = {.fd = mysql_get_socket(handle_.get()), .events = POLLIN, .revents = 0};
  while (true) {
    const absl::Duration left = deadline_ - clock_.Now();
    if (left <= absl::ZeroDuration()) return false;
    const int64_t milliseconds = absl::ToInt64Milliseconds(absl::Ceil(left, absl::Milliseconds(1)));
    const int ready = poll(&socket, 1, static_cast<int>(std::min<int64_t>(milliseconds, 60'000)));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;  // Reading tells the error.
  }
}

absl::StatusOr<MysqlConnection::Rows> MysqlConnection::ReadRows() {
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
      mysql_store_result(handle_.get()), &mysql_free_result);
  if (result == nullptr && mysql_field_count(handle_.get()) > 0) return TakeError();
  Rows rows;
  if (result == nullptr) return rows;
  const unsigned int columns = mysql_num_fields(result.get());
  while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
    const unsigned long* const lengths = mysql_fetch_lengths(result.get());
    std::vector<std::string>& values = rows.emplace_back();
    for (unsigned int i = 0; i < columns; ++i) {
      values.emplace_back(row[i] == nullptr ? "" : std::string(row[i], lengths[i]));
    }
  }
  return rows;
}

absl::Status MysqlConnection::TakeError() {
  const unsigned int code = mysql_errno(handle_.get());
  const absl::Status status =
      ErrorOf(handle_.get(), version_ ? absl::make_optional(version_->flavour) : absl::nullopt);
  if (IS_MYSQL_ERROR(code) || IS_MARIADB_ERROR(code) ||
      status.code() == absl::StatusCode::kUnavailable) {
    broken_ = true;
  }
  return status;
}

absl::Status MysqlConnection::KillStatement() {
  broken_ = true;
  absl::StatusOr<Handle> killer = LogIn(config_, host_, kKillTimeout);
  const bool killed =
      killer.ok() &&
      mysql_query(killer->get(), mysql_sql::KillQuery(mysql_thread_id(handle_.get())).c_str()) == 0;
  return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                   absl::StrCat(address_, " did not answer in time; the statement ",
                                killed ? "has been cancelled" : "may still run"));
}

absl::Status MysqlConnection::CheckWritable() {
  ASSIGN_OR_RETURN(const Rows rows, Query(mysql_sql::SelectReadOnly()));
  const auto is_off = [](const std::string& value) { return value == "0" || value == "OFF"; };
  if (rows.size() == 1 && std::all_of(rows[0].begin(), rows[0].end(), is_off)) {
    return absl::OkStatus();
  }
  broken_ = true;
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerReadOnly,
                   absl::StrCat(address_, " is read-only; point host to the primary server"));
}

}  // namespace eds
