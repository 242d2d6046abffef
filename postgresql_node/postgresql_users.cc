#include "postgresql_node/postgresql_users.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_removal.h"
#include "postgresql_node/postgresql_roles.h"
#include "postgresql_node/postgresql_sharing.h"
#include "postgresql_node/postgresql_sharing_sql.h"
#include "postgresql_node/postgresql_sql.h"
#include "postgresql_node/postgresql_tenant.h"

namespace eds {
namespace {

// A login that the server let in just before it was locked becomes visible only when
// it has started up: look again after this.
constexpr absl::Duration kStartUp = absl::Milliseconds(20);

absl::Status NoDatabase(const Identifier& database) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                   absl::StrCat("database ", database.text(), " is not on the server"));
}

absl::Status NoUser(const Identifier& user) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat("user ", user.text(), " is not on the server"));
}

absl::Status Lock(PostgresqlConnection& connection, const Identifier& user, RoleOid role) {
  const std::string end_sessions = sql::EndSessionsOfRole(connection.dialect(), role);
  // First: a transaction of its own could keep it from being locked.
  RETURN_IF_ERROR(EndSessions(connection, end_sessions));
  RETURN_IF_ERROR(connection.Execute(sql::LockUser(user)));
  RETURN_IF_ERROR(EndSessions(connection, end_sessions));
  absl::SleepFor(kStartUp);
  return EndSessions(connection, end_sessions);
}

absl::Status Complete(PostgresqlConnection& connection, const UserSpec& user,
                      const PasswordVerifier& verifier) {
  ASSIGN_OR_RETURN(const PostgresqlConnection::Rows others,
                   connection.Query(sql::SelectOtherGroups(user)));
  for (const auto& row : others) RETURN_IF_ERROR(connection.Execute(row.at(0)));
  return connection.Execute(sql::CompleteUser(connection.dialect(), user, verifier));
}

absl::Status CreateLogin(PostgresqlConnection& connection, const UserSpec& user,
                         const PasswordVerifier& verifier) {
  if (user.role != Role::kOwner) {
    RETURN_IF_ERROR(EnsureGroup(connection, user.database, user.role));
  }
  absl::Status created = connection.Execute(sql::CreateUser(connection.dialect(), user, verifier));
  if (!HasSqlState(created, sqlstate::kDuplicateObject)) return created;
  return Complete(connection, user, verifier);
}

// What every new user needs on a session in its database.
absl::Status ShareIfNeeded(PostgresqlConnection& connection, const UserSpec& user) {
  if (!NeedsSharing(connection, user.role)) return absl::OkStatus();
  const DatabaseSpec& database = user.database;
  return AsMember(connection, database.owner, [&] {
    return InTenant(connection, database.name.text(),
                    [&](PostgresqlConnection& tenant) { return Share(tenant, database); });
  });
}

absl::Status MissingUserOrDatabase(PostgresqlConnection& connection, const UserSpec& user) {
  ASSIGN_OR_RETURN(const absl::optional<RoleOid> role, FindRole(connection, user.name));
  return role ? NoDatabase(user.database.name) : NoUser(user.name);
}

}  // namespace

absl::Status CreateUser(PostgresqlConnection& connection, const UserSpec& user,
                        const Secret& password) {
  ASSIGN_OR_RETURN(const PasswordVerifier verifier, connection.MakeVerifier(user.name, password));
  const DatabaseSpec& database = user.database;
  absl::Status created =
      AsMember(connection, database.owner, [&] { return CreateLogin(connection, user, verifier); });
  const bool no_database = HasSqlState(created, sqlstate::kInvalidCatalogName) ||
                           HasSqlState(created, sqlstate::kUndefinedObject);  // Its owner.
  if (no_database) return NoDatabase(database.name);
  RETURN_IF_ERROR(created);
  return ShareIfNeeded(connection, user);
}

absl::Status PrepareUser(PostgresqlConnection& connection, const Identifier& user,
                         const absl::optional<DatabaseSpec>& database, const Secret& password) {
  ASSIGN_OR_RETURN(const PasswordVerifier verifier, connection.MakeVerifier(user, password));
  const auto prepare = [&] {
    const absl::Status made = connection.Execute(sql::PrepareUser(user, database, verifier));
    if (!HasSqlState(made, sqlstate::kDuplicateObject)) return made;
    return connection.Execute(sql::PrepareUserAgain(user, database, verifier));
  };
  const absl::Status prepared =
      database ? AsMember(connection, database->owner, prepare) : prepare();
  const bool no_database =
      database && (HasSqlState(prepared, sqlstate::kInvalidCatalogName) ||
                   HasSqlState(prepared, sqlstate::kUndefinedObject));  // Its owner.
  if (no_database) return NoDatabase(database->name);
  RETURN_IF_ERROR(prepared);
  // Now rather than when it is let in: it takes a session in the database.
  return database ? ShareIfNeeded(connection, UserSpec{user, *database}) : absl::OkStatus();
}

absl::Status AdmitUser(PostgresqlConnection& connection, const UserSpec& user, Rights rights) {
  const absl::Status admitted = AsMember(connection, user.database.owner, [&]() -> absl::Status {
    if (user.role != Role::kOwner) {
      RETURN_IF_ERROR(EnsureGroup(connection, user.database, user.role));
    }
    return connection.Execute(sql::AdmitUser(connection.dialect(), user, rights));
  });
  if (HasSqlState(admitted, sqlstate::kInvalidCatalogName) ||
      HasSqlState(admitted, sqlstate::kUndefinedObject)) {
    return MissingUserOrDatabase(connection, user);
  }
  RETURN_IF_ERROR(admitted);
  return rights == Rights::kNone ? ShareIfNeeded(connection, user) : absl::OkStatus();
}

absl::Status SetUserPassword(PostgresqlConnection& connection, const Identifier& user,
                             const Secret& password) {
  ASSIGN_OR_RETURN(const PasswordVerifier verifier, connection.MakeVerifier(user, password));
  const std::string set_password = sql::SetPassword(user, verifier);
  absl::Status status = connection.Execute(set_password);
  if (HasSqlState(status, sqlstate::kLockNotAvailable)) {
    RETURN_IF_ERROR(
        EndSessions(connection, sql::EndSessionsThatAlterRole(connection.dialect(), user)));
    status = connection.Execute(set_password);
  }
  return HasSqlState(status, sqlstate::kUndefinedObject) ? NoUser(user) : status;
}

absl::Status LockUser(PostgresqlConnection& connection, const Identifier& user) {
  ASSIGN_OR_RETURN(const absl::optional<RoleOid> role, FindRole(connection, user));
  return role ? Lock(connection, user, *role) : absl::OkStatus();
}

absl::Status DropUser(PostgresqlConnection& connection, const Identifier& user,
                      const absl::optional<DatabaseSpec>& database) {
  ASSIGN_OR_RETURN(const absl::optional<RoleOid> role, FindRole(connection, user));
  if (!role) return absl::OkStatus();
  RETURN_IF_ERROR(Lock(connection, user, *role));
  absl::optional<Identifier> owner;
  if (database) owner = database->owner;
  return RemoveRole(connection, user, *role, owner);
}

}  // namespace eds
