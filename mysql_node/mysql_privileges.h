#ifndef EDS_MYSQL_NODE_MYSQL_PRIVILEGES_H_
#define EDS_MYSQL_NODE_MYSQL_PRIVILEGES_H_

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "common/identifier.h"
#include "mysql_node/mysql_version.h"

namespace eds {

// The administrator's standing on its server.
struct AdminStanding {
  MysqlVersion version;
  std::string account;                 // As CURRENT_USER() names it.
  std::vector<std::string> grants;     // As SHOW GRANTS lists them, its roles' included.
  bool reads_account_tables = true;    // Found out by reading them.
  bool wildcards_are_literal = false;  // partial_revokes: `d%` is a name, not a pattern.
};

// The GRANT statements that would give the administrator what EDS needs and it
// lacks; empty if it lacks nothing. A grant that may or may not help counts: an
// administrator that would work is never turned away.
std::vector<std::string> MissingGrants(const AdminStanding& standing);

// The one that it needs besides, to let users use a database that somebody else made.
absl::optional<std::string> MissingGrantOn(const AdminStanding& standing,
                                           const Identifier& database);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_PRIVILEGES_H_
