#ifndef EDS_MYSQL_NODE_MYSQL_CLAIM_H_
#define EDS_MYSQL_NODE_MYSQL_CLAIM_H_

#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "mysql_node/mysql_claim_record.h"
#include "mysql_node/mysql_connection.h"
#include "node/database_server.h"

namespace eds {

// The claim of an agent on its server: locks of a session that is kept open for nothing
// else, so that the claim ends with the agent and leaves nothing behind. Sessions that
// work mark themselves by locks too, which spell whose they are: who takes the claim over
// finds and ends them, whatever they do. Two of one agent share a claim. Thread-safe.
class MysqlClaim {
 public:
  using Connect =
      std::function<absl::StatusOr<std::unique_ptr<MysqlConnection>>(absl::Time deadline)>;

  // Without an installation in `claim` nothing is claimed. `clock` must outlive it.
  MysqlClaim(const ServerClaim& claim, Clock& clock, Connect connect);

  // Makes sure that the server of `connection` is claimed, taking the claim if nobody in
  // the right has it. kFailedPrecondition (kServerClaimed) if somebody has.
  absl::Status Ensure(MysqlConnection& connection, absl::Time deadline);

  // The same for a connection that is to work, and is not known to others yet.
  absl::Status Admit(MysqlConnection& connection, absl::Time deadline);

 private:
  absl::Status Take(absl::Time deadline);

  const absl::optional<MysqlClaimRecord> record_;
  Clock& clock_;
  const Connect connect_;
  absl::Mutex mutex_;
  bool taking_ ABSL_GUARDED_BY(mutex_) = false;
  // Holds the claim, unless it has been lost or another one of this agent does.
  std::unique_ptr<MysqlConnection> session_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_CLAIM_H_
