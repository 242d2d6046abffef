#ifndef EDS_CONTROLLER_PROVISIONER_SEAMS_H_
#define EDS_CONTROLLER_PROVISIONER_SEAMS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/random.h"
#include "controller/attempts.h"
#include "controller/catalog.h"
#include "controller/lock_table.h"
#include "controller/node_client.h"
#include "controller/node_directory.h"
#include "controller/ready_pool.h"
#include "controller/sealer.h"

namespace eds {

// What the provisioners work with. All must outlive them.
struct ProvisionerSeams {
  Catalog& catalog;
  NodeClient& nodes;
  const NodeDirectory& directory;
  const Sealer& sealer;
  Clock& clock;
  RandomSource& random;
  LockTable& locks;
  Attempts& attempts;
  ReadyPool& pool;
  std::string installation;  // Part of every name on a server.
};

// How long a step on a node may take, whatever the deadline of the call that asked
// for it: a mutation that has begun goes on without its caller.
constexpr absl::Duration kStepBudget = absl::Minutes(1);

// Random characters in an id: 80 bits.
constexpr size_t kIdLength = 16;

// Whether a step that failed so may have happened all the same.
bool IsOutcomeUnknown(const absl::Status& status);

// kAborted (kOperationInProgress).
absl::Status OwnedByAnother(const std::string& resource);

// kNotFound: the request was answered, and what it made has gone since.
absl::Status GoneSince(const std::string& resource, Reason reason);

// OK if the database is READY. Otherwise kFailedPrecondition: kDatabaseDeleted if it
// is deleted, kDatabaseNotReady while something is being done to it.
absl::Status CheckReady(const StoredDatabase& database);

// The error of a step of an operation ("deletion") that stands all the same: never one
// that promises that nothing was changed.
absl::Status Stands(const absl::Status& status, absl::string_view operation);

// By its names on the server; the epoch is that of the record.
DatabaseOnServer ToServer(const StoredDatabase& database);

// A user by its login name. What is done to a database is done to its users too, so the
// epoch is that of whichever record changed last.
UserOnServer ToServer(const StoredUser& user, const StoredDatabase& database);

// The login that came with a database, and which no user has yet.
UserOnServer FirstLoginOf(const StoredDatabase& database);

// The same by each of its login names: on PostgreSQL a rotation with an overlap gives it
// another one. The one it has now comes first.
std::vector<UserOnServer> LoginsOf(const StoredUser& user, const StoredDatabase& database);

}  // namespace eds

#endif  // EDS_CONTROLLER_PROVISIONER_SEAMS_H_
