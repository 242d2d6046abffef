#include "mysql_node/mysql_inspection.h"

#include <set>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
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

// What `account`, a row of SelectAccount, says.
void InspectAccount(MysqlFlavour flavour, const Identifier& user,
                    const std::vector<std::string>& account, Deviations& deviations) {
  const absl::string_view plugin = MysqlVerifier::PluginOf(flavour);
  if (account[0] != plugin || account[1] == "1") {
    deviations.push_back(
        Lack(absl::StrCat("it does not log in by ", plugin, " alone but by ", account[0])));
  }
  if (account[2] == "1") deviations.push_back(Lack("it is locked"));
  if (account[3] == "1") deviations.push_back(Lack("its password has expired"));
  if (account[4] == "1") {
    deviations.push_back(
        Excess("its connections or statements are limited", mysql_sql::LiftLimits(flavour, user)));
  }
}

// What it holds on its own database.
class OwnPrivileges {
 public:
  explicit OwnPrivileges(MysqlFlavour flavour) : wanted_(mysql_sql::DatabasePrivileges(flavour)) {}

  // Answers those that it should not hold.
  std::vector<std::string> Add(const std::vector<std::string>& privileges) {
    std::vector<std::string> excessive;
    for (const std::string& privilege : privileges) {
      held_.insert(privilege);
      if (privilege != kAllPrivileges && !absl::c_linear_search(wanted_, privilege)) {
        excessive.push_back(privilege);
      }
    }
    return excessive;
  }

  std::vector<std::string> Lacking() const {
    std::vector<std::string> lacking;
    if (held_.contains(kAllPrivileges)) return lacking;
    absl::c_copy_if(wanted_, std::back_inserter(lacking),
                    [this](const std::string& name) { return !held_.contains(name); });
    return lacking;
  }

 private:
  const std::vector<std::string> wanted_;
  std::set<std::string> held_;
};

void InspectGrants(MysqlFlavour flavour, const UserSpec& user,
                   const std::vector<MysqlGrant>& grants, Deviations& deviations) {
  const std::string own_object = mysql_sql::AllOf(user.database.name);
  OwnPrivileges own(flavour);
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

absl::StatusOr<std::vector<MysqlGrant>> ListGrants(MysqlConnection& connection,
                                                   const Identifier& user) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query(mysql_sql::ShowGrantsOf(user)));
  std::vector<MysqlGrant> grants;
  for (const auto& row : rows) {
    absl::optional<MysqlGrant> grant = ParseMysqlGrant(row[0]);
    // Others' are listed too: those of its roles, which count as the roles do.
    if (grant && grant->grantee == absl::StrCat("`", user.text(), "`@`%`")) {
      grants.push_back(*std::move(grant));
    }
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
  const MysqlFlavour flavour = connection.version().flavour;
  ASSIGN_OR_RETURN(const auto account,
                   connection.Query(mysql_sql::SelectAccount(flavour, user.name)));
  if (account.empty()) return Deviations{Missing(absl::StrCat("user ", user.name.text()))};
  ASSIGN_OR_RETURN(const std::vector<MysqlGrant> grants, ListGrants(connection, user.name));
  Deviations deviations;
  InspectAccount(flavour, user.name, account[0], deviations);
  InspectGrants(flavour, user, grants, deviations);
  return deviations;
}

}  // namespace eds
