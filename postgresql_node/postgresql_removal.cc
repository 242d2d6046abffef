#include "postgresql_node/postgresql_removal.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_removal_sql.h"
#include "postgresql_node/postgresql_roles.h"
#include "postgresql_node/postgresql_tenant.h"

namespace eds {
namespace {

using Row = PostgresqlConnection::Row;
using Rows = PostgresqlConnection::Rows;

// Others may grant it something between our looking and our dropping.
constexpr int kLooks = 3;

// What a role leaves in one database.
struct Estate {
  std::string database;  // Empty: what no single database holds.
  bool owns = false;     // Else it was just granted something.
  sql::QuotedName heir;
  bool is_member = false;  // The role of the heir: it had its rights.
  bool heir_is_harmless = false;
  bool heir_is_ours = false;  // Or can be.
  bool join_heir = false;
};

absl::StatusOr<std::vector<Estate>> FindEstates(PostgresqlConnection& connection, RoleOid role,
                                                const absl::optional<Identifier>& owner) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectEstates(role)));
  std::vector<Estate> estates;
  for (const Row& row : rows) {
    const bool is_member = row.at(3) == "t";
    const bool has_us = row.at(5) == "t";
    const bool can_join = is_member || (owner && row.at(2) == owner->text());
    estates.push_back({.database = row.at(0),
                       .owns = row.at(1) == "t",
                       .heir = {row.at(2)},
                       .is_member = is_member,
                       .heir_is_harmless = row.at(4) == "t",
                       .heir_is_ours = has_us || can_join,
                       .join_heir = !has_us});
  }
  return estates;
}

// Runs `step` in `database`: on `connection` if it is there.
absl::Status In(const std::string& database, PostgresqlConnection& connection,
                const std::function<absl::Status(PostgresqlConnection&)>& step) {
  if (database.empty() || database == connection.database()) return step(connection);
  return InTenant(connection, database, step);
}

absl::StatusOr<std::vector<std::string>> Describe(PostgresqlConnection& connection,
                                                  const std::string& database,
                                                  const std::string& query) {
  std::vector<std::string> objects;
  RETURN_IF_ERROR(In(database, connection, [&](PostgresqlConnection& there) {
    ASSIGN_OR_RETURN(const Rows rows, there.Query(query));
    for (const Row& row : rows) objects.push_back(row.at(0));
    return absl::OkStatus();
  }));
  return objects;
}

// What the role owns there; just that it does, if we cannot look.
std::vector<std::string> DescribeOwned(PostgresqlConnection& connection, const Estate& estate,
                                       RoleOid role) {
  auto objects = Describe(connection, estate.database, sql::SelectOwnedObjects(role));
  if (!objects.ok() || objects->empty()) return {"objects"};
  return *std::move(objects);
}

// What keeps the role from leaving `estate` to its heir.
absl::StatusOr<std::vector<std::string>> FindObstacles(PostgresqlConnection& connection,
                                                       const Estate& estate, RoleOid role) {
  if (!estate.owns) return std::vector<std::string>();
  if (estate.heir_is_harmless && estate.heir_is_ours) {
    if (estate.is_member) return std::vector<std::string>();
    return Describe(connection, estate.database, sql::SelectOwnedPowers(role));
  }
  return DescribeOwned(connection, estate, role);
}

absl::Status AddRefusal(absl::Status failure, const Identifier& name, const Estate& estate,
                        const std::vector<std::string>& objects) {
  const std::string place =
      estate.database.empty() ? "the server" : absl::StrCat("database ", estate.database);
  if (failure.ok()) {
    failure = MakeError(absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects,
                        absl::StrCat(name.text(), " owns ", absl::StrJoin(objects, ", "), " in ",
                                     place, "; give them to another owner or drop them there"));
  }
  for (const std::string& object : objects) {
    failure = WithViolation(failure, "OWNED_OBJECT", place, absl::StrCat(object, " in ", place));
  }
  return failure;
}

absl::Status CheckObstacles(PostgresqlConnection& connection, const Identifier& name, RoleOid role,
                            const std::vector<Estate>& estates) {
  absl::Status failure;
  for (const Estate& estate : estates) {
    ASSIGN_OR_RETURN(const std::vector<std::string> objects,
                     FindObstacles(connection, estate, role));
    if (!objects.empty()) failure = AddRefusal(failure, name, estate, objects);
  }
  return failure;
}

absl::Status DropRole(PostgresqlConnection& connection, const Identifier& name, RoleOid role) {
  absl::Status dropped = connection.Execute(sql::DropRole(name));
  if (!HasSqlState(dropped, sqlstate::kLockNotAvailable)) return dropped;
  RETURN_IF_ERROR(
      EndSessions(connection, sql::EndSessionsThatLockRole(connection.dialect(), role)));
  return connection.Execute(sql::DropRole(name));
}

absl::Status HandOverAndDrop(PostgresqlConnection& connection, const Identifier& name, RoleOid role,
                             const absl::optional<Identifier>& owner) {
  ASSIGN_OR_RETURN(const std::vector<Estate> estates, FindEstates(connection, role, owner));
  RETURN_IF_ERROR(CheckObstacles(connection, name, role, estates));
  for (const Estate& estate : estates) {
    const absl::Status left = In(estate.database, connection, [&](PostgresqlConnection& there) {
      const Dialect dialect = there.dialect();
      return there.Execute(estate.owns ? sql::HandOver(dialect, name, estate.heir, estate.join_heir)
                                       : sql::DropOwned(dialect, name));
    });
    // The heir may not have all of it: not create in the schema where it lies.
    if (estate.owns && HasSqlState(left, sqlstate::kInsufficientPrivilege)) {
      return AddRefusal(absl::OkStatus(), name, estate, DescribeOwned(connection, estate, role));
    }
    RETURN_IF_ERROR(left);
  }
  return DropRole(connection, name, role);
}

}  // namespace

absl::Status RemoveRole(PostgresqlConnection& connection, const Identifier& name, RoleOid role,
                        const absl::optional<Identifier>& owner) {
  absl::Status removed;
  for (int look = 0; look < kLooks; ++look) {
    removed = HandOverAndDrop(connection, name, role, owner);
    if (!HasSqlState(removed, sqlstate::kDependentObjectsStillExist)) break;
  }
  if (removed.ok()) return removed;
  // A call at the same time may have been faster. What this one met then depends on
  // how far that one was: look, rather than guess from the error.
  const absl::StatusOr<absl::optional<RoleOid>> left = FindRole(connection, name);
  const bool gone = left.ok() && !left->has_value();
  return gone ? absl::OkStatus() : removed;
}

}  // namespace eds
