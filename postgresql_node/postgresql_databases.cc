#include "postgresql_node/postgresql_databases.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_extensions.h"
#include "postgresql_node/postgresql_groups.h"
#include "postgresql_node/postgresql_removal.h"
#include "postgresql_node/postgresql_removal_sql.h"
#include "postgresql_node/postgresql_roles.h"
#include "postgresql_node/postgresql_sharing.h"
#include "postgresql_node/postgresql_sql.h"
#include "postgresql_node/postgresql_tenant.h"

namespace eds {
namespace {

enum class Presence {
  kMissing,
  kOpen,
  kClosed,  // Takes no or few connections: a DropDatabase did not get further.
  kBroken,  // The server crashed while it dropped it.
};

absl::StatusOr<Presence> FindDatabase(PostgresqlConnection& connection,
                                      const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows,
                   connection.Query(sql::SelectDatabase(database)));
  if (rows.empty()) return Presence::kMissing;
  if (rows[0].at(1) == "t") return Presence::kBroken;
  return rows[0].at(0) == "t" ? Presence::kOpen : Presence::kClosed;
}

absl::Status EnsureOwner(PostgresqlConnection& connection, const Identifier& owner) {
  const Dialect dialect = connection.dialect();
  absl::Status created = connection.Execute(sql::CreateOwner(dialect, owner));
  if (!HasSqlState(created, sqlstate::kDuplicateObject)) return created;
  return connection.Execute(sql::JoinRole(dialect, owner));
}

// Brings a database that exists to where CreateDatabase would have left it.
absl::Status Complete(PostgresqlConnection& connection, const DatabaseSpec& database) {
  const Dialect dialect = connection.dialect();
  ASSIGN_OR_RETURN(const Presence presence, FindDatabase(connection, database));
  switch (presence) {
    case Presence::kMissing:  // Dropped since: the same as if it had never been there.
      return connection.Execute(sql::CreateDatabase(dialect, database));
    case Presence::kOpen:
      return absl::OkStatus();
    case Presence::kClosed:
      return connection.Execute(sql::AllowConnections(dialect, database));
    case Presence::kBroken:
      RETURN_IF_ERROR(connection.Execute(sql::DropDatabase(database.name)));
      return connection.Execute(sql::CreateDatabase(dialect, database));
  }
  return absl::OkStatus();
}

// Before anything is made. What somebody has put into a database that is there is no
// question any more.
absl::Status CheckOptions(PostgresqlConnection& connection, const DatabaseSpec& database) {
  if (database.options.extensions.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Presence presence, FindDatabase(connection, database));
  return presence == Presence::kMissing ? CheckExtensions(connection, database) : absl::OkStatus();
}

// Whether CREATE DATABASE failed for an encoding or a locale; its role is there.
bool IsOfOptions(const DatabaseOptions& options, const absl::Status& created) {
  if (options.encoding.empty() && options.locale.empty()) return false;
  return HasSqlState(created, sqlstate::kUndefinedObject) ||
         HasSqlState(created, sqlstate::kWrongObjectType) ||
         HasSqlState(created, sqlstate::kInvalidParameterValue);
}

absl::Status Unsupported(const absl::Status& created) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOptionUnsupported,
                   absl::StrCat("the server cannot create such a database: ", created.message()));
}

// Whether nothing is to be done on a session in the database, which costs as much as making
// it did.
absl::StatusOr<bool> NeedsNoFurniture(PostgresqlConnection& connection,
                                      const DatabaseSpec& database, bool is_new) {
  if (!database.options.extensions.empty()) return false;
  if (!connection.dialect().opens_public_schema()) return true;
  if (!is_new) return false;
  ASSIGN_OR_RETURN(const bool can_close, CanCloseNewPublicSchemas(connection));
  return !can_close;
}

absl::Status Furnish(PostgresqlConnection& connection, const DatabaseSpec& database, bool is_new) {
  ASSIGN_OR_RETURN(const bool is_furnished, NeedsNoFurniture(connection, database, is_new));
  if (is_furnished) return absl::OkStatus();
  const auto furnish = [&](PostgresqlConnection& tenant) -> absl::Status {
    RETURN_IF_ERROR(ClosePublicSchema(tenant, database));
    return CreateExtensions(tenant, database);
  };
  return AsMember(connection, database.owner,
                  [&] { return InTenant(connection, database.name.text(), furnish); });
}

// Of a database that is not there.
absl::Status DropGroups(PostgresqlConnection& connection, const DatabaseSpec& database) {
  // The owner last: by it the database's remains are known.
  for (const Role role : {Role::kReadOnly, Role::kReadWrite, Role::kOwner}) {
    const Identifier group = GroupOf(database, role);
    ASSIGN_OR_RETURN(const absl::optional<RoleOid> oid, FindRole(connection, group));
    if (oid) RETURN_IF_ERROR(RemoveRole(connection, group, *oid, database.owner));
  }
  return absl::OkStatus();
}

// What has just been made, and cannot be what it should.
absl::Status Undo(PostgresqlConnection& connection, const DatabaseSpec& database,
                  absl::Status failure) {
  if (failure.code() != absl::StatusCode::kFailedPrecondition) return failure;
  RETURN_IF_ERROR(DropDatabase(connection, database));
  return failure;
}

}  // namespace

absl::Status CreateDatabase(PostgresqlConnection& connection, const DatabaseSpec& database) {
  RETURN_IF_ERROR(CheckOptions(connection, database));
  RETURN_IF_ERROR(EnsureOwner(connection, database.owner));
  absl::Status created = connection.Execute(sql::CreateDatabase(connection.dialect(), database));
  if (IsOfOptions(database.options, created)) {
    // Fails, as it should, if it owns a database.
    (void)connection.Execute(sql::DropRole(database.owner));
    return Unsupported(created);
  }
  const bool is_new = created.ok();
  if (HasSqlState(created, sqlstate::kDuplicateDatabase)) created = Complete(connection, database);
  RETURN_IF_ERROR(created);
  RETURN_IF_ERROR(connection.Execute(sql::CloseToPublic(database.name)));
  absl::Status furnished = Furnish(connection, database, is_new);
  return is_new ? Undo(connection, database, std::move(furnished)) : furnished;
}

absl::Status DropDatabase(PostgresqlConnection& connection, const DatabaseSpec& database) {
  const Dialect dialect = connection.dialect();
  ASSIGN_OR_RETURN(const Presence presence, FindDatabase(connection, database));
  if (presence != Presence::kMissing) {
    RETURN_IF_ERROR(AsMember(connection, database.owner, [&]() -> absl::Status {
      const std::string end_sessions = sql::EndSessionsOfDatabase(dialect, database.name);
      if (presence != Presence::kBroken) {
        // First: a transaction of theirs could keep it open.
        RETURN_IF_ERROR(EndSessions(connection, end_sessions));
        RETURN_IF_ERROR(connection.Execute(sql::ForbidConnections(dialect, database.name)));
      }
      RETURN_IF_ERROR(EndSessions(connection, end_sessions));
      return connection.Execute(sql::DropDatabase(database.name));
    }));
  }
  return DropGroups(connection, database);
}

}  // namespace eds
