#include "mysql_node/mysql_claim.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_sessions.h"
#include "mysql_node/mysql_sql.h"

namespace eds {
namespace {

using Relation = MysqlClaimRecord::Relation;

constexpr absl::string_view kClaim = "claim";

// Between two looks at sessions that are about to end.
constexpr absl::Duration kPause = absl::Milliseconds(10);
// How long those of another node may take to go, before this one is refused.
constexpr absl::Duration kPatience = absl::Seconds(1);

// A session of an agent.
struct Claimant {
  std::string id;
  std::string user;
  std::string host;
  std::string record;
};

absl::StatusOr<bool> Asks(MysqlConnection& connection, const std::string& question) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query(question));
  return rows.size() == 1 && rows[0][0] == "1";
}

absl::Status NoLocks(const MysqlConnection& connection) {
  return MakeError(absl::StatusCode::kInternal, Reason::kServerError,
                   absl::StrCat(connection.address(),
                                " does not give a session its locks (GET_LOCK): does another "
                                "session hold locks whose names begin with eds/?"));
}

absl::StatusOr<bool> IsHeld(MysqlConnection& connection, const MysqlClaimRecord& record) {
  ASSIGN_OR_RETURN(const auto rows, connection.Query(mysql_sql::SelectHoldersOfClaim(record)));
  const std::vector<std::string>& holders = rows[0];
  return !holders[0].empty() && std::all_of(holders.begin(), holders.end(),
                                            [&](const auto& id) { return id == holders[0]; });
}

absl::Status Mark(MysqlConnection& connection, const MysqlClaimRecord& record) {
  ASSIGN_OR_RETURN(const auto id, connection.Query(mysql_sql::SelectConnectionId()));
  ASSIGN_OR_RETURN(const bool marked, Asks(connection, mysql_sql::MarkSession(record, id[0][0])));
  return marked ? absl::OkStatus() : NoLocks(connection);
}

// One attempt to take the claim, in the session that is to hold it.
class Takeover {
 public:
  Takeover(const MysqlClaimRecord& record, MysqlConnection& session, Clock& clock)
      : record_(record), session_(session), clock_(clock), patience_(clock.Now() + kPatience) {}

  // False if another session of this agent has it.
  absl::StatusOr<bool> Run() {
    // Before the claim, so as not to disturb who is in the right.
    RETURN_IF_ERROR(EndEarlierSessions());
    while (true) {
      ASSIGN_OR_RETURN(const bool taken, Asks(session_, mysql_sql::TakeClaim(record_)));
      if (taken) break;
      ASSIGN_OR_RETURN(const bool held, IsHeld(session_, record_));
      if (held) return false;
      ASSIGN_OR_RETURN(const bool others,
                       FaceClaimants(kClaim, mysql_sql::SelectClaimant(record_)));
      if (!others && clock_.Now() >= patience_) return NoLocks(session_);
      absl::SleepFor(kPause);
    }
    // Those that were let in before it was taken; from now on none is.
    RETURN_IF_ERROR(EndEarlierSessions());
    ASSIGN_OR_RETURN(const bool confirmed, Asks(session_, mysql_sql::ConfirmClaim(record_)));
    if (!confirmed) return NoLocks(session_);
    return true;
  }

 private:
  absl::Status EndEarlierSessions() {
    while (true) {
      ASSIGN_OR_RETURN(const bool others,
                       FaceClaimants("", mysql_sql::SelectMarkedSessions(record_)));
      if (!others) return absl::OkStatus();
      absl::SleepFor(kPause);
    }
  }

  // Ends the sessions that `select` finds and that must give way; whether there were any
  // but those that work for this agent. An empty `scope`: that of each is its id.
  absl::StatusOr<bool> FaceClaimants(absl::string_view scope, const std::string& select) {
    bool others = false;
    ASSIGN_OR_RETURN(const auto rows, session_.Query(select));
    for (const auto& row : rows) {
      Claimant claimant = {.id = row[0], .user = row[1], .host = row[2], .record = ""};
      ASSIGN_OR_RETURN(claimant.record,
                       ReadRecord(scope.empty() ? claimant.id : std::string(scope), claimant.id));
      const Relation relation = record_.RelationOf(claimant.record);
      // This agent's own may work; one that is about to claim is soon done, if not dead.
      const bool is_own = relation == Relation::kSelf;
      if (is_own && scope.empty()) continue;
      others = true;
      const bool is_late = clock_.Now() >= patience_;
      if (relation == Relation::kEarlier || (is_own && is_late)) {
        RETURN_IF_ERROR(KillSession(session_, claimant.id));
      } else if (relation == Relation::kLater || (!is_own && is_late)) {
        return Refusal(relation, claimant);
      }
    }
    return others;
  }

  absl::StatusOr<std::string> ReadRecord(absl::string_view scope, absl::string_view id) {
    ASSIGN_OR_RETURN(const auto rows, session_.Query(mysql_sql::SelectRecord(record_, scope, id)));
    std::string letters;
    for (const auto& row : rows) {
      if (row[0] != absl::StrCat(letters.size())) break;  // A session that ends drops letters.
      letters += row[1];
    }
    return letters;
  }

  absl::Status Refusal(Relation relation, const Claimant& claimant) const {
    const std::string who =
        relation == Relation::kLater ? "an agent of this node that joined later"
        : relation == Relation::kOtherNode
            ? absl::StrCat("the agent of node ", NodeOfMysqlClaim(claimant.record))
            : "somebody who does not tell their name";
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                     absl::StrCat(session_.address(), " is claimed by ", who, ": connection ",
                                  claimant.id, " of ", claimant.user, " from ", claimant.host,
                                  "; end that agent, or point this node at a server of its own"));
  }

  const MysqlClaimRecord& record_;
  MysqlConnection& session_;
  Clock& clock_;
  const absl::Time patience_;  // Until then.
};

}  // namespace

MysqlClaim::MysqlClaim(const ServerClaim& claim, Clock& clock, Connect connect)
    : record_(claim.installation.empty() ? absl::nullopt
                                         : absl::make_optional(MysqlClaimRecord(claim))),
      clock_(clock),
      connect_(std::move(connect)) {}

absl::Status MysqlClaim::Ensure(MysqlConnection& connection, absl::Time deadline) {
  if (!record_) return absl::OkStatus();
  ASSIGN_OR_RETURN(bool held, IsHeld(connection, *record_));
  if (held) return absl::OkStatus();
  {
    absl::MutexLock lock(&mutex_);
    const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !taking_; };
    if (!clock_.Await(mutex_, absl::Condition(&idle), deadline)) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                       absl::StrCat("the claim on ", connection.address(), " takes too long"));
    }
    taking_ = true;
  }
  const absl::Cleanup taken = [this] {
    absl::MutexLock lock(&mutex_);
    taking_ = false;
  };
  ASSIGN_OR_RETURN(held, IsHeld(connection, *record_));  // Another one may have taken it.
  return held ? absl::OkStatus() : Take(deadline);
}

absl::Status MysqlClaim::Admit(MysqlConnection& connection, absl::Time deadline) {
  if (!record_) return absl::OkStatus();
  RETURN_IF_ERROR(Ensure(connection, deadline));
  RETURN_IF_ERROR(Mark(connection, *record_));
  // Whoever took the claim before the mark does not know this connection.
  ASSIGN_OR_RETURN(const bool held, IsHeld(connection, *record_));
  if (held) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                   absl::StrCat("the claim on ", connection.address(), " has just been lost"));
}

absl::Status MysqlClaim::Take(absl::Time deadline) {
  ASSIGN_OR_RETURN(std::unique_ptr<MysqlConnection> session, connect_(deadline));
  session->SetDeadline(deadline);
  RETURN_IF_ERROR(session->Execute(mysql_sql::KeepIdleSession()));
  ASSIGN_OR_RETURN(const bool taken, Takeover(*record_, *session, clock_).Run());
  if (!taken) session.reset();
  absl::MutexLock lock(&mutex_);
  session_.swap(session);
  return absl::OkStatus();
}

}  // namespace eds
