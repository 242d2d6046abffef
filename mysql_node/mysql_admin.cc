#include "mysql_node/mysql_admin.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_password.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

constexpr absl::string_view kNative = "mysql_native_password";

absl::Status NotChangeable(const MysqlConnection& connection, absl::string_view means) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kAdminPasswordNotChangeable,
      absl::StrCat("the administrator's account on ", connection.address(), " logs in by ", means,
                   ": change its password where it is kept, then set mysql/pass"));
}

}  // namespace

absl::Status SetMysqlAdminPassword(MysqlConnection& connection, const Secret& password,
                                   RandomSource& random) {
  const MysqlFlavour flavour = connection.version().flavour;
  ASSIGN_OR_RETURN(const auto rows, connection.Query(mysql_sql::SelectOwnAccount(flavour)));
  if (rows.size() != 1) return NotChangeable(connection, "means that cannot be seen");
  const std::string& account = rows[0][0];
  const std::string& plugin = rows[0][1];
  if (rows[0][2] != "0") return NotChangeable(connection, absl::StrCat(plugin, " or other means"));
  const bool old_native = plugin.empty();  // Of an account from before there were plugins.
  // MariaDB may keep others under the same name in another form.
  const bool is_known = flavour == MysqlFlavour::kMysql || old_native || plugin == kNative;
  if (!is_known) return NotChangeable(connection, plugin);
  const absl::optional<MysqlVerifier> verifier =
      MysqlVerifier::ForPlugin(old_native ? kNative : plugin, password, random);
  if (!verifier) return NotChangeable(connection, plugin);
  return connection.Execute(mysql_sql::SetOwnPassword(account, flavour, *verifier));
}

}  // namespace eds
