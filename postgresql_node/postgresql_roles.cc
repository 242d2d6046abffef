#include "postgresql_node/postgresql_roles.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"

namespace eds {
namespace {

using Rows = PostgresqlConnection::Rows;

// A database in which a role owns something or was granted something.
struct Dependency {
  std::string database;  // Empty: what no single database holds.
  bool owns = false;
};

absl::StatusOr<std::vector<Dependency>> FindDependencies(PostgresqlConnection& connection,
                                                         RoleOid role) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectDependencies(role)));
  std::vector<Dependency> dependencies;
  for (const auto& row : rows) dependencies.push_back({row.at(0), row.at(1) != "0"});
  return dependencies;
}

// Runs `step` in `database`: on `connection` if it is there.
absl::Status In(const std::string& database, PostgresqlConnection& connection,
                const std::function<absl::Status(PostgresqlConnection&)>& step) {
  if (database.empty() || database == connection.database()) return step(connection);
  ASSIGN_OR_RETURN(const auto tenant, connection.OpenTenant(database));
  return step(*tenant);
}

// What `role` owns in `database`; just that it does, if we cannot look.
std::vector<std::string> DescribeOwned(PostgresqlConnection& connection,
                                       const std::string& database, RoleOid role) {
  std::vector<std::string> objects;
  const absl::Status looked = In(database, connection, [&](PostgresqlConnection& there) {
    ASSIGN_OR_RETURN(const Rows rows, there.Query(sql::SelectOwnedObjects(role)));
    for (const auto& row : rows) objects.push_back(row.at(0));
    return absl::OkStatus();
  });
  if (!looked.ok() || objects.empty()) objects = {"objects"};
  return objects;
}

absl::Status CheckOwnsNothingElse(PostgresqlConnection& connection, const Identifier& name,
                                  RoleOid role, const std::vector<Dependency>& dependencies,
                                  const absl::optional<DatabaseSpec>& heir) {
  absl::Status failure;
  for (const Dependency& dependency : dependencies) {
    const bool handed_over = heir.has_value() && dependency.database == heir->name.text();
    if (!dependency.owns || handed_over) continue;
    const std::string place =
        dependency.database.empty() ? "the server" : absl::StrCat("database ", dependency.database);
    const std::vector<std::string> objects = DescribeOwned(connection, dependency.database, role);
    if (failure.ok()) {
      failure = MakeError(absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects,
                          absl::StrCat(name.text(), " owns ", absl::StrJoin(objects, ", "), " in ",
                                       place, "; give them to another owner or drop them there"));
    }
    for (const std::string& object : objects) {
      failure = WithViolation(failure, "OWNED_OBJECT", place, absl::StrCat(object, " in ", place));
    }
  }
  return failure;
}

absl::Status HandOverAndDrop(PostgresqlConnection& connection, const Identifier& name, RoleOid role,
                             const absl::optional<DatabaseSpec>& heir) {
  ASSIGN_OR_RETURN(const std::vector<Dependency> dependencies, FindDependencies(connection, role));
  RETURN_IF_ERROR(CheckOwnsNothingElse(connection, name, role, dependencies, heir));
  for (const Dependency& dependency : dependencies) {
    const bool is_heirs = heir.has_value() && dependency.database == heir->name.text();
    if (is_heirs) {
      RETURN_IF_ERROR(AsMember(connection, heir->owner,
                               [&] { return connection.Execute(sql::AllowOwner(*heir)); }));
    }
    RETURN_IF_ERROR(In(dependency.database, connection, [&](PostgresqlConnection& there) {
      return there.Execute(is_heirs ? sql::HandOver(name, heir->owner) : sql::DropOwned(name));
    }));
  }
  return connection.Execute(sql::DropRole(name));
}

}  // namespace

absl::StatusOr<absl::optional<RoleOid>> FindRole(PostgresqlConnection& connection,
                                                 const Identifier& name) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectRole(name)));
  RoleOid oid = 0;
  if (rows.empty() || !absl::SimpleAtoi(rows[0].at(0), &oid)) return absl::nullopt;
  return oid;
}

absl::Status EndSessions(PostgresqlConnection& connection, const std::string& statement) {
  constexpr absl::Duration kLongestPause = absl::Milliseconds(40);
  absl::Duration pause = absl::Milliseconds(1);
  while (true) {
    ASSIGN_OR_RETURN(const Rows rows, connection.Query(statement));
    if (rows.at(0).at(0) == "0") return absl::OkStatus();
    absl::SleepFor(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

absl::Status AsMember(PostgresqlConnection& connection, const Identifier& owner,
                      const std::function<absl::Status()>& step) {
  absl::Status status = step();
  if (!HasSqlState(status, sqlstate::kInsufficientPrivilege)) return status;
  RETURN_IF_ERROR(connection.Execute(sql::JoinRole(owner)));
  return step();
}

absl::Status RemoveRole(PostgresqlConnection& connection, const Identifier& name, RoleOid role,
                        const absl::optional<DatabaseSpec>& heir) {
  absl::Status removed = HandOverAndDrop(connection, name, role, heir);
  if (removed.ok()) return removed;
  // A call at the same time may have been faster. What this one met then depends on
  // how far that one was: look, rather than guess from the error.
  const absl::StatusOr<absl::optional<RoleOid>> left = FindRole(connection, name);
  const bool gone = left.ok() && !left->has_value();
  return gone ? absl::OkStatus() : removed;
}

}  // namespace eds
