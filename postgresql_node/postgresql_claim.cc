#include "postgresql_node/postgresql_claim.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

// How long a lock that none of the agents' sessions has may be taken.
constexpr absl::Duration kPatience = absl::Seconds(2);
constexpr absl::Duration kLongestPause = absl::Milliseconds(40);

// With an epoch of any length these make a name of 63 bytes.
constexpr size_t kLongestInstallation = 16;
constexpr size_t kLongestNode = 22;

// FNV-1a: the same for all agents, of whatever build.
uint64_t Checksum(absl::string_view text) {
  uint64_t sum = 14695981039346656037u;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return sum;
}

sql::LockKey LockKeyOf(const ServerClaim& claim) {
  return static_cast<sql::LockKey>(Checksum("eds/" + claim.lock_name()));
}

std::string Fitted(const std::string& text, size_t longest) {
  if (text.size() <= longest) return text;
  const std::string sum =
      absl::StrCat("~", absl::Hex(static_cast<uint32_t>(Checksum(text)), absl::kZeroPad8));
  return text.substr(0, longest - sum.size()) + sum;
}

// What a session's name tells.
struct Agent {
  std::string installation;
  int64_t epoch = 0;
  std::string node;
};

absl::optional<Agent> ParseSessionName(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  Agent agent;
  if (parts.size() != 4 || parts[0] != "eds" || !absl::SimpleAtoi(parts[2], &agent.epoch)) {
    return absl::nullopt;
  }
  agent.installation = parts[1];
  agent.node = parts[3];
  return agent;
}

absl::Status ClaimedBy(const AgentSession& session) {
  const absl::optional<Agent> agent = ParseSessionName(session.name);
  const std::string who =
      agent ? absl::StrCat("an agent of node ", agent->node, " (epoch ", agent->epoch, ")")
            : "a session that is no agent's";
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kServerClaimed,
      absl::StrCat("the server is claimed by ", who, ", login ", session.role, ", process ",
                   session.pid,
                   "; give each node a server of its own, and end what is left over: SELECT "
                   "pg_terminate_backend(",
                   session.pid, ")"));
}

absl::Status ClaimedByUnknown(const PostgresqlConnection& connection, sql::LockKey key) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                   absl::StrCat("a session that is no agent's holds the advisory lock ", key,
                                " in database ", connection.database(),
                                ", which tells agents apart; find it in pg_locks and end it"));
}

absl::StatusOr<Rivals> LookForRivals(PostgresqlConnection& connection, const ServerClaim& claim,
                                     const std::string& home, sql::LockKey key) {
  ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows,
                   connection.Query(sql::SelectAgentSessions(connection.dialect(), key)));
  std::vector<AgentSession> sessions;
  for (const auto& row : rows) {
    AgentSession session = {.name = row.at(1), .role = row.at(2), .database = row.at(3)};
    if (!absl::SimpleAtoi(row.at(0), &session.pid)) continue;
    session.has_lock = row.at(4) == "t";
    session.can_be_ended = row.at(5) == "t";
    sessions.push_back(std::move(session));
  }
  return FindRivals(claim, home, sessions);
}

// Takes the lock as long as nobody else has it, and so alone; or beside peers.
class Taking {
 public:
  // Both must outlive it.
  Taking(PostgresqlConnection& connection, const ServerClaim& claim, Clock& clock)
      : connection_(connection),
        claim_(claim),
        clock_(clock),
        key_(LockKeyOf(claim)),
        patience_(clock.Now() + kPatience) {}

  absl::Status Run() {
    while (true) {
      ASSIGN_OR_RETURN(const Rivals rivals,
                       LookForRivals(connection_, claim_, connection_.database(), key_));
      if (rivals.superior) return ClaimedBy(*rivals.superior);
      if (!rivals.outdated.empty()) {
        RETURN_IF_ERROR(
            connection_.Execute(sql::EndAgentSessions(connection_.dialect(), rivals.outdated)));
        Pause();
      } else if (lock_ == Lock::kNone) {
        RETURN_IF_ERROR(TryLock(rivals.peers));
      } else {
        return lock_ == Lock::kAlone ? Share() : absl::OkStatus();
      }
    }
  }

 private:
  enum class Lock { kNone, kShared, kAlone };

  absl::Status TryLock(bool beside_peers) {
    const auto statement = beside_peers ? sql::TrySharedLock(key_) : sql::TryLock(key_);
    ASSIGN_OR_RETURN(const PostgresqlConnection::Rows rows, connection_.Query(statement));
    if (rows.at(0).at(0) == "t") {
      lock_ = beside_peers ? Lock::kShared : Lock::kAlone;
    } else if (!beside_peers && clock_.Now() >= patience_) {
      return ClaimedByUnknown(connection_, key_);
    } else {
      // Locks that are held can be seen by everybody, so the key is no secret then.
      RETURN_IF_ERROR(connection_.Execute(sql::EndIntruders(connection_.dialect(), key_)));
      Pause();
    }
    return absl::OkStatus();
  }

  absl::Status Share() { return connection_.Execute(sql::ShareLock(key_)); }

  void Pause() {
    absl::SleepFor(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
  }

  PostgresqlConnection& connection_;
  const ServerClaim& claim_;
  Clock& clock_;
  const sql::LockKey key_;
  const absl::Time patience_;
  absl::Duration pause_ = absl::Milliseconds(1);
  Lock lock_ = Lock::kNone;
};

// Lets a session in a tenant's database work, on behalf of one at home that may.
absl::Status ConfirmClaim(PostgresqlConnection& tenant, const ServerClaim& claim,
                          const std::string& home) {
  const sql::LockKey key = LockKeyOf(claim);
  ASSIGN_OR_RETURN(const Rivals rivals, LookForRivals(tenant, claim, home, key));
  if (rivals.superior) return ClaimedBy(*rivals.superior);
  if (rivals.peers) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                   "the server has ended the session that a step began with");
}

}  // namespace

std::string SessionNameOf(const ServerClaim& claim) {
  if (claim.installation.empty()) return "eds postgresql_node";
  return absl::StrCat("eds/", Fitted(claim.installation, kLongestInstallation), "/", claim.epoch,
                      "/", Fitted(claim.node, kLongestNode));
}

absl::Status TakeClaim(PostgresqlConnection& connection, const ServerClaim& claim, Clock& clock) {
  if (claim.installation.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Taking(connection, claim, clock).Run());
  connection.OnOpenTenant([claim, home = connection.database()](PostgresqlConnection& tenant) {
    return ConfirmClaim(tenant, claim, home);
  });
  return absl::OkStatus();
}

Rivals FindRivals(const ServerClaim& claim, const std::string& home,
                  const std::vector<AgentSession>& sessions) {
  const absl::optional<Agent> ours = ParseSessionName(SessionNameOf(claim));
  Rivals rivals;
  for (const AgentSession& session : sessions) {
    const absl::optional<Agent> agent = ParseSessionName(session.name);
    const bool known = ours && agent && agent->installation == ours->installation;
    const bool working = session.has_lock || (known && session.database != home);
    if (!known || agent->node != ours->node) {
      if (working) rivals.superior = session;
    } else if (agent->epoch == ours->epoch) {
      rivals.peers |= session.has_lock;
    } else if (agent->epoch > ours->epoch || !session.can_be_ended) {
      rivals.superior = session;
    } else {
      rivals.outdated.push_back(session.pid);
    }
  }
  return rivals;
}

}  // namespace eds
