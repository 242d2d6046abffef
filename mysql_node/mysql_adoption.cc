#include "mysql_node/mysql_adoption.h"

#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_diagnosis.h"
#include "mysql_node/mysql_sql.h"
#include "mysql_node/mysql_users.h"

namespace eds {
namespace {

// A name of ours ends with that many random characters.
constexpr size_t kRandomCharacters = 16;

absl::Status Mismatch(absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOwnerMismatch, message);
}

absl::Status CheckIsNoSystemSchema(const Identifier& database) {
  constexpr absl::string_view kSystemSchemas[] = {"information_schema", "mysql",
                                                  "performance_schema", "sys"};
  if (!absl::c_linear_search(kSystemSchemas, database.text())) return absl::OkStatus();
  return Mismatch(absl::StrCat(database.text(), " belongs to the server itself"));
}

// What the names of users of `database` that EDS has made begin with.
std::string PrefixOfOurUsers(const DatabaseSpec& database) {
  const std::string& owner = database.owner.text();
  if (owner.size() <= 1 + kRandomCharacters) return "";
  return absl::StrCat("u", owner.substr(1, owner.size() - 1 - kRandomCharacters));
}

// Who holds privileges on `database`, as in "app@%": not counting the administrator and,
// if it is adopted already, its users of ours.
absl::StatusOr<std::vector<std::string>> ListHolders(MysqlConnection& connection,
                                                     const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const bool literal, TakesWildcardsLiterally(connection));
  ASSIGN_OR_RETURN(const auto rows, connection.Query(mysql_sql::SelectGrantees(
                                        connection.version(), database.name, literal)));
  const std::string prefix = PrefixOfOurUsers(database);
  std::vector<std::string> holders;
  for (const auto& row : rows) {
    const bool ours = !prefix.empty() && row[1] == "%" && Identifier::Parse(row[0]).ok() &&
                      row[0].size() == prefix.size() + kRandomCharacters &&
                      absl::StartsWith(row[0], prefix);
    if (!ours) holders.push_back(absl::StrCat(row[0], "@", row[1]));
  }
  return holders;
}

}  // namespace

absl::Status AdoptMysqlDatabase(MysqlConnection& connection, const DatabaseSpec& database,
                                const std::string& expected_owner) {
  const std::string& name = database.name.text();
  RETURN_IF_ERROR(CheckIsNoSystemSchema(database.name));
  RETURN_IF_ERROR(CheckMysqlGrantable(connection, database.name));
  // Before it is looked for: a database on which one holds nothing cannot be seen.
  RETURN_IF_ERROR(CheckPrivilegesOn(connection, database.name));
  ASSIGN_OR_RETURN(const auto found, connection.Query(mysql_sql::FindDatabase(database.name)));
  if (found.empty()) {
    return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                     absl::StrCat("there is no database ", name));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> holders, ListHolders(connection, database));
  const std::string expected =
      absl::StrContains(expected_owner, '@') ? expected_owner : absl::StrCat(expected_owner, "@%");
  if (holders == std::vector<std::string>{expected}) return absl::OkStatus();
  return Mismatch(absl::StrCat(name, " was expected to be used by ", expected, " alone, but ",
                               holders.empty() ? "no account holds privileges on it"
                                               : absl::StrCat("privileges on it are held by ",
                                                              absl::StrJoin(holders, ", "))));
}

}  // namespace eds
