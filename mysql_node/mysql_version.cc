#include "mysql_node/mysql_version.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/error.h"

namespace eds {
namespace {

using Release = std::pair<int, int>;

constexpr Release kOldestMysql = {8, 0};
constexpr Release kOldestMariadb = {10, 4};

}  // namespace

absl::string_view FlavourName(MysqlFlavour flavour) {
  return flavour == MysqlFlavour::kMariadb ? "MariaDB" : "MySQL";
}

absl::StatusOr<MysqlVersion> ParseMysqlVersion(absl::string_view text) {
  MysqlVersion version;
  version.flavour = absl::StrContains(absl::AsciiStrToLower(text), "mariadb")
                        ? MysqlFlavour::kMariadb
                        : MysqlFlavour::kMysql;
  // MariaDB puts this in front for clients that expect a single digit.
  const absl::string_view number = absl::StripPrefix(text, "5.5.5-");
  version.text = std::string(number.substr(0, number.find_first_not_of("0123456789.")));
  const std::vector<absl::string_view> parts = absl::StrSplit(version.text, '.');
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &version.major) ||
      !absl::SimpleAtoi(parts[1], &version.minor)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerMismatch,
                     "the server does not name its version as MySQL and MariaDB do");
  }
  const Release oldest = version.flavour == MysqlFlavour::kMariadb ? kOldestMariadb : kOldestMysql;
  if (Release(version.major, version.minor) < oldest) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerTooOld,
                     absl::StrCat(FlavourName(version.flavour), " ", version.text,
                                  " is too old: EDS needs MariaDB 10.4 or MySQL 8.0 or later"));
  }
  return version;
}

}  // namespace eds
