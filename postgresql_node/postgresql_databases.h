#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_DATABASES_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_DATABASES_H_

#include "absl/status/status.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// The steps of DatabaseServer that concern a database, on one connection.
//
// A database belongs to a group role of its own, which nobody can log in as. The
// administrator is a member, and stays one: it speaks for the owner in later steps.
absl::Status CreateDatabase(PostgresqlConnection& connection, const DatabaseSpec& database);
absl::Status DropDatabase(PostgresqlConnection& connection, const DatabaseSpec& database);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_DATABASES_H_
