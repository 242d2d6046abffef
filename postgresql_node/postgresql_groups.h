#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_GROUPS_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_GROUPS_H_

#include <string>

#include "common/identifier.h"
#include "node/database_server.h"

namespace eds {

inline constexpr Role kRoles[] = {Role::kOwner, Role::kReadWrite, Role::kReadOnly};

// The group role that the users of a role are members of, in the database that it is for.
// Those of one database differ in their first letter.
inline Identifier GroupOf(const DatabaseSpec& database, Role role) {
  std::string name = database.owner.text();
  if (role == Role::kReadWrite) name.front() = 'w';
  if (role == Role::kReadOnly) name.front() = 'r';
  return *Identifier::ParseExisting(name);
}

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_GROUPS_H_
