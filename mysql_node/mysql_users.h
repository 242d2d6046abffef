#ifndef EDS_MYSQL_NODE_MYSQL_USERS_H_
#define EDS_MYSQL_NODE_MYSQL_USERS_H_

#include "absl/status/status.h"
#include "common/identifier.h"
#include "mysql_node/mysql_connection.h"
#include "mysql_node/mysql_password.h"
#include "node/database_server.h"

namespace eds {

// DatabaseServer's steps on users, on one connection. All may be repeated.
absl::Status CreateMysqlUser(MysqlConnection& connection, const UserSpec& user,
                             const MysqlVerifier& verifier);
absl::Status SetMysqlPassword(MysqlConnection& connection, const Identifier& user,
                              const MysqlVerifier& verifier);
absl::Status LockMysqlUser(MysqlConnection& connection, const Identifier& user);
absl::Status DropMysqlUser(MysqlConnection& connection, const UserSpec& user);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_USERS_H_
