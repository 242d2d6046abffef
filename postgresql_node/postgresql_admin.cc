#include "postgresql_node/postgresql_admin.h"

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_password.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

absl::Status NotChangeable(const PostgresqlConnection& connection, absl::string_view means) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminPasswordNotChangeable,
                   absl::StrCat("the administrator's login on ", connection.address(), " needs ",
                                means, ": see pg_hba.conf on the server"));
}

}  // namespace

absl::Status SetPostgresqlAdminPassword(PostgresqlConnection& connection, const Secret& password) {
  if (!connection.used_password()) return NotChangeable(connection, "no password");
  ASSIGN_OR_RETURN(const PasswordVerifier verifier, connection.MakeOwnVerifier(password));
  RETURN_IF_ERROR(connection.Execute(sql::SetOwnPassword(connection.dialect(), verifier)));
  const absl::Status proof = connection.TryPassword(password);
  if (!HasReason(proof, Reason::kAdminLoginRefused)) return proof;
  return NotChangeable(connection, "a password that is not kept by the server itself");
}

}  // namespace eds
