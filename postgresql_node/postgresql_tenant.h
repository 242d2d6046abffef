#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_TENANT_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_TENANT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// PostgresqlConnection::OpenTenant, whatever the tenant does against it: it can take the
// right to connect from its own owner role, through which we have it, and use up all
// connections that the database may have. We speak for the owner: the one is granted again;
// for the other the limit is lifted for that moment.
absl::StatusOr<std::unique_ptr<PostgresqlConnection>> EnterTenant(PostgresqlConnection& connection,
                                                                  const std::string& database);

// Runs `step` there. Afterwards none of the connections that the database may have is
// taken by us.
absl::Status InTenant(PostgresqlConnection& connection, const std::string& database,
                      const std::function<absl::Status(PostgresqlConnection& tenant)>& step);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_TENANT_H_
