#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_SQL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_SQL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/identifier.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_password.h"

namespace eds {

// The number of a role, which stays when its name is gone.
using RoleOid = uint32_t;

// All SQL that we send. Several statements in one text run as one transaction.
namespace sql {

// Makes a session independent of what the database or its owner has set for it. To
// be run first: until then a name may mean what a tenant wants it to.
std::string SetUpSession();
// The same, in a database that a tenant owns.
std::string SetUpTenantSession();
std::string SetStatementTimeout(absl::Duration timeout);

// (writable)
std::string SelectWritable();
// (identity)
std::string SelectIdentity();
// (name, superuser, createdb, createrole, inherit, signals): may it do this?
std::string SelectAdministrator();
// (max_connections, used, template encoding, password_encryption, ssl,
// public may connect here)
std::string SelectSurroundings();
// (kind, name), kind being "database" or "role".
std::string SelectObjects(const Identifier& installation);

// Of an advisory lock.
using LockKey = int64_t;

// (pid, name, role, database, has the lock, can be ended) of the other sessions of
// administrators that have the lock, in whatever database, or a name that begins as
// agents' names do.
std::string SelectAgentSessions(LockKey key);
std::string EndAgentSessions(const std::vector<int>& pids);
// (taken)
std::string TryLock(LockKey key);
std::string TrySharedLock(LockKey key);
// Keeps as a shared one the lock that TryLock took.
std::string ShareLock(LockKey key);

std::string CreateOwner(const Identifier& owner);
// Makes the administrator a member, which speaks and decides for the role.
std::string JoinRole(const Identifier& role);
std::string CreateDatabase(const DatabaseSpec& database);
std::string CloseToPublic(const Identifier& database);
// (allows as many connections as it should, is what a DROP DATABASE left that was cut short); no
// row if there is none.
std::string SelectDatabase(const Identifier& database);
std::string AllowConnections(const Identifier& database);
std::string ForbidConnections(const Identifier& database);
std::string DropDatabase(const Identifier& database);

// `database` is the user's; its owner is the role that the user acts as in it.
std::string CreateUser(const UserSpec& user, const PasswordVerifier& verifier);
// Gives a role that exists all that CreateUser gives.
std::string CompleteUser(const UserSpec& user, const PasswordVerifier& verifier);
std::string SetPassword(const Identifier& user, const PasswordVerifier& verifier);
std::string LockUser(const Identifier& user);

// Each ends the sessions and answers (how many there were). Those of superusers are
// left alone, and not counted, if the administrator is none. `condition` is on
// pg_stat_activity as `a`.
std::string EndSessions(absl::string_view condition);
std::string EndSessionsOfDatabase(const Identifier& database);
std::string EndSessionsOfRole(RoleOid role);

// (oid); no row if there is none.
std::string SelectRole(const Identifier& role);
// (database, objects owned there), one row for each database in which the role owns
// something or has been granted something; "" is what no single database holds.
std::string SelectDependencies(RoleOid role);
// (description) of what the role owns in the session's database.
std::string SelectOwnedObjects(RoleOid role);
// Gives the owner of a database back the right to connect, which it can take from
// itself.
std::string AllowOwner(const DatabaseSpec& database);
// Hands what `role` owns in the session's database to `heir`, and takes back what it
// was granted there and on what no single database holds.
std::string HandOver(const Identifier& role, const Identifier& heir);
// Drops what `role` owns in the session's database, and takes back as above.
std::string DropOwned(const Identifier& role);
std::string DropRole(const Identifier& role);

}  // namespace sql
}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_SQL_H_
