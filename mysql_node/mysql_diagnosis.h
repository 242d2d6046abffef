#ifndef EDS_MYSQL_NODE_MYSQL_DIAGNOSIS_H_
#define EDS_MYSQL_NODE_MYSQL_DIAGNOSIS_H_

#include <vector>

#include "absl/status/status.h"
#include "common/identifier.h"
#include "mysql_node/mysql_connection.h"
#include "node/database_server.h"

namespace eds {

// kFailedPrecondition (kAdminPrivilegeMissing), with the GRANT statements that
// would mend it, if the administrator cannot do everything that EDS needs.
absl::Status CheckPrivileges(MysqlConnection& connection);

// The same for the privileges that it passes on to users of one database, which need not
// be one of those that EDS has made.
absl::Status CheckPrivilegesOn(MysqlConnection& connection, const Identifier& database);

// Looks at everything that could keep EDS's work from succeeding, on a connection
// that works. Changes nothing.
std::vector<Finding> DiagnoseMysql(MysqlConnection& connection);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_DIAGNOSIS_H_
