#ifndef EDS_MYSQL_NODE_MYSQL_DIAGNOSIS_H_
#define EDS_MYSQL_NODE_MYSQL_DIAGNOSIS_H_

#include <vector>

#include "absl/status/status.h"
#include "mysql_node/mysql_connection.h"
#include "node/database_server.h"

namespace eds {

// kFailedPrecondition (kAdminPrivilegeMissing), with the GRANT statements that
// would mend it, if the administrator cannot do everything that EDS needs.
absl::Status CheckPrivileges(MysqlConnection& connection);

// Looks at everything that could keep EDS's work from succeeding, on a connection
// that works. Changes nothing.
std::vector<Finding> DiagnoseMysql(MysqlConnection& connection);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_DIAGNOSIS_H_
