#include "postgresql_node/postgresql_inspection.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_adoption_sql.h"
#include "postgresql_node/postgresql_extensions.h"
#include "postgresql_node/postgresql_groups.h"
#include "postgresql_node/postgresql_inspection_sql.h"
#include "postgresql_node/postgresql_sharing.h"
#include "postgresql_node/postgresql_sql.h"
#include "postgresql_node/postgresql_tenant.h"

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

// Of those for readers and writers there need not be any.
absl::Status AddGroup(PostgresqlConnection& connection, const DatabaseSpec& database, Role role,
                      Deviations& deviations) {
  const Identifier group = GroupOf(database, role);
  ASSIGN_OR_RETURN(const Rows rows,
                   connection.Query(sql::SelectAttributes(connection.dialect(), group)));
  if (rows.empty()) {
    if (role == Role::kOwner) {
      deviations.push_back(Lack(absl::StrCat("its owner role ", group.text(), " is missing")));
    }
    return absl::OkStatus();
  }
  AddForbidden(group, rows[0], deviations);
  if (IsTrue(rows[0].at(kLogin))) {
    deviations.push_back(
        Excess(absl::StrCat(group.text(), " has LOGIN"), sql::TakeAttribute(group, "LOGIN")));
  }
  return AddMemberships(connection, group, group, deviations);
}

std::string LimitOf(int connections) { return connections == 0 ? "-1" : absl::StrCat(connections); }

std::string DescribeLimit(const std::string& limit) {
  return limit == "-1" ? "any number of connections"
                       : absl::StrCat(limit, " connections at the most");
}

bool IsHalfDropped(const Row& state) { return state.at(2) == "-2"; }

void AddDatabaseState(const Dialect& dialect, const DatabaseSpec& database, const Row& state,
                      Deviations& deviations) {
  const std::string& owner = state.at(0);
  const std::string& limit = state.at(2);
  if (owner != database.owner.text()) {
    deviations.push_back(Excess(absl::StrCat("it belongs to ", owner), sql::SetOwner(database)));
  }
  if (!IsTrue(state.at(1))) {
    deviations.push_back(Lack("it takes no connections"));
  } else if (limit != LimitOf(database.options.connection_limit)) {
    deviations.push_back(Lack(absl::StrCat("it takes ", DescribeLimit(limit))));
  }
  if (IsTrue(state.at(3))) {
    deviations.push_back(Excess("it is a template, which others can copy",
                                sql::UnmakeTemplate(dialect, database.name)));
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
  const std::string group = GroupOf(user.database, user.role).text();
  if (!IsTrue(state.at(0))) deviations.push_back(Lack("it is no member of " + group));
  if (!IsTrue(state.at(1))) deviations.push_back(Lack("it may not connect to " + database));
  if (!IsTrue(state.at(2))) {
    deviations.push_back(Lack(user.role == Role::kOwner
                                  ? absl::StrCat("it does not act as ", group, " in ", database)
                                  : absl::StrCat("it acts as another role in ", database)));
  }
  if (!IsTrue(state.at(3))) deviations.push_back(Lack("it has another statement timeout"));
}

void AddAttributes(const UserSpec& user, const Row& attributes, Deviations& deviations) {
  AddForbidden(user.name, attributes, deviations);
  const std::string& limit = attributes.at(kConnectionLimit);
  if (!IsTrue(attributes.at(kLogin))) deviations.push_back(Lack("it is locked"));
  if (IsTrue(attributes.at(kInherit)) && user.role == Role::kOwner) {
    deviations.push_back(Lack("it has its roles' privileges without acting as them (INHERIT)"));
  }
  if (!IsTrue(attributes.at(kInherit)) && user.role != Role::kOwner) {
    deviations.push_back(Lack("it has not the privileges of its role (NOINHERIT)"));
  }
  if (limit != LimitOf(user.options.connection_limit)) {
    deviations.push_back(Lack(absl::StrCat("it may have ", DescribeLimit(limit))));
  }
  if (IsTrue(attributes.at(kExpires))) deviations.push_back(Lack("its password expires"));
}

// What is to be seen on a session in the database alone.
absl::Status AddFurniture(PostgresqlConnection& connection, const DatabaseSpec& database,
                          Deviations& deviations) {
  if (database.options.extensions.empty() && !connection.dialect().opens_public_schema()) {
    return absl::OkStatus();
  }
  const auto look = [&](PostgresqlConnection& tenant) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> extensions,
                     FindMissingExtensions(tenant, database));
    for (const std::string& name : extensions) {
      deviations.push_back(Lack(absl::StrCat("it lacks extension ", name)));
    }
    ASSIGN_OR_RETURN(const bool open, CanClosePublicSchema(tenant, database));
    if (open) deviations.push_back(Lack("everybody may create in its schema public"));
    return absl::OkStatus();
  };
  return InTenant(connection, database.name.text(), look);
}

absl::Status AddLacks(PostgresqlConnection& connection, const UserSpec& user,
                      Deviations& deviations) {
  if (!NeedsSharing(connection, user.role)) return absl::OkStatus();
  std::vector<std::string> lacks;
  RETURN_IF_ERROR(InTenant(connection, user.database.name.text(),
                           [&](PostgresqlConnection& tenant) -> absl::Status {
                             ASSIGN_OR_RETURN(lacks, FindLacks(tenant, user.database));
                             return absl::OkStatus();
                           }));
  if (lacks.empty()) return absl::OkStatus();
  deviations.push_back(
      Lack(absl::StrCat("the users of its database lack ", lacks.size(),
                        " privileges on it: ", lacks[0], lacks.size() > 1 ? ", …" : "")));
  return absl::OkStatus();
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
  for (const Role role : kRoles) {
    RETURN_IF_ERROR(AddGroup(connection, database, role, deviations));
  }
  AddDatabaseState(connection.dialect(), database, state[0], deviations);
  ASSIGN_OR_RETURN(const Rows strangers, connection.Query(sql::SelectStrangers(database)));
  for (const Row& row : strangers) {
    deviations.push_back(
        Excess(absl::StrCat(row.at(0), ", no user of it, has privileges on it"), row.at(1)));
  }
  const bool is_ours = state[0].at(0) == database.owner.text() && IsTrue(state[0].at(6));
  const bool can_enter = is_ours && IsTrue(state[0].at(1));
  if (can_enter) RETURN_IF_ERROR(AddFurniture(connection, database, deviations));
  return deviations;
}

absl::StatusOr<Deviations> InspectUser(PostgresqlConnection& connection, const UserSpec& user) {
  ASSIGN_OR_RETURN(const Rows attributes,
                   connection.Query(sql::SelectAttributes(connection.dialect(), user.name)));
  ASSIGN_OR_RETURN(const Rows state, connection.Query(sql::SelectUserState(user)));
  if (attributes.empty() || state.empty()) {
    return Deviations{Missing(absl::StrCat("user ", user.name.text(), " is missing"))};
  }
  Deviations deviations;
  AddAttributes(user, attributes[0], deviations);
  AddUserState(user, state[0], deviations);
  RETURN_IF_ERROR(
      AddMemberships(connection, user.name, GroupOf(user.database, user.role), deviations));
  ASSIGN_OR_RETURN(const Rows others, connection.Query(sql::SelectOtherDatabases(user)));
  for (const Row& row : others) {
    const char* const what = IsTrue(row.at(1)) ? "it owns database " : "it has privileges on ";
    deviations.push_back(Excess(absl::StrCat(what, row.at(0)), row.at(2)));
  }
  const bool can_enter = IsTrue(state[0].at(4)) && deviations.empty();
  if (can_enter) RETURN_IF_ERROR(AddLacks(connection, user, deviations));
  return deviations;
}

}  // namespace eds
