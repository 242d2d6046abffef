#ifndef EDS_COMMON_ADMIN_GRANTS_H_
#define EDS_COMMON_ADMIN_GRANTS_H_

#include <string>
#include <vector>

namespace eds {

enum class ServerProduct { kMysql, kMariadb, kPostgresql };

struct ServerRelease {
  ServerProduct product;
  int major = 0;
  int minor = 0;
};

bool IsOlder(const ServerRelease& release, const ServerRelease& than);

// The first one that EDS works with.
ServerRelease OldestRelease(ServerProduct product);

// The account of a node on its server.
struct AdminAccount {
  std::string user = "eds";
  std::string host = "%";  // From where it logs in. PostgreSQL has that in pg_hba.conf.
};

// What makes an administrator with the least privileges that EDS can work with. To be run
// as root or as a superuser.
struct AdminStatements {
  std::string login;  // Has kPasswordPlaceholder for a password.
  std::vector<std::string> grants;
  std::vector<std::string> notes = {};  // What the account can do besides; one line each.
};

inline constexpr char kPasswordPlaceholder[] = "<password>";

AdminStatements AdminGrants(const ServerRelease& release, const AdminAccount& account);

// Parts of that, on MySQL and MariaDB. What it must hold on all there is, but the last one:
std::vector<std::string> AdminPrivileges();
// to end sessions of others;
std::string SessionsPrivilege(const ServerRelease& release);
// and, with the right to pass them on, on the databases of EDS.
std::vector<std::string> AdminDatabasePrivileges(ServerProduct product);
// They are called so in a GRANT: their names begin with a d.
inline constexpr char kOurDatabases[] = "`d%`.*";

}  // namespace eds

#endif  // EDS_COMMON_ADMIN_GRANTS_H_
