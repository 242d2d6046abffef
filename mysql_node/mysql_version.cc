#include "mysql_node/mysql_version.h"

#include <tuple>
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

constexpr Release kOldestMysql = {5, 7};
constexpr Release kOldestMariadb = {10, 4};

bool IsMariadb(const MysqlVersion& version) { return version.flavour == MysqlFlavour::kMariadb; }

}  // namespace

bool HasRoles(const MysqlVersion& version) { return IsMariadb(version) || version.major >= 8; }

bool HasCachingSha2(const MysqlVersion& version) {
  return !IsMariadb(version) && version.major >= 8;
}

bool HasSecondPassword(const MysqlVersion& version) {
  return IsMariadb(version) ||
         std::tie(version.major, version.minor, version.patch) >= std::make_tuple(8, 0, 14);
}

bool HasStatementTimeout(const MysqlVersion& version) { return IsMariadb(version); }

bool HasShowCreateRoutine(const MysqlVersion& version) {
  return IsMariadb(version) && Release(version.major, version.minor) >= Release(11, 3);
}

bool GrantsCreateAccounts(const MysqlVersion& version) {
  return IsMariadb(version) || version.major < 8;
}

absl::string_view FlavourName(MysqlFlavour flavour) {
  return flavour == MysqlFlavour::kMariadb ? "MariaDB" : "MySQL";
}

ServerRelease ReleaseOf(const MysqlVersion& version) {
  return {
      version.flavour == MysqlFlavour::kMariadb ? ServerProduct::kMariadb : ServerProduct::kMysql,
      version.major, version.minor};
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
  if (parts.size() > 2 && !absl::SimpleAtoi(parts[2], &version.patch)) version.patch = 0;
  const Release oldest = version.flavour == MysqlFlavour::kMariadb ? kOldestMariadb : kOldestMysql;
  if (Release(version.major, version.minor) < oldest) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerTooOld,
                     absl::StrCat(FlavourName(version.flavour), " ", version.text,
                                  " is too old: EDS needs MariaDB 10.4 or MySQL 5.7 or later"));
  }
  return version;
}

}  // namespace eds
