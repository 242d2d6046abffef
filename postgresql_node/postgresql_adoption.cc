#include "postgresql_node/postgresql_adoption.h"

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_adoption_sql.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_inspection_sql.h"
#include "postgresql_node/postgresql_roles.h"
#include "postgresql_node/postgresql_sharing.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

using Rows = PostgresqlConnection::Rows;

struct Ownership {
  std::string owner;
  sql::QuotedName quoted_owner;
  RoleOid owner_oid = 0;
  bool superuser = false;
  bool administrator = false;
  bool have_privileges = false;  // Of the owner.
  sql::QuotedName ourselves;
  bool is_template = false;
  bool takes_connections = false;
};

absl::StatusOr<Ownership> ReadOwnership(PostgresqlConnection& connection, const Identifier& name) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectOwnership(name)));
  if (rows.empty()) {
    return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                     absl::StrCat("database ", name.text(), " is not on the server"));
  }
  const PostgresqlConnection::Row& row = rows[0];
  Ownership ownership = {.owner = row.at(0),
                         .quoted_owner = {row.at(1)},
                         .superuser = row.at(3) == "t",
                         .administrator = row.at(4) == "t",
                         .have_privileges = row.at(5) == "t",
                         .ourselves = {row.at(6)},
                         .is_template = row.at(7) == "t",
                         .takes_connections = row.at(8) == "t"};
  if (!absl::SimpleAtoi(row.at(2), &ownership.owner_oid)) {
    return MakeError(absl::StatusCode::kInternal, Reason::kServerError,
                     "the server tells no number of a role");
  }
  return ownership;
}

absl::Status Mismatch(const Identifier& database, absl::string_view why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOwnerMismatch,
                   absl::StrCat("database ", database.text(), " ", why));
}

absl::Status CheckOwner(const Ownership& ownership, const Identifier& database,
                        const std::string& expected_owner) {
  const std::string belongs = absl::StrCat("belongs to ", ownership.owner);
  if (ownership.is_template || database.text() == "postgres") {
    return Mismatch(database, "is the server's own, or a template for others");
  }
  if (ownership.owner != expected_owner) {
    return Mismatch(database, absl::StrCat(belongs, ", not to ", expected_owner));
  }
  if (ownership.administrator || ownership.superuser) {
    return Mismatch(database, absl::StrCat(belongs,
                                           ownership.administrator ? ", the administrative login"
                                                                   : ", a superuser",
                                           "; give it and what is in it an owner of its own"));
  }
  if (!ownership.takes_connections) {
    return Mismatch(database, absl::StrCat(belongs, " and takes no connections"));
  }
  return absl::OkStatus();
}

// Of the server as a whole: REASSIGN OWNED moves that too.
absl::Status CheckOwnsNothingElse(PostgresqlConnection& connection, RoleOid role,
                                  const Identifier& database, const std::string& owner) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectSharedObjects(role, database)));
  if (rows.empty()) return absl::OkStatus();
  std::vector<std::string> objects;
  for (const auto& row : rows) objects.push_back(row.at(0));
  return Mismatch(database,
                  absl::StrCat("belongs to ", owner, ", who owns ", absl::StrJoin(objects, ", "),
                               " as well; give the database an owner of its own"));
}

absl::Status PrivilegeMissing(const sql::QuotedName& ourselves, absl::string_view statement) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing,
      absl::StrCat("the login ", ourselves.text, " lacks a privilege; as a superuser: ", statement,
                   " TO ", ourselves.text));
}

absl::StatusOr<std::unique_ptr<PostgresqlConnection>> Enter(PostgresqlConnection& connection,
                                                            const Identifier& database,
                                                            const Ownership& ownership) {
  auto tenant = connection.OpenTenant(database.text());
  if (!HasSqlState(tenant.status(), sqlstate::kInsufficientPrivilege)) return tenant;
  return PrivilegeMissing(ownership.ourselves,
                          absl::StrCat("GRANT CONNECT ON DATABASE ", sql::Name(database)));
}

// The new owner needs the database to have schemas, and the schemas to have the rest.
absl::Status MoveAll(PostgresqlConnection& tenant, const DatabaseSpec& database,
                     const Ownership& ownership) {
  RETURN_IF_ERROR(tenant.Execute(sql::SetOwner(database)));
  ASSIGN_OR_RETURN(const Rows transfers,
                   tenant.Query(sql::SelectSchemaTransfers(ownership.owner_oid, database.owner)));
  for (const auto& row : transfers) RETURN_IF_ERROR(tenant.Execute(row.at(0)));
  return tenant.Execute(sql::Reassign(ownership.quoted_owner, database.owner));
}

absl::Status TakeFromOwner(PostgresqlConnection& tenant, const DatabaseSpec& database,
                           const Ownership& ownership, RoleOid new_owner) {
  if (!ownership.have_privileges) {
    absl::Status joined =
        tenant.Execute(sql::BecomeMember(tenant.dialect(), ownership.quoted_owner));
    if (HasSqlState(joined, sqlstate::kInsufficientPrivilege)) {
      return PrivilegeMissing(ownership.ourselves,
                              absl::StrCat("GRANT ", ownership.quoted_owner.text));
    }
    RETURN_IF_ERROR(joined);
  }
  absl::Status moved = MoveAll(tenant, database, ownership);
  if (HasSqlState(moved, sqlstate::kInsufficientPrivilege) ||
      HasSqlState(moved, sqlstate::kDependentObjectsStillExist)) {
    return Mismatch(database.name, absl::StrCat("holds things of ", ownership.owner,
                                                " that cannot be handed over: ", moved.message()));
  }
  RETURN_IF_ERROR(moved);
  // What it came to own since the first look.
  RETURN_IF_ERROR(CheckOwnsNothingElse(tenant, new_owner, database.name, ownership.owner));
  if (ownership.have_privileges) return absl::OkStatus();
  return tenant.Execute(sql::EndMembership(tenant.dialect(), ownership.quoted_owner));
}

absl::StatusOr<RoleOid> EnsureOwner(PostgresqlConnection& tenant, const Identifier& owner) {
  ASSIGN_OR_RETURN(absl::optional<RoleOid> role, FindRole(tenant, owner));
  RETURN_IF_ERROR(tenant.Execute(role ? sql::JoinRole(tenant.dialect(), owner)
                                      : sql::CreateOwner(tenant.dialect(), owner)));
  ASSIGN_OR_RETURN(role, FindRole(tenant, owner));
  return role.value_or(0);
}

// What fails here, the end of the session undoes.
absl::Status HandOver(PostgresqlConnection& tenant, const DatabaseSpec& database,
                      const Ownership& ownership, bool ours) {
  RETURN_IF_ERROR(tenant.Execute(sql::Begin()));
  ASSIGN_OR_RETURN(const RoleOid new_owner, EnsureOwner(tenant, database.owner));
  if (!ours) RETURN_IF_ERROR(TakeFromOwner(tenant, database, ownership, new_owner));
  RETURN_IF_ERROR(tenant.Execute(sql::AllowConnections(tenant.dialect(), database)));
  RETURN_IF_ERROR(tenant.Execute(sql::CloseToPublic(database.name)));
  ASSIGN_OR_RETURN(const Rows strangers, tenant.Query(sql::SelectStrangers(database)));
  for (const auto& row : strangers) RETURN_IF_ERROR(tenant.Execute(row.at(1)));
  RETURN_IF_ERROR(ClosePublicSchema(tenant, database));
  return tenant.Execute(sql::Commit());
}

}  // namespace

absl::Status AdoptDatabase(PostgresqlConnection& connection, const DatabaseSpec& database,
                           const std::string& expected_owner) {
  ASSIGN_OR_RETURN(const Ownership ownership, ReadOwnership(connection, database.name));
  const bool ours = ownership.owner == database.owner.text();
  if (!ours) {
    RETURN_IF_ERROR(CheckOwner(ownership, database.name, expected_owner));
    RETURN_IF_ERROR(
        CheckOwnsNothingElse(connection, ownership.owner_oid, database.name, ownership.owner));
  } else if (!ownership.takes_connections) {
    RETURN_IF_ERROR(connection.Execute(sql::AllowConnections(connection.dialect(), database)));
  }
  ASSIGN_OR_RETURN(const auto tenant, Enter(connection, database.name, ownership));
  RETURN_IF_ERROR(HandOver(*tenant, database, ownership, ours));
  return EndSessions(connection, sql::EndSessionsOfStrangers(connection.dialect(), database.name));
}

}  // namespace eds
