#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_ADOPTION_SQL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_ADOPTION_SQL_H_

#include <string>

#include "common/identifier.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_quoting.h"
#include "postgresql_node/postgresql_sql.h"

// What it takes to take over a database; continues postgresql_sql.h.
namespace eds::sql {

std::string Begin();
std::string Commit();

// (owner, the same quoted, its oid, it is a superuser, it is us, we have its privileges,
// we quoted, the database is a template, it takes connections); no row if there is none.
std::string SelectOwnership(const Identifier& database);
// (description) of what the role owns on the server as a whole beside `database`.
std::string SelectSharedObjects(RoleOid role, const Identifier& database);

std::string BecomeMember(const Dialect& dialect, const QuotedName& role);
std::string EndMembership(const Dialect& dialect, const QuotedName& role);

std::string SetOwner(const DatabaseSpec& database);
// (statement) that gives `to` a schema of `from`, for each of them in the session's
// database. What else is to have a new owner must lie in a schema that it may use.
std::string SelectSchemaTransfers(RoleOid from, const Identifier& to);
std::string Reassign(const QuotedName& from, const Identifier& to);

// Of those who may not connect to it, as EndSessionsOfDatabase.
std::string EndSessionsOfStrangers(const Dialect& dialect, const Identifier& database);

}  // namespace eds::sql

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_ADOPTION_SQL_H_
