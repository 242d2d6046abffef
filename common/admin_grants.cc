#include "common/admin_grants.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace eds {
namespace {

bool IsBefore(const ServerRelease& release, int major, int minor) {
  return IsOlder(release, {release.product, major, minor});
}

std::string Literal(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "''"}}), "'");
}

// A name that PostgreSQL would read as it is stays unquoted.
std::string RoleName(absl::string_view name) {
  bool plain = !name.empty() && !absl::ascii_isdigit(name.front());
  for (const char c : name) plain = plain && (absl::ascii_islower(c) || absl::ascii_isdigit(c));
  return plain ? std::string(name)
               : absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::vector<std::string> MysqlNotes(const ServerRelease& release) {
  std::vector<std::string> notes;
  if (release.product == ServerProduct::kMariadb || IsBefore(release, 8, 0)) {
    notes.push_back("CREATE USER can set any password, root's too: guard this account like root.");
  } else {
    notes.push_back(
        "Accounts that hold SYSTEM_USER, as root does, are out of this account's reach.");
    notes.push_back(absl::StrCat(
        "With partial_revokes = ON, `d%` is no pattern: put *.* in place of ", kOurDatabases, "."));
  }
  if (SessionsPrivilege(release) == "SUPER") {
    notes.push_back(
        "SUPER is there to end sessions of users that are removed: this release has no smaller "
        "privilege for it.");
  }
  return notes;
}

AdminStatements MysqlGrants(const ServerRelease& release, const AdminAccount& account) {
  const std::string name = absl::StrCat(Literal(account.user), "@", Literal(account.host));
  std::vector<std::string> global = AdminPrivileges();
  global.push_back(SessionsPrivilege(release));
  return {
      .login = absl::StrCat("CREATE USER ", name, " IDENTIFIED BY '", kPasswordPlaceholder, "'"),
      .grants = {absl::StrCat("GRANT ", absl::StrJoin(global, ", "), " ON *.* TO ", name),
                 absl::StrCat("GRANT SELECT ON mysql.* TO ", name),
                 absl::StrCat("GRANT ",
                              absl::StrJoin(AdminDatabasePrivileges(release.product), ", "), " ON ",
                              kOurDatabases, " TO ", name, " WITH GRANT OPTION")},
      .notes = MysqlNotes(release)};
}

AdminStatements PostgresqlGrants(const ServerRelease& release, const AdminAccount& account) {
  const std::string name = RoleName(account.user);
  AdminStatements statements;
  statements.login =
      absl::StrCat("CREATE ROLE ", name, " LOGIN PASSWORD '", kPasswordPlaceholder, "'");
  if (IsBefore(release, 9, 6)) {
    statements.grants = {absl::StrCat("ALTER ROLE ", name, " SUPERUSER")};
    statements.notes = {
        "Before 9.6 superusers alone may end sessions of others: EDS could not remove users."};
  } else {
    statements.grants = {absl::StrCat("ALTER ROLE ", name, " CREATEDB CREATEROLE"),
                         absl::StrCat("GRANT pg_signal_backend TO ", name)};
  }
  statements.grants.push_back("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC");
  statements.grants.push_back(absl::StrCat("GRANT CONNECT ON DATABASE postgres TO ", name));
  if (IsBefore(release, 16, 0)) {
    statements.notes.push_back(
        "CREATEROLE can set the password of any role that is no superuser's.");
  } else {
    statements.notes.push_back(
        "Roles that were made before the server was upgraded to 16 stay out of its reach until a "
        "superuser grants them: edsctl node diagnose names the statements.");
  }
  return statements;
}

}  // namespace

bool IsOlder(const ServerRelease& release, const ServerRelease& than) {
  return std::make_pair(release.major, release.minor) < std::make_pair(than.major, than.minor);
}

ServerRelease OldestRelease(ServerProduct product) {
  switch (product) {
    case ServerProduct::kMysql:
      return {product, 5, 7};
    case ServerProduct::kMariadb:
      return {product, 10, 4};
    case ServerProduct::kPostgresql:
      return {product, 9, 1};
  }
  return {product};
}

AdminStatements AdminGrants(const ServerRelease& release, const AdminAccount& account) {
  return release.product == ServerProduct::kPostgresql ? PostgresqlGrants(release, account)
                                                       : MysqlGrants(release, account);
}

std::vector<std::string> AdminPrivileges() { return {"CREATE USER", "PROCESS"}; }

std::string SessionsPrivilege(const ServerRelease& release) {
  if (release.product == ServerProduct::kMariadb) {
    return IsBefore(release, 10, 5) ? "SUPER" : "CONNECTION ADMIN";
  }
  return IsBefore(release, 8, 0) ? "SUPER" : "CONNECTION_ADMIN";
}

std::vector<std::string> AdminDatabasePrivileges(ServerProduct product) {
  std::vector<std::string> privileges = {
      "SELECT",      "INSERT",  "UPDATE",         "DELETE",        "CREATE",
      "DROP",        "ALTER",   "INDEX",          "REFERENCES",    "CREATE TEMPORARY TABLES",
      "LOCK TABLES", "EXECUTE", "CREATE ROUTINE", "ALTER ROUTINE", "CREATE VIEW",
      "SHOW VIEW",   "TRIGGER", "EVENT"};
  if (product == ServerProduct::kMariadb) privileges.push_back("DELETE HISTORY");
  return privileges;
}

}  // namespace eds
