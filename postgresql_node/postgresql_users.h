#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_USERS_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_USERS_H_

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "common/identifier.h"
#include "common/secret.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// The steps of DatabaseServer that concern a user, on one connection.
//
// In its database an owner acts as the role that owns it, so that what one of them makes
// belongs to all of them and outlives it. Other roles: see postgresql_sharing.h.
absl::Status CreateUser(PostgresqlConnection& connection, const UserSpec& user,
                        const Secret& password);
absl::Status PrepareUser(PostgresqlConnection& connection, const Identifier& user,
                         const absl::optional<DatabaseSpec>& database, const Secret& password);
absl::Status AdmitUser(PostgresqlConnection& connection, const UserSpec& user, Rights rights);
absl::Status SetUserPassword(PostgresqlConnection& connection, const Identifier& user,
                             const Secret& password);
absl::Status LockUser(PostgresqlConnection& connection, const Identifier& user);
absl::Status DropUser(PostgresqlConnection& connection, const Identifier& user,
                      const absl::optional<DatabaseSpec>& database);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_USERS_H_
