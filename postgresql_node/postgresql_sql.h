#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_SQL_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_SQL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/identifier.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_dialect.h"
#include "postgresql_node/postgresql_password.h"

namespace eds {

// The number of a role, which stays when its name is gone.
using RoleOid = uint32_t;

// All SQL that we send. Several statements in one text run as one transaction.
namespace sql {

// Makes a session independent of what the database or its owner has set for it. To
// be run first: until then a name may mean what a tenant wants it to.
std::string SetUpSession(const Dialect& dialect);
// The same, in a database that a tenant owns.
std::string SetUpTenantSession(const Dialect& dialect);
std::string SetStatementTimeout(absl::Duration timeout);

// (writable)
std::string SelectWritable();
// (identity)
std::string SelectIdentity(const Dialect& dialect);
// (name, superuser, createdb, createrole, inherit, signals): may it do this?
std::string SelectAdministrator(const Dialect& dialect);
// (max_connections, used, template encoding, password_encryption, ssl,
// public may connect here)
std::string SelectSurroundings();
// (count) of the roles of an installation that the administrator may not change.
std::string CountRolesOutOfReach(const Identifier& installation);
// Brings them within the reach of `administrator`, which is quoted; for a superuser.
std::string GrantRolesTo(absl::string_view administrator, const Identifier& installation);
// (kind, name), kind being "database" or "role".
std::string SelectObjects(const Identifier& installation);

// Of an advisory lock.
using LockKey = int64_t;

// (pid, name, role, database, has the lock, can be ended) of the other sessions of
// administrators that have the lock, in whatever database, or a name that begins as
// agents' names do.
std::string SelectAgentSessions(const Dialect& dialect, LockKey key);
std::string EndAgentSessions(const Dialect& dialect, const std::vector<int>& pids);
// (taken)
// Sessions of who is no administrator that hold the lock, or wait for it.
std::string EndIntruders(const Dialect& dialect, LockKey key);
std::string TryLock(LockKey key);
std::string TrySharedLock(LockKey key);
// Keeps as a shared one the lock that TryLock took.
std::string ShareLock(LockKey key);

std::string SetOwnPassword(const Dialect& dialect, const PasswordVerifier& verifier);

std::string CreateOwner(const Dialect& dialect, const Identifier& owner);
// Makes the administrator a member, which speaks and decides for the role.
std::string JoinRole(const Dialect& dialect, const Identifier& role);
std::string CreateDatabase(const Dialect& dialect, const DatabaseSpec& database);
std::string CloseToPublic(const Identifier& database);
// (allows as many connections as it should, is what a DROP DATABASE left that was cut short); no
// row if there is none.
std::string SelectDatabase(const DatabaseSpec& database);
std::string AllowConnections(const Dialect& dialect, const DatabaseSpec& database);
std::string ForbidConnections(const Dialect& dialect, const Identifier& database);
std::string DropDatabase(const Identifier& database);

// Those of an owner act as the owner role in their database. Those of other roles have
// the privileges of their group.
std::string CreateUser(const Dialect& dialect, const UserSpec& user,
                       const PasswordVerifier& verifier);
// Gives a role that exists all that CreateUser gives.
std::string CompleteUser(const Dialect& dialect, const UserSpec& user,
                         const PasswordVerifier& verifier);
// A role that cannot log in, with an owner's rights in `database` if there is one; the same if
// it exists.
std::string PrepareUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                        const PasswordVerifier& verifier);
std::string PrepareUserAgain(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                             const PasswordVerifier& verifier);
std::string AdmitUser(const Dialect& dialect, const UserSpec& user, Rights rights);
std::string SetPassword(const Identifier& user, const PasswordVerifier& verifier);
std::string LockUser(const Identifier& user);

// Each ends the sessions and answers (how many there were). Those of superusers are
// left alone, and not counted, if the administrator is none. `condition` is on
// pg_stat_activity as `a`.
std::string EndSessions(const Dialect& dialect, absl::string_view condition);
std::string EndSessionsOfDatabase(const Dialect& dialect, const Identifier& database);
std::string EndSessionsOfRole(const Dialect& dialect, RoleOid role);
// Of its own, those that keep a transaction open that has changed its password.
std::string EndSessionsThatAlterRole(const Dialect& dialect, const Identifier& role);
// Of others, those that keep one open that has, say, granted it something.
std::string EndSessionsThatLockRole(const Dialect& dialect, RoleOid role);

// (how many there are: 1 or 0)
std::string SelectProcess(const Dialect& dialect, int process);
// (what lets the owner connect, what lifts the limit of connections, what puts it back), the
// latter empty if there is no limit; no row if there is no such database.
std::string SelectEntrance(const std::string& database);

// (oid); no row if there is none.
std::string SelectRole(const Identifier& role);
}  // namespace sql
}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_SQL_H_
