#ifndef EDS_MYSQL_NODE_MYSQL_SQL_H_
#define EDS_MYSQL_NODE_MYSQL_SQL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/identifier.h"
#include "mysql_node/mysql_password.h"
#include "mysql_node/mysql_version.h"

// Every statement that is sent to a server. An Identifier and a MysqlVerifier hold
// nothing that would need escapes. Users are accounts 'name'@'%'.
namespace eds::mysql_sql {

// Of a new connection. Whatever the server's defaults are, the session's are these.
std::string SelectVersion();
std::string SetUpSession();
// One row; each column is 0 or OFF where the server can be written to.
std::string SelectReadOnly();
// One row of one column.
std::string SelectIdentity(MysqlFlavour flavour);
std::string KillQuery(uint64_t connection_id);

std::string CreateDatabase(const Identifier& database);
std::string DropDatabase(const Identifier& database);
// A row if it exists.
std::string FindDatabase(const Identifier& database);

// Privileges on a database that its users get.
std::vector<std::string> DatabasePrivileges(MysqlFlavour flavour);

std::string CreateUser(const Identifier& user, const MysqlVerifier& verifier);
std::string SetPassword(const Identifier& user, const MysqlVerifier& verifier);
std::string SetPasswordAndUnlock(const Identifier& user, const MysqlVerifier& verifier);
std::string Grant(MysqlFlavour flavour, const Identifier& user, const Identifier& database);
// Succeeds if the user is missing.
std::string LockUser(const Identifier& user);
std::string DropUser(const Identifier& user);
// A row if it exists.
std::string FindUser(const Identifier& user);
// Rows of type and name: what names `user` as its definer in `database`.
std::string SelectDefinedObjects(const Identifier& user, const Identifier& database);

// Rows of the ids of connections.
std::string SelectSessionsOfUser(const Identifier& user);
// Those that use it as their default, and those of its users. Never the server's
// own threads: ending a replication applier would break the replication.
std::string SelectSessionsOnDatabase(const Identifier& database);
std::string KillConnection(absl::string_view connection_id);

// Names of the form "any character, then `installation`".
std::string SelectDatabases(const Identifier& installation);
std::string SelectUsers(const Identifier& installation);

// For the check of privileges and the diagnosis.
std::string ShowGrants();
// One row: the account that the login is taken for, as in "root@%".
std::string SelectCurrentUser();
// Fails unless the tables that the statements above read may be read.
std::string ReadAccountTables(MysqlFlavour flavour);
// Rows of name and value, of those that the server knows.
std::string ShowVariables(const std::vector<std::string>& names);
std::string ShowStatus(const std::vector<std::string>& names);
// Rows of the hosts of accounts without a name.
std::string SelectAnonymousAccounts();
// Rows of name and status of plugins.
std::string SelectPlugin(absl::string_view name);
// Rows of the names of plugins that look at new passwords (MariaDB).
std::string SelectPasswordValidators();

}  // namespace eds::mysql_sql

#endif  // EDS_MYSQL_NODE_MYSQL_SQL_H_
