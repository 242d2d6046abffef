#include "mysql_node/mysql_sessions.h"

#include <mariadb/mysqld_error.h>

#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_errors.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

// Between two looks at sessions that are about to end.
constexpr absl::Duration kPause = absl::Milliseconds(10);

// False if there are none.
absl::StatusOr<bool> KillSessions(MysqlConnection& connection, const std::string& select) {
  ASSIGN_OR_RETURN(const MysqlConnection::Rows sessions, connection.Query(select));
  for (const auto& session : sessions) {
    RETURN_IF_ERROR(KillSession(connection, session[0]));
  }
  return !sessions.empty();
}

}  // namespace

absl::Status KillSession(MysqlConnection& connection, absl::string_view id) {
  const absl::Status status = connection.Execute(mysql_sql::KillConnection(id));
  return IsMysqlError(status, ER_NO_SUCH_THREAD) ? absl::OkStatus() : status;
}

absl::Status EndSessionsOfUser(MysqlConnection& connection, const Identifier& user) {
  while (true) {
    ASSIGN_OR_RETURN(const bool found,
                     KillSessions(connection, mysql_sql::SelectSessionsOfUser(user)));
    if (!found) return absl::OkStatus();
    absl::SleepFor(kPause);
  }
}

absl::Status EndSessionsOnDatabase(MysqlConnection& connection, const Identifier& database) {
  return KillSessions(connection, mysql_sql::SelectSessionsOnDatabase(database)).status();
}

}  // namespace eds
