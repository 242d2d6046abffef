#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_DIAGNOSIS_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_DIAGNOSIS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/identifier.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"
#include "postgresql_node/postgresql_dialect.h"

namespace eds {

// The role that we log in as.
struct Administrator {
  std::string name;  // Quoted where SQL needs it.
  bool superuser = false;
  bool creates_databases = false;
  bool creates_roles = false;
  bool inherits = false;
  bool ends_sessions = false;
};

// What there is around our objects.
struct Surroundings {
  int max_connections = 0;
  int connections = 0;
  std::string encoding;  // Of template0.
  std::string password_encryption;
  bool tls = false;
  bool public_may_connect = false;  // To the database that the administrator uses.
};

absl::StatusOr<Administrator> ReadAdministrator(PostgresqlConnection& connection);
absl::StatusOr<Surroundings> ReadSurroundings(PostgresqlConnection& connection);

// kFailedPrecondition (kAdminPrivilegeMissing), naming what is missing and the
// statements that give it.
absl::Status CheckPrivileges(const Administrator& administrator);

// Since 16 roles that the administrator made before the server was upgraded are out of its
// reach, until a superuser grants them once.
absl::StatusOr<Finding> FindingOnRoles(PostgresqlConnection& connection,
                                       const Administrator& administrator,
                                       const Identifier& installation);

// What an attempt to connect came to.
Finding FindingOnConnection(const absl::Status& connected);
Finding FindingOnPrivileges(const Administrator& administrator);
// Who may create in the schema public of a new database.
Finding FindingOnSchemas(const Administrator& administrator, const Dialect& dialect);
// `database` is the one that the administrator uses.
std::vector<Finding> FindingsOn(const Surroundings& surroundings, const std::string& database);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_DIAGNOSIS_H_
