#include "postgresql_node/postgresql_extensions.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_extensions_sql.h"

namespace eds {
namespace {

using Rows = PostgresqlConnection::Rows;

// Who may create an extension.
struct Admission {
  bool owner = false;  // Of the database.
  bool us = false;
};

absl::StatusOr<std::map<std::string, Admission>> FindAdmissions(
    PostgresqlConnection& connection, const std::vector<std::string>& names) {
  ASSIGN_OR_RETURN(const Rows rows,
                   connection.Query(sql::SelectAvailable(connection.dialect(), names)));
  std::map<std::string, Admission> admissions;
  for (const auto& row : rows) {
    admissions[row.at(0)] = {.owner = row.at(1) == "t", .us = row.at(2) == "t"};
  }
  return admissions;
}

absl::Status Unsupported(absl::string_view name, absl::string_view why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kOptionUnsupported,
                   absl::StrCat("extension ", name, " cannot be created: ", why));
}

absl::Status CheckAdmission(const std::map<std::string, Admission>& admissions,
                            const std::string& name) {
  const auto found = admissions.find(name);
  if (found == admissions.end()) {
    return Unsupported(name, "its files are not installed on the server");
  }
  if (found->second.owner || found->second.us) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing,
                   absl::StrCat("only a superuser may create extension ", name,
                                " on this server: take it out of postgresql/extensions, or let "
                                "the administrator be a superuser"));
}

bool IsOfExtension(const absl::Status& status) {
  for (const absl::string_view sqlstate :
       {sqlstate::kUndefinedObject, sqlstate::kUndefinedFile, sqlstate::kFeatureNotSupported,
        sqlstate::kInvalidSchemaName, sqlstate::kInvalidParameterValue}) {
    if (HasSqlState(status, sqlstate)) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckExtensions(PostgresqlConnection& connection, const DatabaseSpec& database) {
  const std::vector<std::string>& names = database.options.extensions;
  if (names.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto admissions, FindAdmissions(connection, names));
  for (const std::string& name : names) RETURN_IF_ERROR(CheckAdmission(admissions, name));
  return absl::OkStatus();
}

absl::Status CreateExtensions(PostgresqlConnection& tenant, const DatabaseSpec& database) {
  ASSIGN_OR_RETURN(const std::vector<std::string> missing, FindMissingExtensions(tenant, database));
  if (missing.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto admissions, FindAdmissions(tenant, missing));
  for (const std::string& name : missing) {
    RETURN_IF_ERROR(CheckAdmission(admissions, name));
    const bool as_owner = admissions.at(name).owner;
    absl::Status created = tenant.Execute(sql::CreateExtension(database.owner, name, as_owner));
    if (IsOfExtension(created)) return Unsupported(name, created.message());
    RETURN_IF_ERROR(created);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FindMissingExtensions(PostgresqlConnection& tenant,
                                                               const DatabaseSpec& database) {
  std::vector<std::string> missing;
  if (database.options.extensions.empty()) return missing;
  ASSIGN_OR_RETURN(const Rows rows,
                   tenant.Query(sql::SelectMissingExtensions(database.options.extensions)));
  for (const auto& row : rows) missing.push_back(row.at(0));
  return missing;
}

}  // namespace eds
