#ifndef EDS_MYSQL_NODE_MYSQL_VERSION_H_
#define EDS_MYSQL_NODE_MYSQL_VERSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/admin_grants.h"

namespace eds {

enum class MysqlFlavour { kMysql, kMariadb };

// "MySQL" or "MariaDB".
absl::string_view FlavourName(MysqlFlavour flavour);

struct MysqlVersion {
  MysqlFlavour flavour = MysqlFlavour::kMysql;
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string text;  // As in "10.11.14".
};

// What not every release has. MySQL 5.7 has none of it.
bool HasRoles(const MysqlVersion& version);
bool HasCachingSha2(const MysqlVersion& version);        // MySQL alone.
bool HasSecondPassword(const MysqlVersion& version);     // Of an account.
bool HasStatementTimeout(const MysqlVersion& version);   // Of an account; MariaDB alone.
bool HasShowCreateRoutine(const MysqlVersion& version);  // The privilege; MariaDB alone.

// Whether a GRANT to an account that is not there makes it, unless a session forbids it.
bool GrantsCreateAccounts(const MysqlVersion& version);

ServerRelease ReleaseOf(const MysqlVersion& version);

// Reads what a server answers to VERSION(). kFailedPrecondition: kServerTooOld, or
// kServerMismatch if it is no version at all.
absl::StatusOr<MysqlVersion> ParseMysqlVersion(absl::string_view text);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_VERSION_H_
