#include "mysql_node/mysql_inspection.h"

#include <set>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_grants.h"
#include "mysql_node/mysql_password.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

using Deviations = std::vector<Deviation>;

constexpr char kAllPrivileges[] = "ALL PRIVILEGES";

Deviation Missing(const std::string& what) {
  return {.missing = true, .detail = absl::StrCat("there is no ", what), .remedy = ""};
}

Deviation Lack(const std::string& detail) {
  return {.missing = false, .detail = detail, .remedy = ""};
}

Deviation Excess(const std::string& detail, const std::string& remedy) {
  return {.missing = false, .detail = detail, .remedy = remedy};
}

// A row of SelectAccount.
struct Account {
  explicit Account(const std::vector<std::string>& row)
      : plugin(row[0]),
        other_plugins(row[1]),
        connections(row[2]),
        milliseconds(row[3]),
        is_locked(row[4] == "1"),
        has_expired(row[5] == "1"),
        needs_tls(row[6] == "1"),
        has_other_limits(row[7] == "1") {}

  std::string plugin;
  std::string other_plugins;
  std::string connections;
  std::string milliseconds;
  bool is_locked;
  bool has_expired;
  bool needs_tls;
  bool has_other_limits;
};

bool HasPasswordsOf(absl::string_view plugin, const Account& account, bool has_second) {
  const std::string others = has_second ? absl::StrCat("[\"", plugin, "\"]") : "";
  return account.plugin == plugin && account.other_plugins == others;
}

bool HasLimits(const Account& account, const UserOptions& options) {
  return account.connections == absl::StrCat(options.connection_limit) &&
         account.milliseconds ==
             absl::StrCat(absl::ToInt64Milliseconds(options.statement_timeout)) &&
         !account.has_other_limits;
}

void InspectAccount(const MysqlVersion& version, const UserSpec& user, const Account& account,
                    Deviations& deviations) {
  const auto report_if = [&deviations](bool differs, const std::string& detail) {
    if (differs) deviations.push_back(Lack(detail));
  };
  const absl::string_view plugin = MysqlVerifier::PluginOf(version);
  report_if(!HasPasswordsOf(plugin, account, user.has_second_password),
            absl::StrCat("it should log in with ",
                         user.has_second_password ? "two passwords" : "one password", " of ",
                         plugin, " alone, but does by ", account.plugin,
                         account.other_plugins.empty() ? "" : " and ", account.other_plugins));
  report_if(!HasLimits(account, user.options),
            "its connections or statements are not limited as they should be");
  report_if(account.is_locked, "it is locked");
  report_if(account.has_expired, "its password has expired");
  report_if(account.needs_tls != user.options.require_tls,
            account.needs_tls ? "it can log in over TLS alone" : "it can log in without TLS");
}

// What it holds on its own database.
class OwnPrivileges {
 public:
  OwnPrivileges(const MysqlVersion& version, Role role)
      : wanted_(mysql_sql::DatabasePrivileges(version.flavour, role)),
        all_(mysql_sql::DatabasePrivileges(version.flavour)) {
    // No role has it: but an owner's grant of all privileges is as good as its list.
    if (HasShowCreateRoutine(version) && role != Role::kOwner) {
      all_.push_back("SHOW CREATE ROUTINE");
    }
  }

  // Answers those that it should not hold.
  std::vector<std::string> Add(const std::vector<std::string>& privileges) {
    if (privileges == std::vector<std::string>{kAllPrivileges}) return Add(all_);
    std::vector<std::string> excessive;
    for (const std::string& privilege : privileges) {
      held_.insert(privilege);
      if (!absl::c_linear_search(wanted_, privilege)) excessive.push_back(privilege);
    }
    return excessive;
  }

  std::vector<std::string> Lacking() const {
    std::vector<std::string> lacking;
    absl::c_copy_if(wanted_, std::back_inserter(lacking),
                    [this](const std::string& name) { return !held_.contains(name); });
    return lacking;
  }

 private:
  const std::vector<std::string> wanted_;
  std::vector<std::string> all_;
  std::set<std::string> held_;
};

void InspectGrants(const MysqlVersion& version, const UserSpec& user,
                   const std::vector<MysqlGrant>& grants, Deviations& deviations) {
  const std::string own_object = mysql_sql::AllOf(user.database.name);
  OwnPrivileges own(version, user.role);
  for (const MysqlGrant& grant : grants) {
    std::vector<std::string> excessive = grant.privileges;
    if (grant.object == own_object) excessive = own.Add(grant.privileges);
    std::erase(excessive, "USAGE");  // None at all.
    const std::string on = grant.object.empty() ? "" : absl::StrCat(" on ", grant.object);
    if (!excessive.empty()) {
      const std::string privileges = absl::StrJoin(excessive, ", ");
      deviations.push_back(Excess(absl::StrCat("it holds ", privileges, on),
                                  mysql_sql::Revoke(privileges, grant.object, user.name)));
    }
    if (grant.grant_option && grant.privileges != std::vector<std::string>{"PROXY"}) {
      deviations.push_back(Excess(absl::StrCat("it may grant to others what it holds", on),
                                  mysql_sql::Revoke("GRANT OPTION", grant.object, user.name)));
    }
  }
  const std::vector<std::string> lacking = own.Lacking();
  if (!lacking.empty()) {
    deviations.push_back(
        Lack(absl::StrCat("it lacks ", absl::StrJoin(lacking, ", "), " on ", own_object)));
  }
}

// `user`@`%`, or 'user'@'%' of MySQL 5.7.
bool IsGrantedTo(const MysqlGrant& grant, const Identifier& user) {
  return absl::StrReplaceAll(grant.grantee, {{"`", ""}, {"'", ""}}) ==
         absl::StrCat(user.text(), "@%");
}

absl::StatusOr<std::vector<MysqlGrant>> ListGrants(MysqlConnection& connection,
                                                   const Identifier& user) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query(mysql_sql::ShowGrantsOf(user)));
  std::vector<MysqlGrant> grants;
  for (const auto& row : rows) {
    absl::optional<MysqlGrant> grant = ParseMysqlGrant(row[0]);
    // Others' are listed too: those of its roles, which count as the roles do.
    if (grant && IsGrantedTo(*grant, user)) grants.push_back(*std::move(grant));
  }
  return grants;
}

}  // namespace

absl::StatusOr<Deviations> InspectMysqlDatabase(MysqlConnection& connection,
                                                const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const auto found, connection.Query(mysql_sql::FindDatabase(database.name)));
  if (!found.empty()) return Deviations();
  return Deviations{Missing(absl::StrCat("database ", database.name.text()))};
}

absl::StatusOr<Deviations> InspectMysqlUser(MysqlConnection& connection, const UserSpec& user) {
  const MysqlVersion& version = connection.version();
  ASSIGN_OR_RETURN(const auto account,
                   connection.Query(mysql_sql::SelectAccount(version, user.name)));
  if (account.empty()) return Deviations{Missing(absl::StrCat("user ", user.name.text()))};
  ASSIGN_OR_RETURN(const std::vector<MysqlGrant> grants, ListGrants(connection, user.name));
  Deviations deviations;
  InspectAccount(version, user, Account(account[0]), deviations);
  InspectGrants(version, user, grants, deviations);
  return deviations;
}

}  // namespace eds
