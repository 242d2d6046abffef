#ifndef EDS_MYSQL_NODE_MYSQL_INSPECTION_H_
#define EDS_MYSQL_NODE_MYSQL_INSPECTION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "mysql_node/mysql_connection.h"
#include "node/database_server.h"

namespace eds {

// DatabaseServer's inspections, on one connection. They change nothing.
absl::StatusOr<std::vector<Deviation>> InspectMysqlDatabase(MysqlConnection& connection,
                                                            const DatabaseSpec& database);
absl::StatusOr<std::vector<Deviation>> InspectMysqlUser(MysqlConnection& connection,
                                                        const UserSpec& user);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_INSPECTION_H_
