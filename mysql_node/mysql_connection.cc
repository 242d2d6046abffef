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
#include "mysql_node/mysql_login.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

// How long to try to end a statement that ran out of time.
constexpr absl::Duration kKillTimeout = absl::Seconds(1);

std::string FormatAddress(const std::string& host, int port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrFormat("[%s]:%d", host, port) : absl::StrFormat("%s:%d", host, port);
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

MysqlConnection::MysqlConnection(const ServerConfig& config, AdminPasswords& passwords,
                                 std::string host, std::string address, Clock& clock,
                                 MysqlSession session)
    : config_(config),
      passwords_(passwords),
      host_(std::move(host)),
      address_(std::move(address)),
      clock_(clock),
      session_(std::move(session)) {}

absl::StatusOr<std::unique_ptr<MysqlConnection>> MysqlConnection::Connect(
    const ServerConfig& config, AdminPasswords& passwords, const std::string& host, Clock& clock,
    absl::Time deadline) {
  const std::string address = FormatAddress(host, config.port);
  const absl::Duration left = deadline - clock.Now();
  if (left <= absl::ZeroDuration()) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                     absl::StrCat(address, ": no time was left to connect"));
  }
  absl::StatusOr<MysqlSession> session = passwords.Try([&](const Secret& password) {
    return LogInToMysql(config, host, password, std::min(config.connect_timeout, left));
  });
  if (!session.ok()) return ExplainFailure(session.status(), address);
  auto connection = absl::WrapUnique(
      new MysqlConnection(config, passwords, host, address, clock, *std::move(session)));
  connection->SetDeadline(deadline);
  const absl::Status status = connection->SetUp();
  if (!status.ok()) return WithContext(status, address);
  return connection;
}

absl::Status MysqlConnection::SetUp() {
  ASSIGN_OR_RETURN(const Rows rows, Query(mysql_sql::SelectVersion()));
  ASSIGN_OR_RETURN(version_, ParseMysqlVersion(rows.empty() ? "" : rows[0][0]));
  return Execute(mysql_sql::SetUpSession(*version_));
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
  if (mysql_send_query(session_.get(), statement.data(), statement.size()) != 0) return TakeError();
  if (!AwaitAnswer()) return KillStatement();
  if (mysql_read_query_result(session_.get()) != 0) return TakeError();
  return ReadRows();
}

bool MysqlConnection::AwaitAnswer() {
  pollfd socket = {.fd = mysql_get_socket(session_.get()), .events = POLLIN, .revents = 0};
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
      mysql_store_result(session_.get()), &mysql_free_result);
  if (result == nullptr && mysql_field_count(session_.get()) > 0) return TakeError();
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
  const unsigned int code = mysql_errno(session_.get());
  const absl::Status status = LastMysqlError(
      session_.get(), version_ ? absl::make_optional(version_->flavour) : absl::nullopt);
  if (IS_MYSQL_ERROR(code) || IS_MARIADB_ERROR(code) ||
      status.code() == absl::StatusCode::kUnavailable) {
    broken_ = true;
  }
  return status;
}

absl::Status MysqlConnection::KillStatement() {
  broken_ = true;
  const absl::StatusOr<MysqlSession> killer = passwords_.Try([this](const Secret& password) {
    return LogInToMysql(config_, host_, password, kKillTimeout);
  });
  const bool killed =
      killer.ok() &&
      mysql_query(killer->get(), mysql_sql::KillQuery(mysql_thread_id(session_.get())).c_str()) ==
          0;
  return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                   absl::StrCat(address_, " did not answer in time; the statement ",
                                killed ? "has been cancelled" : "may still run"));
}

std::string MysqlConnection::tls_version() const {
  const char* version = nullptr;
  const bool told =
      mariadb_get_infov(session_.get(), MARIADB_CONNECTION_TLS_VERSION, &version) == 0;
  return told && version != nullptr ? version : "";
}

absl::Status MysqlConnection::CheckWritable(const absl::optional<Identifier>& database) {
  ASSIGN_OR_RETURN(const Rows rows, Query(mysql_sql::SelectReadOnly(database)));
  if (database && rows.empty()) {
    return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                     absl::StrCat("there is no database ", database->text()));
  }
  const auto is_off = [](const std::string& value) { return value == "0" || value == "OFF"; };
  if (rows.size() == 1 && std::all_of(rows[0].begin(), rows[0].end(), is_off)) {
    return absl::OkStatus();
  }
  broken_ = true;
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerReadOnly,
                   absl::StrCat(address_, " is read-only; point host to the primary server"));
}

}  // namespace eds
