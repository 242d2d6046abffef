#include "tools/cli/grants_command.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/admin_grants.h"

namespace eds::cli {
namespace {

struct GrantsArguments {
  std::string kind;
  std::string version;
  AdminAccount account;
};

struct Product {
  const char* word;
  const char* name;
  ServerRelease newest;  // That the statements were tried on.
};

constexpr Product kProducts[] = {
    {"mysql", "MySQL", {ServerProduct::kMysql, 9, 7}},
    {"mariadb", "MariaDB", {ServerProduct::kMariadb, 11, 8}},
    {"postgresql", "PostgreSQL", {ServerProduct::kPostgresql, 18, 0}},
};

const Product& ProductOf(const std::string& word) {
  const Product* found = &kProducts[0];
  for (const Product& product : kProducts) {
    if (product.word == word) found = &product;
  }
  return *found;
}

// Reads "16", "10.11" or "8.0.33"; false if it is nothing like it.
bool ReadVersion(const std::string& text, ServerRelease& release) {
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  release.minor = 0;
  return absl::SimpleAtoi(parts[0], &release.major) && release.major >= 0 &&
         (parts.size() == 1 || (absl::SimpleAtoi(parts[1], &release.minor) && release.minor >= 0));
}

std::string Words(const ServerRelease& release) {
  return absl::StrCat(release.major, ".", release.minor);
}

void DeclareGrants(CLI::App& command, GrantsArguments& arguments) {
  AddChoice(command, "KIND", {"mysql", "mariadb", "postgresql"}, arguments.kind,
            "The server's product")
      ->required();
  AddOption(command, "--server-version", "V", arguments.version,
            "The server's version, as in 10.11. Default: the newest")
      ->check([](const std::string& text) -> std::string {
        ServerRelease release{};
        return ReadVersion(text, release) ? "" : "must be a version, as in 10.11";
      });
  AddOption(command, "--user", "NAME", arguments.account.user, "Name of the account. Default: eds");
  AddOption(command, "--host", "HOST", arguments.account.host,
            "Where the node logs in from; not for PostgreSQL. Default: anywhere");
}

absl::Status Grants(Session& session, const GrantsArguments& arguments) {
  const Product& product = ProductOf(arguments.kind);
  ServerRelease release = product.newest;
  if (!arguments.version.empty()) ReadVersion(arguments.version, release);
  const ServerRelease oldest = OldestRelease(release.product);
  if (IsOlder(release, oldest)) {
    return absl::InvalidArgumentError(absl::StrCat("EDS needs ", product.name, " ", Words(oldest),
                                                   " or later, not ", arguments.version));
  }
  const AdminStatements statements = AdminGrants(release, arguments.account);
  session.PrintLine(
      absl::StrCat("-- ", product.name, " ", Words(release), ", as ",
                   release.product == ServerProduct::kPostgresql ? "a superuser" : "root",
                   "; put a password in place of ", kPasswordPlaceholder));
  for (const std::string& note : statements.notes) session.PrintLine(absl::StrCat("-- ", note));
  session.PrintLine(absl::StrCat(statements.login, ";"));
  for (const std::string& grant : statements.grants) session.PrintLine(absl::StrCat(grant, ";"));
  return absl::OkStatus();
}

}  // namespace

void AddGrantsCommand(Branch& node) {
  node.AddCommand<GrantsArguments>(
      {.name = "grants",
       .description = "Print the statements that make a node's account on its server",
       .examples = {"edsctl node grants mariadb --host 10.0.0.5",
                    "edsctl node grants postgresql --server-version 16 --user eds"}},
      DeclareGrants, Grants);
}

}  // namespace eds::cli
