#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_ROLES_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_ROLES_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "common/identifier.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {

// Steps that owners of databases and users have in common.

// Empty if there is no such role.
absl::StatusOr<absl::optional<RoleOid>> FindRole(PostgresqlConnection& connection,
                                                 const Identifier& name);

// Repeats one of the EndSessions statements until it finds none.
absl::Status EndSessions(PostgresqlConnection& connection, const std::string& statement);

// Runs `step`, which takes ownership of `owner`'s things: once more, as a new member
// of `owner`, if a privilege was missing (the administrator may be another than the
// one who created it).
absl::Status AsMember(PostgresqlConnection& connection, const Identifier& owner,
                      const std::function<absl::Status()>& step);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_ROLES_H_
