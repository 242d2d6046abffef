#ifndef EDS_MYSQL_NODE_MYSQL_SQL_H_
#define EDS_MYSQL_NODE_MYSQL_SQL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "common/identifier.h"
#include "mysql_node/mysql_claim_record.h"
#include "mysql_node/mysql_password.h"
#include "mysql_node/mysql_version.h"
#include "node/database_server.h"

// Every statement that is sent to a server. An Identifier, a MysqlVerifier and a
// MysqlClaimRecord hold nothing that would need escapes, but an Identifier may hold `_`,
// a wildcard in grants. Users are accounts 'name'@'%'.
namespace eds::mysql_sql {

// Of a new connection. Whatever the server's defaults are, the session's are these.
std::string SelectVersion();
std::string SetUpSession(const MysqlVersion& version);
// One row; each column is 0 or OFF where the server can be written to. No row if there is a
// `database` to be found and it is missing.
std::string SelectReadOnly(const absl::optional<Identifier>& database);
// One row of one column.
std::string SelectIdentity(MysqlFlavour flavour);
std::string KillQuery(uint64_t connection_id);

std::string CreateDatabase(const DatabaseSpec& database);
std::string DropDatabase(const Identifier& database);
// A row if it exists.
std::string FindDatabase(const Identifier& database);

// What grants call a whole database, and no other.
std::string AllOf(const Identifier& database);
// Rows of user and host: accounts and roles (with an empty host, or without a password)
// that hold privileges on all of `database`; the administrator and its roles aside.
std::string SelectGrantees(const MysqlVersion& version, const Identifier& database,
                           bool wildcards_are_literal);

// Privileges on a database that its users of a role get.
std::vector<std::string> DatabasePrivileges(MysqlFlavour flavour, Role role = Role::kOwner);

// It logs in with each of `verifiers`; only MariaDB takes more than one.
std::string CreateUser(MysqlFlavour flavour, const UserSpec& user,
                       const std::vector<MysqlVerifier>& verifiers);
std::string PrepareUser(MysqlFlavour flavour, const Identifier& user,
                        const std::vector<MysqlVerifier>& verifiers);
std::string SetPassword(MysqlFlavour flavour, const Identifier& user,
                        const std::vector<MysqlVerifier>& verifiers);
// MySQL: what was the password works as a second one; none but the first works.
std::string SetPasswordBeside(const Identifier& user, const MysqlVerifier& verifier);
std::string DiscardSecondPassword(const Identifier& user);
// MySQL: a row if it exists: its authentication plugin, its verifiers, and 0 or 1: whether
// the first has expired.
std::string SelectPasswords(const Identifier& user);
std::string SetOptionsAndUnlock(MysqlFlavour flavour, const UserSpec& user);
std::string Grant(MysqlFlavour flavour, const UserSpec& user);
// Succeeds if the user is missing.
std::string LockUser(const Identifier& user);
std::string DropUser(const Identifier& user);
// A row if it exists.
std::string FindUser(const Identifier& user);
// Rows of type and name: what names `user` as its definer in `database`.
std::string SelectDefinedObjects(const Identifier& user, const Identifier& database);

// For the inspection of a user. A row if it exists: its authentication plugin, those of
// its further passwords as a list in JSON (empty: none), its limits of connections and of
// milliseconds for a statement, then 0 or 1: whether it is locked, its password has expired, it
// needs TLS, anything else about it is limited.
std::string SelectAccount(const MysqlVersion& version, const Identifier& user);
std::string ShowGrantsOf(const Identifier& user);
// To be read by a person. `privileges` and `object` are as SHOW GRANTS quotes them; an
// empty `object`: they are roles.
std::string Revoke(absl::string_view privileges, absl::string_view object, const Identifier& user);

// Rows of the ids of connections.
std::string SelectSessionsOfUser(const Identifier& user);
// Those that use the database as their default, and those of its users. Never the server's
// own threads: ending a replication applier would break the replication.
std::string SelectSessionsOnDatabase(const Identifier& database);
std::string KillConnection(absl::string_view connection_id);

// The claim: locks of a session's that go with it. `scope` of the claim itself is "claim";
// of a session that works for an agent, its id. TakeClaim and MarkSession spell the record
// in further locks; one row, 1 if they have all that they ask for.
std::string KeepIdleSession();
std::string SelectConnectionId();
std::string TakeClaim(const MysqlClaimRecord& record);
std::string ConfirmClaim(const MysqlClaimRecord& record);
std::string MarkSession(const MysqlClaimRecord& record, absl::string_view session);
// One row: who holds each of the locks that make up a confirmed claim.
std::string SelectHoldersOfClaim(const MysqlClaimRecord& record);
// Rows of id, user and host of sessions: who else holds the claim; who has marked itself.
std::string SelectClaimant(const MysqlClaimRecord& record);
std::string SelectMarkedSessions(const MysqlClaimRecord& record);
// Rows of place and letter: the record that `session` spells.
std::string SelectRecord(const MysqlClaimRecord& record, absl::string_view scope,
                         absl::string_view session);

// Names of the form "any character, then `installation`".
std::string SelectDatabases(const Identifier& installation);
std::string SelectUsers(const Identifier& installation);

// For the check of privileges and the diagnosis.
std::string ShowGrants();
// One row: the account that the login is taken for, as in "root@%".
std::string SelectCurrentUser();
// The account that the login is taken for, quoted; the plugin that it logs in by; and whether
// there are others ("0": no). CURRENT_USER() in its place changes nothing on MariaDB.
std::string SelectOwnAccount(MysqlFlavour flavour);
std::string SetOwnPassword(absl::string_view account, MysqlFlavour flavour,
                           const MysqlVerifier& verifier);
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
