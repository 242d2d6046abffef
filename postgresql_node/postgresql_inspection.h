#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_INSPECTION_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_INSPECTION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// InspectDatabase and InspectUser of DatabaseServer, on one connection.
absl::StatusOr<std::vector<Deviation>> InspectDatabase(PostgresqlConnection& connection,
                                                       const DatabaseSpec& database);
absl::StatusOr<std::vector<Deviation>> InspectUser(PostgresqlConnection& connection,
                                                   const UserSpec& user);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_INSPECTION_H_
