#include "tests/simulation/oracle.h"

#include "absl/strings/str_cat.h"

namespace eds::simulation {

void Oracle::Happened(const FakeDatabaseServer& server, const Statement& statement, bool existed) {
  const Statement::Kind kind = statement.kind;
  if (kind == Statement::Kind::kLook) return;
  const bool creates =
      kind == Statement::Kind::kCreateDatabase || kind == Statement::Kind::kCreateUser;
  if (!records_.Name(statement.object)) {
    if (creates) {
      environment_.Violation(1, absl::StrCat(Describe(statement), ": no record names it"));
    } else if (existed) {
      environment_.Violation(6, absl::StrCat(Describe(statement), ": no record names it"));
    }
  }
  ledger_.Changed(server, statement.object, creates);
}

}  // namespace eds::simulation
