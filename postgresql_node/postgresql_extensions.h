#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_EXTENSIONS_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_EXTENSIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// The extensions that a database is to have. They are created as its owner where the server
// trusts them (from PostgreSQL 13 on), which may then update and drop them; others as the
// administrator, who must be a superuser for that.
//
// Errors: kFailedPrecondition, kOptionUnsupported if the server has no such extension, or
// cannot create it; kAdminPrivilegeMissing if only a superuser may.

// Whether they can be created in a new database.
absl::Status CheckExtensions(PostgresqlConnection& connection, const DatabaseSpec& database);

// On a session in the database itself.
absl::Status CreateExtensions(PostgresqlConnection& tenant, const DatabaseSpec& database);

// Those that are missing in the session's database.
absl::StatusOr<std::vector<std::string>> FindMissingExtensions(PostgresqlConnection& tenant,
                                                               const DatabaseSpec& database);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_EXTENSIONS_H_
