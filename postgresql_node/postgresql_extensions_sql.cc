#include "postgresql_node/postgresql_extensions_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "postgresql_node/postgresql_quoting.h"

namespace eds::sql {
namespace {

std::string Literals(const std::vector<std::string>& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, const std::string& name) {
    absl::StrAppend(out, Literal(name));
  });
}

}  // namespace

std::string SelectAvailable(const Dialect& dialect, const std::vector<std::string>& names) {
  return absl::Substitute(
      "SELECT e.name, NOT v.superuser$1, "
      "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) "
      "FROM pg_available_extensions e JOIN pg_available_extension_versions v "
      "ON v.name = e.name AND v.version = e.default_version WHERE e.name IN ($0)",
      Literals(names), dialect.has_trusted_extensions() ? " OR v.trusted" : "");
}

std::string SelectMissingExtensions(const std::vector<std::string>& names) {
  return absl::Substitute(
      "SELECT n FROM unnest(ARRAY[$0]) n "
      "WHERE n NOT IN (SELECT extname::text FROM pg_extension)",
      Literals(names));
}

std::string CreateExtension(const Identifier& owner, const std::string& name, bool as_owner) {
  return absl::StrCat("BEGIN; SET LOCAL search_path = public; ",
                      as_owner ? absl::StrCat("SET LOCAL ROLE ", Name(owner), "; ") : "",
                      "CREATE EXTENSION IF NOT EXISTS \"", name, "\"; COMMIT");
}

}  // namespace eds::sql
