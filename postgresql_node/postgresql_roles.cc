#include "postgresql_node/postgresql_roles.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"

namespace eds {
namespace {

using Rows = PostgresqlConnection::Rows;

}  // namespace

absl::StatusOr<absl::optional<RoleOid>> FindRole(PostgresqlConnection& connection,
                                                 const Identifier& name) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectRole(name)));
  RoleOid oid = 0;
  if (rows.empty() || !absl::SimpleAtoi(rows[0].at(0), &oid)) return absl::nullopt;
  return oid;
}

absl::Status EndSessions(PostgresqlConnection& connection, const std::string& statement) {
  constexpr absl::Duration kLongestPause = absl::Milliseconds(40);
  absl::Duration pause = absl::Milliseconds(1);
  while (true) {
    ASSIGN_OR_RETURN(const Rows rows, connection.Query(statement));
    if (rows.at(0).at(0) == "0") return absl::OkStatus();
    absl::SleepFor(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

absl::Status AsMember(PostgresqlConnection& connection, const Identifier& owner,
                      const std::function<absl::Status()>& step) {
  absl::Status status = step();
  if (!HasSqlState(status, sqlstate::kInsufficientPrivilege)) return status;
  RETURN_IF_ERROR(connection.Execute(sql::JoinRole(connection.dialect(), owner)));
  return step();
}

}  // namespace eds
