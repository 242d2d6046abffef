#include "mysql_node/mysql_privileges.h"

#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "common/admin_grants.h"
#include "mysql_node/mysql_grants.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

constexpr absl::string_view kEverything = "*.*";
constexpr char kAllPrivileges[] = "ALL PRIVILEGES";

// Whether a grant on `object` could cover databases that are yet to be made.
bool CoversOurDatabases(absl::string_view object, bool wildcards_are_literal) {
  const absl::optional<std::string> pattern = DatabasePatternOf(object);
  if (object == kEverything) return true;
  if (wildcards_are_literal || !pattern || pattern->empty()) return false;
  const std::string wildcards = absl::StrReplaceAll(*pattern, {{"\\_", "!"}, {"\\%", "!"}});
  return wildcards.find_first_of("%_") != std::string::npos &&
         (wildcards.front() == 'd' || wildcards.front() == '%' || wildcards.front() == '_');
}

// Whether a grant on `object` covers one database.
bool Covers(absl::string_view object, const Identifier& database, bool wildcards_are_literal) {
  const absl::optional<std::string> pattern = DatabasePatternOf(object);
  if (object == kEverything) return true;
  if (!pattern) return false;
  return wildcards_are_literal ? *pattern == database.text()
                               : MatchesDatabasePattern(database.text(), *pattern);
}

// What the grants that matter for one purpose amount to.
struct Held {
  std::set<std::string> privileges;
  bool grant_option = false;

  void Add(const MysqlGrant& grant) {
    privileges.insert(grant.privileges.begin(), grant.privileges.end());
    grant_option = grant_option || grant.grant_option;
  }
  bool Has(const std::string& privilege) const {
    return privileges.contains(privilege) || privileges.contains(kAllPrivileges);
  }
};

std::vector<std::string> MissingGlobally(const Held& held, const MysqlVersion& version) {
  std::vector<std::string> missing;
  for (const std::string& privilege : AdminPrivileges()) {
    if (!held.Has(privilege)) missing.push_back(privilege);
  }
  const std::string sessions = SessionsPrivilege(ReleaseOf(version));
  if (!held.Has(sessions) && !held.Has("SUPER")) missing.push_back(sessions);
  return missing;
}

// root@% as 'root'@'%'.
std::string QuoteAccount(absl::string_view account) {
  const size_t at = account.rfind('@');
  if (at == absl::string_view::npos) return absl::StrCat("'", account, "'");
  return absl::StrCat("'", account.substr(0, at), "'@'", account.substr(at + 1), "'");
}

// What `standing` holds on the objects that `counts` tells.
template <typename Counts>
Held HeldOn(const AdminStanding& standing, const Counts& counts) {
  Held held;
  for (const std::string& line : standing.grants) {
    const absl::optional<MysqlGrant> grant = ParseMysqlGrant(line);
    if (grant && counts(grant->object)) held.Add(*grant);
  }
  return held;
}

// Whether `held` is enough to give users `wanted`.
bool CanGrant(const Held& held, const std::vector<std::string>& wanted) {
  return held.grant_option &&
         absl::c_all_of(wanted, [&held](const std::string& name) { return held.Has(name); });
}

std::string GrantToAdministrator(const AdminStanding& standing,
                                 const std::vector<std::string>& privileges,
                                 absl::string_view object) {
  return absl::StrCat("GRANT ", absl::StrJoin(privileges, ", "), " ON ", object, " TO ",
                      QuoteAccount(standing.account), " WITH GRANT OPTION");
}

}  // namespace

std::vector<std::string> MissingGrants(const AdminStanding& standing) {
  const bool literal = standing.wildcards_are_literal;
  const std::string to = absl::StrCat(" TO ", QuoteAccount(standing.account));
  std::vector<std::string> missing;
  const Held globally =
      HeldOn(standing, [](absl::string_view object) { return object == kEverything; });
  const std::vector<std::string> global = MissingGlobally(globally, standing.version);
  if (!global.empty()) {
    missing.push_back(absl::StrCat("GRANT ", absl::StrJoin(global, ", "), " ON *.*", to));
  }
  if (!standing.reads_account_tables) missing.push_back("GRANT SELECT ON mysql.*" + to);
  const Held on_databases = HeldOn(standing, [literal](absl::string_view object) {
    return CoversOurDatabases(object, literal);
  });
  std::vector<std::string> wanted = mysql_sql::DatabasePrivileges(standing.version.flavour);
  if (!CanGrant(on_databases, wanted)) {
    if (on_databases.grant_option) {
      std::erase_if(wanted, [&](const std::string& name) { return on_databases.Has(name); });
    }
    missing.push_back(
        GrantToAdministrator(standing, wanted, literal ? kEverything : kOurDatabases));
  }
  return missing;
}

absl::optional<std::string> MissingGrantOn(const AdminStanding& standing,
                                           const Identifier& database) {
  const Held held = HeldOn(standing, [&](absl::string_view object) {
    return Covers(object, database, standing.wildcards_are_literal);
  });
  const auto wanted = mysql_sql::DatabasePrivileges(standing.version.flavour);
  if (CanGrant(held, wanted)) return absl::nullopt;
  // All of them: a grant on the database itself comes in place of one on a pattern.
  return GrantToAdministrator(standing, wanted, mysql_sql::AllOf(database));
}

}  // namespace eds
