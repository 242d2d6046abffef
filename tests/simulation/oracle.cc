#include "tests/simulation/oracle.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace eds::simulation {
namespace {

// What bears the mark of the installation, and is in no record, may be swept away.
bool IsUnknownOfOurs(const std::string& name) { return absl::StrContains(name, kLeftover); }

}  // namespace

Oracle::Before Oracle::Look(const FakeDatabaseServer& server, const Statement& statement) {
  const std::string& name = statement.object;
  return {.existed = server.HasDatabase(name) || server.HasUser(name),
          .has_open_logins = server.HasDatabase(name) && server.HasOpenLogins(name)};
}

void Oracle::Happened(const FakeDatabaseServer& server, const Statement& statement,
                      const Before& before) {
  const Statement::Kind kind = statement.kind;
  if (kind == Statement::Kind::kLook || kind == Statement::Kind::kClaim) return;
  const bool creates =
      kind == Statement::Kind::kCreateDatabase || kind == Statement::Kind::kCreateUser;
  if (!records_.Name(statement.object)) {
    if (creates) {
      environment_.Violation(1, absl::StrCat(Describe(statement), ": no record names it"));
    } else if (before.existed && !IsUnknownOfOurs(statement.object)) {
      environment_.Violation(6, absl::StrCat(Describe(statement), ": no record names it"));
    }
  }
  if (records_.CountOf(statement.object) > 1) {
    environment_.Violation(7, absl::StrCat(Describe(statement), ": two records name it"));
  }
  CheckDrop(statement, before);
  CheckUnclaimed(server);
  ledger_.Changed(server, statement.object, creates);
}

void Oracle::CheckDrop(const Statement& statement, const Before& before) {
  const bool drops = statement.kind == Statement::Kind::kDropDatabase ||
                     statement.kind == Statement::Kind::kDropUser;
  if (!drops || !before.existed || !records_.Name(statement.object)) return;
  if (!records_.AllowDropping(statement.object)) {
    environment_.Violation(
        2, absl::StrCat(Describe(statement), ", although its record says that it stays"));
  }
  if (before.has_open_logins) {
    environment_.Violation(5, absl::StrCat(Describe(statement), " while its users can log in"));
  }
}

// They may be on any server.
void Oracle::CheckUnclaimed(const FakeDatabaseServer& server) {
  for (const std::string& login : records_.UnclaimedLogins()) {
    if (!server.IsOpen(login)) continue;
    environment_.Violation(5, absl::StrCat(login, " can log in, and nobody has claimed it"));
  }
}

}  // namespace eds::simulation
