#include "postgresql_node/postgresql_inspection.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_adoption_sql.h"
#include "postgresql_node/postgresql_inspection_sql.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

using Deviations = std::vector<Deviation>;
using Row = PostgresqlConnection::Row;
using Rows = PostgresqlConnection::Rows;

bool IsTrue(const std::string& text) { return text == "t"; }

Deviation Missing(std::string detail) { return {.missing = true, .detail = std::move(detail)}; }
Deviation Lack(std::string detail) { return {.detail = std::move(detail)}; }
Deviation Excess(std::string detail, std::string remedy) {
  return {.detail = std::move(detail), .remedy = std::move(remedy)};
}

// In the order of SelectAttributes.
constexpr const char* kForbidden[] = {"SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION",
                                      "BYPASSRLS"};
constexpr size_t kLogin = 5;
constexpr size_t kInherit = 6;
constexpr size_t kConnectionLimit = 7;
constexpr size_t kExpires = 8;

void AddForbidden(const Identifier& role, const Row& attributes, Deviations& deviations) {
  for (size_t i = 0; i < std::size(kForbidden); ++i) {
    if (!IsTrue(attributes.at(i))) continue;
    deviations.push_back(Excess(absl::StrCat(role.text(), " has ", kForbidden[i]),
                                sql::TakeAttribute(role, kForbidden[i])));
  }
}

absl::Status AddMemberships(PostgresqlConnection& connection, const Identifier& role,
                            const Identifier& expected, Deviations& deviations) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectMemberships(role, expected)));
  for (const Row& row : rows) {
    const char* const what =
        IsTrue(row.at(1)) ? " may make others members of " : " is a member of ";
    deviations.push_back(Excess(absl::StrCat(role.text(), what, row.at(0)), row.at(2)));
  }
  return absl::OkStatus();
}

absl::Status AddOwnerRole(PostgresqlConnection& connection, const Identifier& owner,
                          Deviations& deviations) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectAttributes(owner)));
  if (rows.empty()) {
    deviations.push_back(Lack(absl::StrCat("its owner role ", owner.text(), " is missing")));
    return absl::OkStatus();
  }
  AddForbidden(owner, rows[0], deviations);
  if (IsTrue(rows[0].at(kLogin))) {
    deviations.push_back(
        Excess(absl::StrCat(owner.text(), " has LOGIN"), sql::TakeAttribute(owner, "LOGIN")));
  }
  return AddMemberships(connection, owner, owner, deviations);
}

bool IsHalfDropped(const Row& state) { return state.at(2) == "-2"; }

void AddDatabaseState(const DatabaseSpec& database, const Row& state, Deviations& deviations) {
  const std::string& owner = state.at(0);
  const std::string& limit = state.at(2);
  if (owner != database.owner.text()) {
    deviations.push_back(Excess(absl::StrCat("it belongs to ", owner), sql::SetOwner(database)));
  }
  if (!IsTrue(state.at(1))) {
    deviations.push_back(Lack("it takes no connections"));
  } else if (limit != "-1") {
    deviations.push_back(Lack(absl::StrCat("it takes ", limit, " connections at the most")));
  }
  if (IsTrue(state.at(3))) {
    deviations.push_back(
        Excess("it is a template, which others can copy", sql::UnmakeTemplate(database.name)));
  }
  if (IsTrue(state.at(4))) {
    deviations.push_back(
        Excess("everybody has privileges on it", sql::CloseToPublic(database.name)));
  }
  if (IsTrue(state.at(5)) && !IsTrue(state.at(6))) {
    deviations.push_back(Lack("the administrator is no member of its owner role"));
  }
}

void AddUserState(const UserSpec& user, const Row& state, Deviations& deviations) {
  const std::string& database = user.database.name.text();
  const std::string& owner = user.database.owner.text();
  if (!IsTrue(state.at(0))) deviations.push_back(Lack("it is no member of " + owner));
  if (!IsTrue(state.at(1))) deviations.push_back(Lack("it may not connect to " + database));
  if (!IsTrue(state.at(2))) {
    deviations.push_back(Lack(absl::StrCat("it does not act as ", owner, " in ", database)));
  }
}

void AddAttributes(const Identifier& user, const Row& attributes, Deviations& deviations) {
  AddForbidden(user, attributes, deviations);
  const std::string& limit = attributes.at(kConnectionLimit);
  if (!IsTrue(attributes.at(kLogin))) deviations.push_back(Lack("it is locked"));
  if (IsTrue(attributes.at(kInherit))) {
    deviations.push_back(Lack("it has its roles' privileges without acting as them (INHERIT)"));
  }
  if (limit != "-1") {
    deviations.push_back(Lack(absl::StrCat("it has ", limit, " connections at the most")));
  }
  if (IsTrue(attributes.at(kExpires))) deviations.push_back(Lack("its password expires"));
}

}  // namespace

absl::StatusOr<Deviations> InspectDatabase(PostgresqlConnection& connection,
                                           const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const Rows state, connection.Query(sql::SelectDatabaseState(database)));
  if (state.empty()) {
    return Deviations{Missing(absl::StrCat("database ", database.name.text(), " is missing"))};
  }
  if (IsHalfDropped(state[0])) {
    return Deviations{
        Missing(absl::StrCat("a crash of the server left database ", database.name.text(),
                             " half dropped: its data is gone"))};
  }
  Deviations deviations;
  RETURN_IF_ERROR(AddOwnerRole(connection, database.owner, deviations));
  AddDatabaseState(database, state[0], deviations);
  ASSIGN_OR_RETURN(const Rows strangers, connection.Query(sql::SelectStrangers(database)));
  for (const Row& row : strangers) {
    deviations.push_back(
        Excess(absl::StrCat(row.at(0), ", no user of it, has privileges on it"), row.at(1)));
  }
  return deviations;
}

absl::StatusOr<Deviations> InspectUser(PostgresqlConnection& connection, const UserSpec& user) {
  ASSIGN_OR_RETURN(const Rows attributes, connection.Query(sql::SelectAttributes(user.name)));
  ASSIGN_OR_RETURN(const Rows state, connection.Query(sql::SelectUserState(user)));
  if (attributes.empty() || state.empty()) {
    return Deviations{Missing(absl::StrCat("user ", user.name.text(), " is missing"))};
  }
  Deviations deviations;
  AddAttributes(user.name, attributes[0], deviations);
  AddUserState(user, state[0], deviations);
  RETURN_IF_ERROR(AddMemberships(connection, user.name, user.database.owner, deviations));
  ASSIGN_OR_RETURN(const Rows others, connection.Query(sql::SelectOtherDatabases(user)));
  for (const Row& row : others) {
    const char* const what = IsTrue(row.at(1)) ? "it owns database " : "it has privileges on ";
    deviations.push_back(Excess(absl::StrCat(what, row.at(0)), row.at(2)));
  }
  return deviations;
}

}  // namespace eds
