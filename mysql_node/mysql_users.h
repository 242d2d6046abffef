#ifndef EDS_MYSQL_NODE_MYSQL_USERS_H_
#define EDS_MYSQL_NODE_MYSQL_USERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "common/identifier.h"
#include "common/random.h"
#include "common/secret.h"
#include "mysql_node/mysql_connection.h"
#include "node/database_server.h"

namespace eds {

// Whether a database's name in a grant is just that (MySQL's partial_revokes), not a pattern.
absl::StatusOr<bool> TakesWildcardsLiterally(MysqlConnection& connection);

// kFailedPrecondition (kOwnerMismatch) if no privileges can be granted on `database` that
// are sure to stay privileges on it alone.
absl::Status CheckMysqlGrantable(MysqlConnection& connection, const Identifier& database);

// DatabaseServer's steps on users, on one connection; their databases are known to be there,
// without which GRANT would succeed as well. All may be repeated. For that on passwords see
// mysql_user_passwords.h.
absl::Status CreateMysqlUser(MysqlConnection& connection, const UserSpec& user,
                             const Passwords& passwords, RandomSource& random);
absl::Status PrepareMysqlUser(MysqlConnection& connection, const Identifier& user,
                              const absl::optional<DatabaseSpec>& database, const Secret& password,
                              RandomSource& random);
absl::Status AdmitMysqlUser(MysqlConnection& connection, const UserSpec& user, Rights rights);
absl::Status LockMysqlUser(MysqlConnection& connection, const Identifier& user);
absl::Status DropMysqlUser(MysqlConnection& connection, const Identifier& user,
                           const absl::optional<DatabaseSpec>& database);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_USERS_H_
