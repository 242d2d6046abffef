#include "postgresql_node/postgresql_diagnosis.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

using Severity = Finding::Severity;

constexpr int kConnectionsToSpare = 10;

bool IsTrue(const std::string& text) { return text == "t" || text == "on"; }

int Number(const std::string& text) {
  int number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

struct Lack {
  std::vector<std::string> privileges;
  std::vector<std::string> statements;  // That a superuser can run.
};

Lack LackOf(const Administrator& administrator) {
  Lack lack;
  if (administrator.superuser) return lack;
  std::vector<std::string> attributes;
  if (!administrator.creates_databases) attributes.push_back("CREATEDB");
  if (!administrator.creates_roles) attributes.push_back("CREATEROLE");
  if (!administrator.inherits) attributes.push_back("INHERIT");
  lack.privileges = attributes;
  if (!attributes.empty()) {
    lack.statements.push_back(
        absl::StrCat("ALTER ROLE ", administrator.name, " ", absl::StrJoin(attributes, " ")));
  }
  // Without INHERIT no membership counts: to join again would not help.
  if (!administrator.ends_sessions && administrator.inherits) {
    lack.privileges.push_back("membership in pg_signal_backend");
    lack.statements.push_back(absl::StrCat("GRANT pg_signal_backend TO ", administrator.name));
  }
  return lack;
}

std::string Describe(const Lack& lack, const Administrator& administrator) {
  return absl::StrCat("the login ", administrator.name, " lacks ",
                      absl::StrJoin(lack.privileges, ", "));
}

Finding Ok(std::string check, std::string detail) {
  return {Severity::kOk, std::move(check), std::move(detail), ""};
}

Finding OnConnections(const Surroundings& surroundings) {
  const std::string detail =
      absl::StrCat(surroundings.connections, " of max_connections = ", surroundings.max_connections,
                   " are in use");
  const int left = surroundings.max_connections - surroundings.connections;
  if (left >= kConnectionsToSpare) return Ok("connections", detail);
  return {Severity::kWarning, "connections", detail,
          "raise max_connections in postgresql.conf and restart the server"};
}

Finding OnEncoding(const Surroundings& surroundings) {
  if (surroundings.encoding == "UTF8") return Ok("encoding", "new databases are in UTF8");
  return {Severity::kWarning, "encoding",
          absl::StrCat("the server's own encoding is ", surroundings.encoding,
                       ": databases in UTF8 need a locale that allows it"),
          "initialise the server with initdb --encoding=UTF8 if databases cannot be created"};
}

Finding OnPasswords(const Surroundings& surroundings) {
  if (surroundings.password_encryption == "scram-sha-256") {
    return Ok("passwords", "the server keeps passwords as scram-sha-256");
  }
  return {Severity::kWarning, "passwords",
          absl::StrCat("password_encryption is ", surroundings.password_encryption,
                       "; EDS sets scram-sha-256 all the same"),
          "let pg_hba.conf use scram-sha-256 or md5 (which takes both), and set "
          "password_encryption = 'scram-sha-256'"};
}

Finding OnLogins(const Surroundings& surroundings) {
  if (surroundings.tls) return Ok("logins", "the server offers TLS");
  return {Severity::kWarning, "logins",
          "the server does not offer TLS: what applications send travels in clear",
          "set ssl = on in postgresql.conf, with a certificate"};
}

Finding OnIsolation(const Surroundings& surroundings, const std::string& database) {
  if (!surroundings.public_may_connect) {
    return Ok("isolation", absl::StrCat("users cannot connect to database ", database));
  }
  return {Severity::kWarning, "isolation",
          absl::StrCat("every user of the server can connect to database ", database),
          absl::StrCat("GRANT CONNECT ON DATABASE ", database,
                       " TO the administrator, then REVOKE CONNECT ON DATABASE ", database,
                       " FROM PUBLIC")};
}

std::string RemedyFor(const absl::Status& status) {
  if (HasReason(status, Reason::kServerUnreachable) || HasReason(status, Reason::kServerTimeout)) {
    return "check postgresql/host and postgresql/port, the server's listen_addresses, and "
           "firewalls between";
  }
  if (HasReason(status, Reason::kAdminLoginRefused)) {
    return "check postgresql/user and postgresql/pass, and the lines of the server's pg_hba.conf";
  }
  if (HasReason(status, Reason::kServerTlsFailed)) {
    return "check postgresql/tls_mode and postgresql/tls_ca_file, and the server's certificate";
  }
  if (HasReason(status, Reason::kServerReadOnly)) return "add the primary to postgresql/host";
  if (HasReason(status, Reason::kServerOverloaded)) return "raise max_connections on the server";
  return "see the message";
}

}  // namespace

absl::StatusOr<Administrator> ReadAdministrator(PostgresqlConnection& connection) {
  ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows,
                   connection.Query(sql::SelectAdministrator(connection.dialect())));
  const PostgresqlConnection::Row& row = rows.at(0);
  return Administrator{row.at(0),         IsTrue(row.at(1)), IsTrue(row.at(2)),
                       IsTrue(row.at(3)), IsTrue(row.at(4)), IsTrue(row.at(5))};
}

absl::StatusOr<Surroundings> ReadSurroundings(PostgresqlConnection& connection) {
  ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows,
                   connection.Query(sql::SelectSurroundings()));
  const PostgresqlConnection::Row& row = rows.at(0);
  return Surroundings{Number(row.at(0)), Number(row.at(1)), row.at(2),
                      row.at(3),         IsTrue(row.at(4)), IsTrue(row.at(5))};
}

absl::Status CheckPrivileges(const Administrator& administrator) {
  const Lack lack = LackOf(administrator);
  if (lack.privileges.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing,
                   absl::StrCat(Describe(lack, administrator),
                                "; as a superuser: ", absl::StrJoin(lack.statements, "; ")));
}

absl::StatusOr<Finding> FindingOnRoles(PostgresqlConnection& connection,
                                       const Administrator& administrator,
                                       const Identifier& installation) {
  int lacking = 0;
  if (connection.dialect().has_makers_of_roles()) {
    ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows,
                     connection.Query(sql::CountRolesOutOfReach(installation)));
    lacking = Number(rows.at(0).at(0));
  }
  if (lacking == 0) return Ok("roles", "every role of EDS can be changed and dropped");
  return Finding{
      Severity::kError, "roles",
      absl::StrCat(lacking, " roles of EDS cannot be changed or dropped by the login ",
                   administrator.name,
                   ": they are older than the server's upgrade to PostgreSQL 16"),
      absl::StrCat("as a superuser, once: ", sql::GrantRolesTo(administrator.name, installation))};
}

Finding FindingOnConnection(const absl::Status& connected) {
  if (connected.ok()) return Ok("connection", "the server answers and can be written to");
  return {Severity::kError, "connection", std::string(connected.message()), RemedyFor(connected)};
}

Finding FindingOnPrivileges(const Administrator& administrator) {
  const Lack lack = LackOf(administrator);
  if (lack.privileges.empty()) {
    return Ok("privileges", absl::StrCat("the login ", administrator.name, " has all it needs"));
  }
  return {Severity::kError, "privileges", Describe(lack, administrator),
          absl::StrCat("as a superuser: ", absl::StrJoin(lack.statements, "; "))};
}

Finding FindingOnSchemas(const Administrator& administrator, const Dialect& dialect) {
  if (administrator.superuser || !dialect.opens_public_schema()) {
    return Ok("schemas", "only owners create in the schema public of their database");
  }
  return {Severity::kWarning, "schemas",
          "users that are no owners can create in the schema public of their database: before "
          "PostgreSQL 15 it belongs to a superuser",
          "let the administrator be a superuser, or own the schema public of template0, or "
          "upgrade to PostgreSQL 15"};
}

std::vector<Finding> FindingsOn(const Surroundings& surroundings, const std::string& database) {
  return {OnConnections(surroundings), OnEncoding(surroundings), OnPasswords(surroundings),
          OnLogins(surroundings), OnIsolation(surroundings, database)};
}

}  // namespace eds
