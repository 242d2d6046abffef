#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_CLAIM_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_CLAIM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// How the agents of an installation keep out of each other's way on a server.
//
// Each session of an agent tells by its name, from its first moment, whose it is. Each
// holds an advisory lock of the installation, shared by all sessions of the agent, for
// as long as it lives: a claim lasts as long as a session that could use it. Whoever
// finds the lock free takes it alone first, so that of two only one begins.
//
// A session works only after it has seen, with the lock in its hands, that no other
// agent does; and a later agent, once it has the lock alone, ends what sessions the
// earlier ones of its node have left. So a session of theirs was either seen and ended,
// or sees the later one and does not work.
//
// The lock's key is made of a secret (ServerClaim.key). Sessions of who is no administrator
// have no business with that lock: if they hold it, or wait for it, they are ended.

// `eds/<installation>/<epoch>/<node>`, the name of each session of the agent. The server
// keeps 63 bytes of it: what is too long is cut, and told apart by a checksum.
std::string SessionNameOf(const ServerClaim& claim);

// Lets `connection`, which has just been opened by that name, work for `claim`: takes the
// claim if it is free or an earlier agent's of this node, whose sessions are gone then;
// keeps it until the connection ends, and lets work what it opens in tenants' databases.
// kServerClaimed if another node or a later agent has it; close the connection after any
// error. Nothing to do if `claim` names no installation.
absl::Status TakeClaim(PostgresqlConnection& connection, const ServerClaim& claim, Clock& clock);

// A session of an administrator that calls itself an agent's, or has the lock.
struct AgentSession {
  int pid = 0;
  std::string name;
  std::string role;
  std::string database;
  bool has_lock = false;
  bool can_be_ended = false;  // By us.
};

// What the sessions of others mean for an agent.
struct Rivals {
  bool peers = false;         // Other sessions of the same agent have the lock.
  std::vector<int> outdated;  // Process ids of the sessions of earlier agents of the node.
  // That of another node, of a later agent, or of an earlier one that cannot be ended.
  absl::optional<AgentSession> superior;
};

// `home` is the database in which agents take the lock. In any other they do nothing but
// work; at home, a session without the lock has not begun to.
Rivals FindRivals(const ServerClaim& claim, const std::string& home,
                  const std::vector<AgentSession>& sessions);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_CLAIM_H_
