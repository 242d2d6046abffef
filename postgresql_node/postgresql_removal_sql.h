#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_REMOVAL_SQL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_REMOVAL_SQL_H_

#include <string>

#include "common/identifier.h"
#include "postgresql_node/postgresql_quoting.h"
#include "postgresql_node/postgresql_sql.h"

// What it takes to drop a role that owns things; continues postgresql_sql.h.
namespace eds::sql {

// One row for each database in which the role owns something or has been granted
// something; "" is what no single database holds:
// (database, it owns something there, quoted heir, the role is a member of the heir, the
// heir has no rights over the server, we speak for the heir).
//
// The heir is the owner of the database; in the one that the role is a reader's or
// writer's of, the group that it is in: none is given what has more rights than itself.
std::string SelectEstates(RoleOid role);
// (description) of what the role owns in the session's database.
std::string SelectOwnedObjects(RoleOid role);
// (description) of that which acts with the rights of its owner.
std::string SelectOwnedPowers(RoleOid role);
// Hands what `role` owns in the session's database to `heir`, and takes back what it
// was granted there and on what no single database holds.
std::string HandOver(const Dialect& dialect, const Identifier& role, const QuotedName& heir,
                     bool join_heir);
// Drops what `role` owns in the session's database, and takes back as above.
std::string DropOwned(const Dialect& dialect, const Identifier& role);
std::string DropRole(const Identifier& role);

}  // namespace eds::sql

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_REMOVAL_SQL_H_
