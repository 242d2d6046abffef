#ifndef EDS_MYSQL_NODE_MYSQL_ADMIN_H_
#define EDS_MYSQL_NODE_MYSQL_ADMIN_H_

#include "absl/status/status.h"
#include "common/random.h"
#include "common/secret.h"
#include "mysql_node/mysql_connection.h"

namespace eds {

// Gives the account that `connection` has logged in as another password, and changes
// nothing else of it. kFailedPrecondition (kAdminPasswordNotChangeable) if it logs in, or
// may log in, by other means than a password that we can make a verifier for.
absl::Status SetMysqlAdminPassword(MysqlConnection& connection, const Secret& password,
                                   RandomSource& random);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_ADMIN_H_
