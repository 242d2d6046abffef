#include "mysql_node/mysql_users.h"

#include <mariadb/mysqld_error.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_errors.h"
#include "mysql_node/mysql_sessions.h"
#include "mysql_node/mysql_sql.h"
#include "mysql_node/mysql_user_passwords.h"

namespace eds {
namespace {

absl::StatusOr<bool> Exists(MysqlConnection& connection, const std::string& find) {
  ASSIGN_OR_RETURN(const MysqlConnection::Rows rows, connection.Query(find));
  return !rows.empty();
}

absl::Status CheckOptions(const MysqlVersion& version, const UserOptions& options) {
  if (options.statement_timeout == absl::ZeroDuration() || HasStatementTimeout(version)) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOptionUnsupported,
                   absl::StrCat(FlavourName(version.flavour), " ", version.text,
                                " has no statement timeout of a user; leave it out, and set "
                                "max_execution_time in the application's sessions"));
}

absl::Status NoUser(const Identifier& user) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat("there is no user ", user.text()));
}

// `failure` is what CREATE USER has answered: OK if the user was there already.
absl::Status CheckIsThere(MysqlConnection& connection, const Identifier& user,
                          const absl::Status& failure) {
  // The server has one error for "exists already" and more.
  if (!IsMysqlError(failure, ER_CANNOT_USER)) return failure;
  ASSIGN_OR_RETURN(const bool exists, Exists(connection, mysql_sql::FindUser(user)));
  return exists ? absl::OkStatus() : failure;
}

absl::Status RestoreExistingUser(MysqlConnection& connection, const UserSpec& user,
                                 const Passwords& passwords, RandomSource& random) {
  RETURN_IF_ERROR(SetMysqlPasswords(connection, user.name, passwords, random));
  return connection.Execute(mysql_sql::SetOptionsAndUnlock(connection.version().flavour, user));
}

absl::Status CheckNothingIsDefinedBy(MysqlConnection& connection, const Identifier& user,
                                     const Identifier& database) {
  ASSIGN_OR_RETURN(const MysqlConnection::Rows objects,
                   connection.Query(mysql_sql::SelectDefinedObjects(user, database)));
  if (objects.empty()) return absl::OkStatus();
  absl::Status status =
      MakeError(absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects,
                absl::StrCat("the user is the DEFINER of ", objects.size(),
                             " views, routines, triggers or events, which would break; drop them, "
                             "or define them anew as another user"));
  for (const auto& object : objects) {
    status = WithViolation(std::move(status), "DEFINER",
                           absl::StrCat(object[0], " ", database.text(), ".", object[1]),
                           "drop it, or define it anew as another user");
  }
  return status;
}

}  // namespace

absl::StatusOr<bool> TakesWildcardsLiterally(MysqlConnection& connection) {
  ASSIGN_OR_RETURN(const auto rows,
                   connection.Query(mysql_sql::ShowVariables({"partial_revokes"})));
  return !rows.empty() && rows[0][1] == "ON";
}

absl::Status CheckMysqlGrantable(MysqlConnection& connection, const Identifier& database) {
  if (!absl::StrContains(database.text(), '_')) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool literal, TakesWildcardsLiterally(connection));
  if (!literal) return absl::OkStatus();
  // An escaped name matches nothing now; an unescaped one will match more than it should
  // once the setting is changed.
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOwnerMismatch,
                   absl::StrCat("privileges on ", database.text(),
                                " cannot be granted safely: its name holds a _ and the server "
                                "runs with partial_revokes=ON; turn that off, or move the data "
                                "to a database with another name"));
}

absl::Status CreateMysqlUser(MysqlConnection& connection, const UserSpec& user,
                             const Passwords& passwords, RandomSource& random) {
  const MysqlVersion& version = connection.version();
  RETURN_IF_ERROR(CheckOptions(version, user.options));
  RETURN_IF_ERROR(CheckTakesPasswords(version, passwords));
  RETURN_IF_ERROR(CheckMysqlGrantable(connection, user.database.name));
  const std::vector<MysqlVerifier> verifiers = FirstVerifiers(version, passwords, random);
  const absl::Status created =
      connection.Execute(mysql_sql::CreateUser(version.flavour, user, verifiers));
  if (!created.ok()) {
    RETURN_IF_ERROR(CheckIsThere(connection, user.name, created));
    RETURN_IF_ERROR(RestoreExistingUser(connection, user, passwords, random));
  } else if (passwords.previous && verifiers.size() == 1) {
    RETURN_IF_ERROR(SetMysqlPasswords(connection, user.name, passwords, random));
  }
  return connection.Execute(mysql_sql::Grant(version.flavour, user));
}

absl::Status PrepareMysqlUser(MysqlConnection& connection, const Identifier& user,
                              const absl::optional<DatabaseSpec>& database, const Secret& password,
                              RandomSource& random) {
  const MysqlVersion& version = connection.version();
  if (database) RETURN_IF_ERROR(CheckMysqlGrantable(connection, database->name));
  const absl::Status prepared = connection.Execute(
      mysql_sql::PrepareUser(version.flavour, user, FirstVerifiers(version, password, random)));
  if (!prepared.ok()) {
    RETURN_IF_ERROR(CheckIsThere(connection, user, prepared));
    RETURN_IF_ERROR(connection.Execute(mysql_sql::LockUser(user)));
    RETURN_IF_ERROR(SetMysqlPasswords(connection, user, password, random));
  }
  if (!database) return absl::OkStatus();
  return connection.Execute(mysql_sql::Grant(version.flavour, UserSpec{user, *database}));
}

absl::Status AdmitMysqlUser(MysqlConnection& connection, const UserSpec& user, Rights rights) {
  const MysqlFlavour flavour = connection.version().flavour;
  RETURN_IF_ERROR(CheckOptions(connection.version(), user.options));
  absl::Status admitted;
  if (rights == Rights::kNone) {
    RETURN_IF_ERROR(CheckMysqlGrantable(connection, user.database.name));
    admitted = connection.Execute(mysql_sql::Grant(flavour, user));
  }
  // Last: it has all its rights when it first logs in.
  if (admitted.ok()) admitted = connection.Execute(mysql_sql::SetOptionsAndUnlock(flavour, user));
  if (admitted.ok()) return admitted;
  // The server has one error for "is missing" and more.
  const absl::StatusOr<bool> exists = Exists(connection, mysql_sql::FindUser(user.name));
  return exists.ok() && !*exists ? NoUser(user.name) : admitted;
}

absl::Status LockMysqlUser(MysqlConnection& connection, const Identifier& user) {
  RETURN_IF_ERROR(connection.Execute(mysql_sql::LockUser(user)));
  // Of a user who is gone, too: sessions outlive their user.
  return EndSessionsOfUser(connection, user);
}

absl::Status DropMysqlUser(MysqlConnection& connection, const Identifier& user,
                           const absl::optional<DatabaseSpec>& database) {
  RETURN_IF_ERROR(LockMysqlUser(connection, user));
  if (database) RETURN_IF_ERROR(CheckNothingIsDefinedBy(connection, user, database->name));
  RETURN_IF_ERROR(connection.Execute(mysql_sql::DropUser(user)));
  // A login that overlapped with the lock is found now, and cannot come again.
  return EndSessionsOfUser(connection, user);
}

}  // namespace eds
