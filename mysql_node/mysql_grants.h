#ifndef EDS_MYSQL_NODE_MYSQL_GRANTS_H_
#define EDS_MYSQL_NODE_MYSQL_GRANTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace eds {

// One line of SHOW GRANTS, its parts as the server quotes them. The rest of the line,
// which may hold a password's hash, is left out.
struct MysqlGrant {
  std::vector<std::string> privileges;  // As in "SELECT"; of columns, "SELECT (`n`)".
  std::string object;                   // As in "*.*" or "`shop%`.*". Empty: roles are granted.
  std::string grantee;                  // As in "`root`@`%`".
  bool grant_option = false;
};

// Nothing if `line` grants nothing: a default, a REVOKE.
absl::optional<MysqlGrant> ParseMysqlGrant(absl::string_view line);

// Nothing unless `object` is all of the databases that match a pattern: then that.
absl::optional<std::string> DatabasePatternOf(absl::string_view object);

// Whether the database `name` is one that `pattern` stands for.
bool MatchesDatabasePattern(absl::string_view name, absl::string_view pattern);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_GRANTS_H_
