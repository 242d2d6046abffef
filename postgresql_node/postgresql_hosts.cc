#include "postgresql_node/postgresql_hosts.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_claim.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

using ConnectionOr = absl::StatusOr<std::unique_ptr<PostgresqlConnection>>;

absl::Status CheckWritable(PostgresqlConnection& connection) {
  ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows, connection.Query(sql::SelectWritable()));
  if (rows.at(0).at(0) == "t") return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerReadOnly,
                   absl::StrCat("the PostgreSQL server at ", connection.address(),
                                " takes no changes (a standby, or default_transaction_read_only "
                                "is on); add the primary to postgresql/host"));
}

ConnectionOr ConnectTo(PostgresqlTarget target, absl::Duration patience, absl::Time deadline,
                       Clock& clock, SocketWatchdog& watchdog) {
  ConnectionOr connection = PostgresqlConnection::Open(target, patience, deadline, clock, watchdog);
  if (HasSqlState(connection.status(), sqlstate::kInvalidCatalogName)) {
    target.database = "template1";
    connection = PostgresqlConnection::Open(std::move(target), patience, deadline, clock, watchdog);
  }
  RETURN_IF_ERROR(connection.status());
  RETURN_IF_ERROR(CheckWritable(**connection));
  return connection;
}

// An answer of a server tells more than the silence of another.
bool IsSilence(const absl::Status& status) {
  return HasReason(status, Reason::kServerUnreachable) || HasReason(status, Reason::kServerTimeout);
}

}  // namespace

ConnectionOr ConnectToWritable(const ServerConfig& config, AdminPasswords& passwords,
                               absl::Time deadline, Clock& clock, SocketWatchdog& watchdog) {
  absl::Status failure;
  size_t hosts_left = config.hosts.size();
  for (const std::string& host : config.hosts) {
    const absl::Duration share = (deadline - clock.Now()) / static_cast<int64_t>(hosts_left--);
    ConnectionOr connection =
        ConnectTo({.host = host,
                   .port = config.port,
                   .user = config.user,
                   .passwords = &passwords,
                   .database = "postgres",
                   .session_name = SessionNameOf(config.claim),
                   .tls = config.tls},
                  std::min(config.connect_timeout, share), deadline, clock, watchdog);
    if (connection.ok()) return connection;
    if (failure.ok() || (IsSilence(failure) && !IsSilence(connection.status()))) {
      failure = connection.status();
    }
  }
  return failure;
}

}  // namespace eds
