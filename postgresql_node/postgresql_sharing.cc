#include "postgresql_node/postgresql_sharing.h"

#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_sharing_sql.h"

namespace eds {
namespace {

using Row = PostgresqlConnection::Row;
using Rows = PostgresqlConnection::Rows;

constexpr int kPasses = 3;

absl::StatusOr<std::vector<sql::Lack>> SelectLacks(PostgresqlConnection& tenant,
                                                   const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const Rows rows, tenant.Query(sql::SelectLacks(tenant.dialect(), database)));
  std::vector<sql::Lack> lacks;
  for (const Row& row : rows) {
    lacks.push_back({.maker = {row.at(0)},
                     .keeps_us = row.at(1) == "t",
                     .has_us = row.at(2) == "t",
                     .statement = row.at(3)});
  }
  return lacks;
}

}  // namespace

absl::Status EnsureGroup(PostgresqlConnection& connection, const DatabaseSpec& database,
                         Role role) {
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectGroup(database, role)));
  if (rows.empty()) {
    absl::Status created = connection.Execute(sql::CreateGroup(database, role));
    if (!HasSqlState(created, sqlstate::kDuplicateObject)) return created;
  } else if (rows[0].at(0) == "t") {
    return absl::OkStatus();
  }
  return connection.Execute(sql::AdmitGroup(database, role));
}

bool NeedsSharing(const PostgresqlConnection& connection, Role role) {
  return role != Role::kOwner || connection.dialect().opens_public_schema();
}

// The first pass sets the default privileges, the second finds what was created until then.
absl::Status Share(PostgresqlConnection& tenant, const DatabaseSpec& database) {
  for (int pass = 0; pass < kPasses; ++pass) {
    ASSIGN_OR_RETURN(const std::vector<sql::Lack> lacks, SelectLacks(tenant, database));
    if (lacks.empty()) break;
    RETURN_IF_ERROR(tenant.Execute(sql::MendLacks(tenant.dialect(), lacks)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FindLacks(PostgresqlConnection& tenant,
                                                   const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const std::vector<sql::Lack> lacks, SelectLacks(tenant, database));
  std::vector<std::string> statements;
  for (const sql::Lack& lack : lacks) statements.push_back(lack.statement);
  return statements;
}

absl::StatusOr<bool> CanClosePublicSchema(PostgresqlConnection& tenant,
                                          const DatabaseSpec& database) {
  if (!tenant.dialect().opens_public_schema()) return false;
  ASSIGN_OR_RETURN(const Rows open, tenant.Query(sql::SelectOpenPublicSchema(database)));
  return !open.empty();
}

absl::StatusOr<bool> CanCloseNewPublicSchemas(PostgresqlConnection& connection) {
  if (!connection.dialect().opens_public_schema()) return false;
  ASSIGN_OR_RETURN(const Rows rows, connection.Query(sql::SelectSpeaksForFirstSuperuser()));
  return rows.at(0).at(0) == "t";
}

absl::Status ClosePublicSchema(PostgresqlConnection& tenant, const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const bool can_close, CanClosePublicSchema(tenant, database));
  return can_close ? tenant.Execute(sql::ClosePublicSchema(database)) : absl::OkStatus();
}

}  // namespace eds
