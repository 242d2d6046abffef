#ifndef EDS_MYSQL_NODE_MYSQL_ADOPTION_H_
#define EDS_MYSQL_NODE_MYSQL_ADOPTION_H_

#include <string>

#include "absl/status/status.h"
#include "mysql_node/mysql_connection.h"
#include "node/database_server.h"

namespace eds {

// DatabaseServer's AdoptDatabase, on one connection. It is a check alone: a database has
// no owner here, and whoever holds privileges on it keeps them.
absl::Status AdoptMysqlDatabase(MysqlConnection& connection, const DatabaseSpec& database,
                                const std::string& expected_owner);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_ADOPTION_H_
