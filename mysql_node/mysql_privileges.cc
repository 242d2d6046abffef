#include "mysql_node/mysql_privileges.h"

#include <cstddef>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

constexpr absl::string_view kEverything = "*.*";
constexpr absl::string_view kOurDatabases = "`d%`.*";  // Their names begin with a d.
constexpr char kAllPrivileges[] = "ALL PRIVILEGES";

// One line of SHOW GRANTS.
struct GrantLine {
  std::set<std::string> privileges;
  std::string object;  // As in "*.*" or "`shop%`.*".
  bool grant_option = false;
};

// The first place of `word` in `text` that is not inside of backticks.
size_t FindUnquoted(absl::string_view text, absl::string_view word) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') quoted = !quoted;
    if (!quoted && absl::StartsWith(text.substr(i), word)) return i;
  }
  return absl::string_view::npos;
}

// Nothing if `line` grants no privileges on an object: a role, a default, a REVOKE.
absl::optional<GrantLine> ParseGrantLine(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, "GRANT ")) return absl::nullopt;
  const size_t on = FindUnquoted(line, " ON ");
  if (on == absl::string_view::npos) return absl::nullopt;
  const absl::string_view privileges = line.substr(0, on);
  line.remove_prefix(on + 4);
  const size_t to = FindUnquoted(line, " TO ");
  if (to == absl::string_view::npos) return absl::nullopt;
  GrantLine grant;
  grant.object = std::string(line.substr(0, to));
  grant.grant_option = absl::StrContains(line.substr(to), "GRANT OPTION");
  for (const absl::string_view privilege : absl::StrSplit(privileges, ',')) {
    grant.privileges.insert(std::string(absl::StripAsciiWhitespace(privilege)));
  }
  return grant;
}

// Whether a grant on `object` could cover databases that are yet to be made.
bool CoversOurDatabases(absl::string_view object, bool wildcards_are_literal) {
  if (object == kEverything) return true;
  if (wildcards_are_literal || !absl::ConsumeSuffix(&object, "`.*") ||
      !absl::ConsumePrefix(&object, "`")) {
    return false;
  }
  const std::string pattern = absl::StrReplaceAll(object, {{"\\_", "!"}, {"\\%", "!"}});
  return pattern.find_first_of("%_") != std::string::npos &&
         (pattern.front() == 'd' || pattern.front() == '%' || pattern.front() == '_');
}

// What the grants that matter for one purpose amount to.
struct Held {
  std::set<std::string> privileges;
  bool grant_option = false;

  void Add(const GrantLine& grant) {
    privileges.insert(grant.privileges.begin(), grant.privileges.end());
    grant_option = grant_option || grant.grant_option;
  }
  bool Has(const std::string& privilege) const {
    return privileges.contains(privilege) || privileges.contains(kAllPrivileges);
  }
};

// Ends sessions of others, under its names through the releases.
std::vector<std::string> KillPrivileges(const MysqlVersion& version) {
  if (version.flavour == MysqlFlavour::kMysql) return {"CONNECTION_ADMIN", "SUPER"};
  if (version.major == 10 && version.minor == 4) return {"SUPER"};
  return {"CONNECTION ADMIN", "SUPER"};
}

std::vector<std::string> MissingGlobally(const Held& held, const MysqlVersion& version) {
  std::vector<std::string> missing;
  for (const char* privilege : {"CREATE USER", "PROCESS"}) {
    if (!held.Has(privilege)) missing.push_back(privilege);
  }
  const std::vector<std::string> kill = KillPrivileges(version);
  if (absl::c_none_of(kill, [&held](const std::string& name) { return held.Has(name); })) {
    missing.push_back(kill.front());
  }
  return missing;
}

// root@% as 'root'@'%'.
std::string QuoteAccount(absl::string_view account) {
  const size_t at = account.rfind('@');
  if (at == absl::string_view::npos) return absl::StrCat("'", account, "'");
  return absl::StrCat("'", account.substr(0, at), "'@'", account.substr(at + 1), "'");
}

}  // namespace

std::vector<std::string> MissingGrants(const AdminStanding& standing) {
  Held globally;
  Held on_databases;
  for (const std::string& line : standing.grants) {
    const absl::optional<GrantLine> grant = ParseGrantLine(line);
    if (!grant) continue;
    if (grant->object == kEverything) globally.Add(*grant);
    if (CoversOurDatabases(grant->object, standing.wildcards_are_literal)) on_databases.Add(*grant);
  }
  const std::string to = absl::StrCat(" TO ", QuoteAccount(standing.account));
  std::vector<std::string> missing;
  const std::vector<std::string> global = MissingGlobally(globally, standing.version);
  if (!global.empty()) {
    missing.push_back(absl::StrCat("GRANT ", absl::StrJoin(global, ", "), " ON *.*", to));
  }
  if (!standing.reads_account_tables) missing.push_back("GRANT SELECT ON mysql.*" + to);
  std::vector<std::string> wanted = mysql_sql::DatabasePrivileges(standing.version.flavour);
  const auto holds = [&on_databases](const std::string& name) { return on_databases.Has(name); };
  if (!on_databases.grant_option || !absl::c_all_of(wanted, holds)) {
    if (on_databases.grant_option) std::erase_if(wanted, holds);
    missing.push_back(absl::StrCat("GRANT ", absl::StrJoin(wanted, ", "), " ON ",
                                   standing.wildcards_are_literal ? kEverything : kOurDatabases, to,
                                   " WITH GRANT OPTION"));
  }
  return missing;
}

}  // namespace eds
