#include "postgresql_node/postgresql_tenant.h"

#include <utility>

#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_roles.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

using Rows = PostgresqlConnection::Rows;
using ConnectionOr = absl::StatusOr<std::unique_ptr<PostgresqlConnection>>;

// `refused` if it cannot.
ConnectionOr GrantAndEnter(PostgresqlConnection& connection, const std::string& database,
                           ConnectionOr refused) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectEntrance(database)));
  if (rows.empty() || !connection.Execute(rows[0].at(0)).ok()) return refused;
  return connection.OpenTenant(database);
}

ConnectionOr LiftLimitAndEnter(PostgresqlConnection& connection, const std::string& database,
                               ConnectionOr refused) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectEntrance(database)));
  if (rows.empty()) return refused;
  if (rows[0].at(1).empty()) return connection.OpenTenant(database);
  RETURN_IF_ERROR(connection.Execute(rows[0].at(1)));
  ConnectionOr entered = connection.OpenTenant(database);
  RETURN_IF_ERROR(connection.Execute(rows[0].at(2)));
  return entered;
}

}  // namespace

ConnectionOr EnterTenant(PostgresqlConnection& connection, const std::string& database) {
  ConnectionOr entered = connection.OpenTenant(database);
  if (HasSqlState(entered.status(), sqlstate::kInsufficientPrivilege)) {
    entered = GrantAndEnter(connection, database, std::move(entered));
  }
  if (HasSqlState(entered.status(), sqlstate::kTooManyConnections)) {
    entered = LiftLimitAndEnter(connection, database, std::move(entered));
  }
  return entered;
}

absl::Status InTenant(PostgresqlConnection& connection, const std::string& database,
                      const std::function<absl::Status(PostgresqlConnection&)>& step) {
  int process = 0;
  {
    ASSIGN_OR_RETURN(const auto tenant, EnterTenant(connection, database));
    process = tenant->process();
    RETURN_IF_ERROR(step(*tenant));
  }
  // The server ends it only after we have hung up.
  return EndSessions(connection, sql::SelectProcess(connection.dialect(), process));
}

}  // namespace eds
