#include "mysql_node/mysql_user_passwords.h"

#include <mariadb/mysqld_error.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_errors.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

bool TakesAllAtOnce(const MysqlVersion& version) {
  return version.flavour == MysqlFlavour::kMariadb;
}

absl::Status Missing(const Identifier& user) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat("there is no user ", user.text()));
}

absl::Status SetAtOnce(MysqlConnection& connection, const Identifier& user,
                       const Passwords& passwords, RandomSource& random) {
  const MysqlVersion& version = connection.version();
  return connection.Execute(
      mysql_sql::SetPassword(version.flavour, user, FirstVerifiers(version, passwords, random)));
}

absl::Status SetOne(MysqlConnection& connection, const Identifier& user, const Secret& password,
                    RandomSource& random) {
  RETURN_IF_ERROR(SetAtOnce(connection, user, password, random));
  if (!HasSecondPassword(connection.version())) return absl::OkStatus();
  return connection.Execute(mysql_sql::DiscardSecondPassword(user));
}

// MySQL knows them as a first and a second one. Each statement makes the former first one
// the second, so that the two that are wanted work after any of them.
absl::Status SetTwo(MysqlConnection& connection, const Identifier& user, const Secret& current,
                    const Secret& previous, RandomSource& random) {
  const MysqlVersion& version = connection.version();
  ASSIGN_OR_RETURN(const auto rows, connection.Query(mysql_sql::SelectPasswords(user)));
  if (rows.empty()) return Missing(user);
  const Secret first(rows[0][1]);
  const Secret second(rows[0][2]);
  const bool can_be_kept = rows[0][0] == MysqlVerifier::PluginOf(version) && !first.empty();
  const bool has_expired = rows[0][3] == "1";
  const auto is_first = [&](const Secret& password) {
    return can_be_kept && MatchesCachingSha2(first, password);
  };
  if (is_first(current) && MatchesCachingSha2(second, previous) && !has_expired) {
    return absl::OkStatus();
  }
  if (!is_first(previous)) {
    const MysqlVerifier verifier = MysqlVerifier::Make(version, previous, random);
    RETURN_IF_ERROR(connection.Execute(
        can_be_kept ? mysql_sql::SetPasswordBeside(user, verifier)
                    : mysql_sql::SetPassword(version.flavour, user, {verifier})));
  }
  return connection.Execute(
      mysql_sql::SetPasswordBeside(user, MysqlVerifier::Make(version, current, random)));
}

}  // namespace

absl::Status CheckTakesPasswords(const MysqlVersion& version, const Passwords& passwords) {
  if (!passwords.previous || HasSecondPassword(version)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOptionUnsupported,
                   absl::StrCat(FlavourName(version.flavour), " ", version.text,
                                " knows one password of a user at a time; rotate it without an "
                                "overlap, or upgrade the server to MySQL 8.0.14 or later"));
}

std::vector<MysqlVerifier> FirstVerifiers(const MysqlVersion& version, const Passwords& passwords,
                                          RandomSource& random) {
  if (!passwords.previous) return {MysqlVerifier::Make(version, passwords.current, random)};
  std::vector<MysqlVerifier> verifiers = {
      MysqlVerifier::Make(version, *passwords.previous, random)};
  if (TakesAllAtOnce(version)) {
    verifiers.push_back(MysqlVerifier::Make(version, passwords.current, random));
  }
  return verifiers;
}

absl::Status SetMysqlPasswords(MysqlConnection& connection, const Identifier& user,
                               const Passwords& passwords, RandomSource& random) {
  RETURN_IF_ERROR(CheckTakesPasswords(connection.version(), passwords));
  absl::Status status;
  if (TakesAllAtOnce(connection.version())) {
    status = SetAtOnce(connection, user, passwords, random);
  } else if (passwords.previous) {
    status = SetTwo(connection, user, passwords.current, *passwords.previous, random);
  } else {
    status = SetOne(connection, user, passwords.current, random);
  }
  // The server has one error for "is missing" and more.
  if (!IsMysqlError(status, ER_CANNOT_USER)) return status;
  ASSIGN_OR_RETURN(const auto found, connection.Query(mysql_sql::FindUser(user)));
  return found.empty() ? Missing(user) : status;
}

}  // namespace eds
