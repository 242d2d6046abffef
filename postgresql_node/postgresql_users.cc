#include "postgresql_node/postgresql_users.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_roles.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

// A login that the server let in just before it was locked becomes visible only when
// it has started up: look again after this.
constexpr absl::Duration kStartUp = absl::Milliseconds(20);

absl::Status NoDatabase(const Identifier& database) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                   absl::StrCat("database ", database.text(), " is not on the server"));
}

absl::Status Lock(PostgresqlConnection& connection, const Identifier& user, RoleOid role) {
  RETURN_IF_ERROR(connection.Execute(sql::LockUser(user)));
  RETURN_IF_ERROR(EndSessions(connection, sql::EndSessionsOfRole(role)));
  absl::SleepFor(kStartUp);
  return EndSessions(connection, sql::EndSessionsOfRole(role));
}

}  // namespace

absl::Status CreateUser(PostgresqlConnection& connection, const UserSpec& user,
                        const Secret& password) {
  ASSIGN_OR_RETURN(const PasswordVerifier verifier, connection.MakeVerifier(user.name, password));
  absl::Status status = AsMember(connection, user.database.owner, [&] {
    absl::Status created = connection.Execute(sql::CreateUser(user, verifier));
    if (!HasSqlState(created, sqlstate::kDuplicateObject)) return created;
    return connection.Execute(sql::CompleteUser(user, verifier));
  });
  const bool no_database = HasSqlState(status, sqlstate::kInvalidCatalogName) ||
                           HasSqlState(status, sqlstate::kUndefinedObject);  // Its owner.
  return no_database ? NoDatabase(user.database.name) : status;
}

absl::Status SetUserPassword(PostgresqlConnection& connection, const Identifier& user,
                             const Secret& password) {
  ASSIGN_OR_RETURN(const PasswordVerifier verifier, connection.MakeVerifier(user, password));
  absl::Status status = connection.Execute(sql::SetPassword(user, verifier));
  if (!HasSqlState(status, sqlstate::kUndefinedObject)) return status;
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat("user ", user.text(), " is not on the server"));
}

absl::Status LockUser(PostgresqlConnection& connection, const Identifier& user) {
  ASSIGN_OR_RETURN(const absl::optional<RoleOid> role, FindRole(connection, user));
  return role ? Lock(connection, user, *role) : absl::OkStatus();
}

absl::Status DropUser(PostgresqlConnection& connection, const UserSpec& user) {
  ASSIGN_OR_RETURN(const absl::optional<RoleOid> role, FindRole(connection, user.name));
  if (!role) return absl::OkStatus();
  RETURN_IF_ERROR(Lock(connection, user.name, *role));
  return RemoveRole(connection, user.name, *role, user.database);
}

}  // namespace eds
