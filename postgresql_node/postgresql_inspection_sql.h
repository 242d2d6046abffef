#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_INSPECTION_SQL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_INSPECTION_SQL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "common/identifier.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_dialect.h"

// What it takes to find deviations, and what takes them back; continues
// postgresql_sql.h.
namespace eds::sql {

// (owner, takes connections, its limit of connections, is a template, everybody has
// privileges on it, its owner role exists, we speak for that role); no row if there is
// no such database.
std::string SelectDatabaseState(const DatabaseSpec& database);
// (member of its group, has the privileges on the database itself, acts there as the role
// that it should, has its statement timeout, its database is there); no row if there is no
// such user.
std::string SelectUserState(const UserSpec& user);
// (superuser, createdb, createrole, replication, bypassrls, login, inherit, limit of
// connections, its validity ends); no row if there is no such role.
std::string SelectAttributes(const Dialect& dialect, const Identifier& role);

// (quoted name, what takes it back) for each role that has privileges on the database
// and is neither one of its groups nor a member of one; we ourselves count as none.
std::string SelectStrangers(const DatabaseSpec& database);
// (quoted name, it is `expected` and may be given to others, what takes it back) for each
// role that `role` is a member of, `expected` excepted, unless with ADMIN OPTION.
std::string SelectMemberships(const Identifier& role, const Identifier& expected);
// (quoted name, it is the owner, what takes it back) for each other database that the
// user owns or has privileges on.
std::string SelectOtherDatabases(const UserSpec& user);

// What takes an excess back.
std::string TakeAttribute(const Identifier& role, absl::string_view attribute);
std::string UnmakeTemplate(const Dialect& dialect, const Identifier& database);

}  // namespace eds::sql

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_INSPECTION_SQL_H_
