#include "postgresql_node/postgresql_databases.h"

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_roles.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

enum class Presence {
  kMissing,
  kOpen,
  kClosed,  // Takes no or few connections: a DropDatabase did not get further.
  kBroken,  // The server crashed while it dropped it.
};

absl::StatusOr<Presence> FindDatabase(PostgresqlConnection& connection, const Identifier& name) {
  ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows,
                   connection.Query(sql::SelectDatabase(name)));
  if (rows.empty()) return Presence::kMissing;
  if (rows[0].at(1) == "t") return Presence::kBroken;
  return rows[0].at(0) == "t" ? Presence::kOpen : Presence::kClosed;
}

absl::Status EnsureOwner(PostgresqlConnection& connection, const Identifier& owner) {
  absl::Status created = connection.Execute(sql::CreateOwner(owner));
  if (!HasSqlState(created, sqlstate::kDuplicateObject)) return created;
  return connection.Execute(sql::JoinRole(owner));
}

// Brings a database that exists to where CreateDatabase would have left it.
absl::Status Complete(PostgresqlConnection& connection, const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const Presence presence, FindDatabase(connection, database.name));
  switch (presence) {
    case Presence::kMissing:  // Dropped since: the same as if it had never been there.
      return connection.Execute(sql::CreateDatabase(database));
    case Presence::kOpen:
      return absl::OkStatus();
    case Presence::kClosed:
      return connection.Execute(sql::AllowConnections(database.name));
    case Presence::kBroken:
      RETURN_IF_ERROR(connection.Execute(sql::DropDatabase(database.name)));
      return connection.Execute(sql::CreateDatabase(database));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CreateDatabase(PostgresqlConnection& connection, const DatabaseSpec& database) {
  RETURN_IF_ERROR(EnsureOwner(connection, database.owner));
  absl::Status created = connection.Execute(sql::CreateDatabase(database));
  if (HasSqlState(created, sqlstate::kDuplicateDatabase)) created = Complete(connection, database);
  RETURN_IF_ERROR(created);
  return connection.Execute(sql::CloseToPublic(database.name));
}

absl::Status DropDatabase(PostgresqlConnection& connection, const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const Presence presence, FindDatabase(connection, database.name));
  if (presence != Presence::kMissing) {
    RETURN_IF_ERROR(AsMember(connection, database.owner, [&]() -> absl::Status {
      if (presence != Presence::kBroken) {
        RETURN_IF_ERROR(connection.Execute(sql::ForbidConnections(database.name)));
      }
      RETURN_IF_ERROR(EndSessions(connection, sql::EndSessionsOfDatabase(database.name)));
      return connection.Execute(sql::DropDatabase(database.name));
    }));
  }
  ASSIGN_OR_RETURN(const absl::optional<RoleOid> owner, FindRole(connection, database.owner));
  if (!owner) return absl::OkStatus();
  return RemoveRole(connection, database.owner, *owner, absl::nullopt);
}

}  // namespace eds
