#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_ADMIN_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_ADMIN_H_

#include "absl/status/status.h"
#include "common/secret.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// Gives the role that `connection` has logged in as another password. kFailedPrecondition
// (kAdminPasswordNotChangeable) if it logs in by other means than one that the server keeps:
// without any (peer, cert, trust), in which case nothing was changed, or by one that is kept
// elsewhere (ldap, pam, radius), which shows when the new one is not let in.
absl::Status SetPostgresqlAdminPassword(PostgresqlConnection& connection, const Secret& password);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_ADMIN_H_
