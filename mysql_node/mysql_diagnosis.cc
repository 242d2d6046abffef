#include "mysql_node/mysql_diagnosis.h"

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_password.h"
#include "mysql_node/mysql_privileges.h"
#include "mysql_node/mysql_sql.h"
#include "mysql_node/mysql_users.h"
#include "node/tls_finding.h"

namespace eds {
namespace {

using Severity = Finding::Severity;
using Values = std::map<std::string, std::string>;

constexpr char kSha2Key[] = "Caching_sha2_password_rsa_public_key";

Finding Ok(const std::string& check, const std::string& detail) {
  return {Severity::kOk, check, detail, ""};
}

Finding FromError(const std::string& check, const absl::Status& status, const std::string& remedy) {
  return {Severity::kError, check, std::string(status.message()), remedy};
}

absl::StatusOr<Values> QueryValues(MysqlConnection& connection, const std::string& show) {
  ASSIGN_OR_RETURN(const MysqlConnection::Rows rows, connection.Query(show));
  Values values;
  for (const auto& row : rows) values[row[0]] = row[1];
  return values;
}

absl::StatusOr<AdminStanding> QueryStanding(MysqlConnection& connection) {
  AdminStanding standing;
  standing.version = connection.version();
  ASSIGN_OR_RETURN(const auto account, connection.Query(mysql_sql::SelectCurrentUser()));
  standing.account = account[0][0];
  ASSIGN_OR_RETURN(const auto grants, connection.Query(mysql_sql::ShowGrants()));
  for (const auto& grant : grants) standing.grants.push_back(grant[0]);
  ASSIGN_OR_RETURN(standing.wildcards_are_literal, TakesWildcardsLiterally(connection));
  const absl::Status read =
      connection.Execute(mysql_sql::ReadAccountTables(connection.version().flavour));
  standing.reads_account_tables = !HasReason(read, Reason::kAdminPrivilegeMissing);
  if (!read.ok() && standing.reads_account_tables) return read;
  return standing;
}

// Whether the users that EDS makes could log in, as their passwords are set by hash.
absl::StatusOr<Finding> CheckMariadbPasswords(MysqlConnection& connection) {
  ASSIGN_OR_RETURN(const auto validators, connection.Query(mysql_sql::SelectPasswordValidators()));
  ASSIGN_OR_RETURN(
      Values variables,
      QueryValues(connection, mysql_sql::ShowVariables({"strict_password_validation"})));
  if (validators.empty() || variables["strict_password_validation"] != "ON") {
    return Ok("passwords", "password hashes are accepted");
  }
  return Finding{Severity::kError, "passwords",
                 absl::StrCat("strict_password_validation is ON beside the plugin ",
                              validators[0][0], ": password hashes are refused"),
                 "SET GLOBAL strict_password_validation = OFF, and in the server's configuration"};
}

absl::StatusOr<Finding> CheckMysqlPasswords(MysqlConnection& connection) {
  const std::string plugin(MysqlVerifier::PluginOf(connection.version()));
  ASSIGN_OR_RETURN(Values plugins, QueryValues(connection, mysql_sql::SelectPlugin(plugin)));
  if (plugins[plugin] != "ACTIVE") {
    return Finding{Severity::kError, "passwords",
                   absl::StrCat("the authentication plugin ", plugin, " is not active"),
                   "do not disable it in the server's configuration"};
  }
  const Finding active = Ok("passwords", absl::StrCat(plugin, " is active"));
  if (!HasCachingSha2(connection.version())) return active;
  ASSIGN_OR_RETURN(Values status, QueryValues(connection, mysql_sql::ShowStatus({kSha2Key})));
  if (status[kSha2Key].empty()) {
    return Finding{Severity::kWarning, "passwords",
                   "the server has no RSA key for logins: applications can log in over TLS alone",
                   "set caching_sha2_password_auto_generate_rsa_keys=ON and restart the server"};
  }
  return active;
}

absl::StatusOr<Finding> CheckPasswords(MysqlConnection& connection) {
  return connection.version().flavour == MysqlFlavour::kMariadb ? CheckMariadbPasswords(connection)
                                                                : CheckMysqlPasswords(connection);
}

absl::StatusOr<Finding> CheckPasswordLifetime(MysqlConnection& connection) {
  constexpr char kLifetime[] = "default_password_lifetime";
  ASSIGN_OR_RETURN(Values variables,
                   QueryValues(connection, mysql_sql::ShowVariables({kLifetime})));
  const std::string days = variables[kLifetime];
  if (days.empty() || days == "0") return Ok("password lifetime", "passwords do not expire");
  return Finding{Severity::kWarning, "password lifetime",
                 absl::StrCat("passwords expire after ", days, " days"),
                 "rotate the users' passwords before, or set default_password_lifetime=0"};
}

absl::StatusOr<Finding> CheckAnonymousAccounts(MysqlConnection& connection) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query(mysql_sql::SelectAnonymousAccounts()));
  if (rows.empty()) return Ok("anonymous accounts", "there are none");
  std::vector<std::string> accounts;
  for (const auto& row : rows) accounts.push_back(absl::StrCat("''@'", row[0], "'"));
  return Finding{Severity::kWarning, "anonymous accounts",
                 absl::StrCat(absl::StrJoin(accounts, ", "),
                              ": logins from there are taken for it, and refused"),
                 absl::StrCat("DROP USER ", absl::StrJoin(accounts, ", "))};
}

absl::StatusOr<Finding> CheckConnections(MysqlConnection& connection) {
  ASSIGN_OR_RETURN(Values status,
                   QueryValues(connection, mysql_sql::ShowStatus({"Threads_connected"})));
  ASSIGN_OR_RETURN(Values variables,
                   QueryValues(connection, mysql_sql::ShowVariables({"max_connections"})));
  const std::string detail = absl::StrCat(status["Threads_connected"], " of ",
                                          variables["max_connections"], " are in use");
  int64_t used = 0;
  int64_t limit = 0;
  if (absl::SimpleAtoi(status["Threads_connected"], &used) &&
      absl::SimpleAtoi(variables["max_connections"], &limit) && used * 10 > limit * 9) {
    return Finding{Severity::kWarning, "connections", detail, "raise max_connections"};
  }
  return Ok("connections", detail);
}

absl::StatusOr<Finding> CheckTransport(MysqlConnection& connection) {
  ASSIGN_OR_RETURN(Values variables,
                   QueryValues(connection, mysql_sql::ShowVariables(
                                               {"require_secure_transport", "skip_name_resolve"})));
  if (variables["require_secure_transport"] == "ON") {
    return Finding{Severity::kWarning, "logins",
                   "require_secure_transport is ON: logins without TLS are refused",
                   "have applications use TLS"};
  }
  if (variables["skip_name_resolve"] == "OFF") {
    return Ok("logins", "each waits for a look-up of the client's name (skip_name_resolve=OFF)");
  }
  return Ok("logins", "they wait for no look-up of the client's name");
}

absl::StatusOr<Finding> CheckTls(MysqlConnection& connection) {
  constexpr char kNotAfter[] = "Ssl_server_not_after";
  TlsState state = {.host = connection.host(), .protocol = connection.tls_version()};
  ASSIGN_OR_RETURN(Values status, QueryValues(connection, mysql_sql::ShowStatus({kNotAfter})));
  absl::Time not_after;
  if (absl::ParseTime("%b %d %H:%M:%S %Y GMT", status[kNotAfter], &not_after, nullptr)) {
    state.not_after = not_after;
  }
  return FindingOnTls(state, connection.tls_mode(), absl::Now());
}

absl::Status PrivilegesMissing(const std::vector<std::string>& grants) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing,
      absl::StrCat("the administrator lacks privileges; it needs: ", absl::StrJoin(grants, "; ")));
}

Finding DescribePrivileges(MysqlConnection& connection) {
  const absl::Status status = CheckPrivileges(connection);
  if (status.ok()) return Ok("privileges", "the administrator holds all that are needed");
  return FromError("privileges", status, "run the GRANT statements as another administrator");
}

}  // namespace

absl::Status CheckPrivileges(MysqlConnection& connection) {
  ASSIGN_OR_RETURN(const AdminStanding standing, QueryStanding(connection));
  const std::vector<std::string> missing = MissingGrants(standing);
  return missing.empty() ? absl::OkStatus() : PrivilegesMissing(missing);
}

absl::Status CheckPrivilegesOn(MysqlConnection& connection, const Identifier& database) {
  ASSIGN_OR_RETURN(const AdminStanding standing, QueryStanding(connection));
  const absl::optional<std::string> missing = MissingGrantOn(standing, database);
  return missing ? PrivilegesMissing({*missing}) : absl::OkStatus();
}

std::vector<Finding> DiagnoseMysql(MysqlConnection& connection) {
  std::vector<Finding> findings = {
      Ok("connection", absl::StrCat("logged in to ", connection.address())),
      Ok("version",
         absl::StrCat(FlavourName(connection.version().flavour), " ", connection.version().text)),
      DescribePrivileges(connection),
  };
  using Check = absl::StatusOr<Finding> (*)(MysqlConnection&);
  constexpr Check kChecks[] = {CheckTls,       CheckPasswords,         CheckPasswordLifetime,
                               CheckTransport, CheckAnonymousAccounts, CheckConnections};
  for (const Check check : kChecks) {
    absl::StatusOr<Finding> finding = check(connection);
    findings.push_back(finding.ok() ? *std::move(finding)
                                    : FromError("server settings", finding.status(), ""));
  }
  return findings;
}

}  // namespace eds
