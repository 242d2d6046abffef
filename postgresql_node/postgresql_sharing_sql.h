#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_SHARING_SQL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_SHARING_SQL_H_

#include <string>
#include <vector>

#include "node/database_server.h"
#include "postgresql_node/postgresql_quoting.h"
#include "postgresql_node/postgresql_sql.h"

// What it takes to let all users of a database use what is in it; continues
// postgresql_sql.h.
namespace eds::sql {

// (may do with the database as a whole what its role needs); no row if there is no group
// for that role.
std::string SelectGroup(const DatabaseSpec& database, Role role);
std::string CreateGroup(const DatabaseSpec& database, Role role);
std::string AdmitGroup(const DatabaseSpec& database, Role role);
// (statement) that ends the user's membership in a group for another role.
std::string SelectOtherGroups(const UserSpec& user);

// (maker, it is a group, we have its privileges, statement) for each privilege that a group
// lacks on what is in the session's database, or will lack on what is to come: of what the
// owner role makes, or the users in their own names. The maker is to run the statement.
std::string SelectLacks(const Dialect& dialect, const DatabaseSpec& database);

struct Lack {
  QuotedName maker;
  bool keeps_us = false;  // We may stay a member of it.
  bool has_us = false;    // We are one.
  std::string statement;
};
// Runs all statements, each as its maker, in one transaction. Those of one maker stand
// together.
std::string MendLacks(const Dialect& dialect, const std::vector<Lack>& lacks);

// (anything) if others than the owner of the database may create in its schema public,
// or the owner may not, and we can change that.
std::string SelectOpenPublicSchema(const DatabaseSpec& database);
std::string ClosePublicSchema(const DatabaseSpec& database);
// (we do): that superuser owns the schema public of every new database.
std::string SelectSpeaksForFirstSuperuser();

}  // namespace eds::sql

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_SHARING_SQL_H_
