#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_REMOVAL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_REMOVAL_H_

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "common/identifier.h"
#include "postgresql_node/postgresql_connection.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {

// Drops a role that nobody is logged in as, with all that it was granted.
//
// What it owns in a database goes to that database's owner, in every database, or to the
// group that it was in there. These are reasons to refuse, before anything is changed, with
// the objects named: kFailedPrecondition (kUserOwnsObjects)
// - the heir is a superuser, can create roles, or is the administrator: what the role left
//   there would act with such rights;
// - the administrator does not speak for the heir, unless that is `owner`, that of the
//   role's own database, whose member it can become;
// - the role was a guest there, and owns what acts with its owner's rights;
// - the heir may not create in a schema where some of it lies;
// - no single database holds it.
absl::Status RemoveRole(PostgresqlConnection& connection, const Identifier& name, RoleOid role,
                        const absl::optional<Identifier>& owner);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_REMOVAL_H_
