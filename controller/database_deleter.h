#ifndef EDS_CONTROLLER_DATABASE_DELETER_H_
#define EDS_CONTROLLER_DATABASE_DELETER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/catalog.h"
#include "controller/node_configs.h"
#include "controller/provisioner_seams.h"
#include "controller/request_key.h"
#include "controller/user_provisioner.h"

namespace eds {

struct DatabaseDeletion {
  RequestKey request;
  std::string id;
  std::string etag;    // Empty: whatever it is now.
  bool force = false;  // With its users.
  bool purge_now = false;
};

// What UndeleteDatabase takes.
struct Undeletion {
  RequestKey request;
  std::string id;
  std::string display_name;  // Empty: the one it had.
};

// The etag of a record at a version.
std::string EtagOf(int64_t version);
// kAborted (kEtagMismatch) unless `etag` is empty or the database's.
absl::Status CheckEtag(const StoredDatabase& database, const std::string& etag);

// Deletes databases, brings them back, and drops them for good, as DatabaseProvisioner
// creates them. A deleted database is there for its retention time, its users locked
// out. Thread-safe.
class DatabaseDeleter {
 public:
  // All must outlive this object.
  DatabaseDeleter(const ProvisionerSeams& seams, NodeConfigs& configs, UserProvisioner& users)
      : seams_(seams), configs_(configs), users_(users) {}

  absl::Status Delete(const DatabaseDeletion& request);
  absl::StatusOr<StoredDatabase> Undelete(const Undeletion& request);

  // Begins to purge a deleted database whose time has come, and goes on as Complete; OK
  // if its time has not come, or if another operation is at it.
  absl::Status Expire(const std::string& id);

  // Does what is left to do for a record that is DELETING or UNDELETING. For whoever has
  // the database for himself.
  absl::Status Complete(const StoredDatabase& database);

 private:
  absl::StatusOr<StoredDatabase> Begin(const StoredDatabase& database,
                                       const DatabaseDeletion& request);
  absl::Status CheckDeletable(const StoredDatabase& database, const DatabaseDeletion& request);
  absl::Status CheckNoUsers(const std::string& id);
  absl::StatusOr<StoredDatabase> BeginUndeletion(const StoredDatabase& database,
                                                 const Undeletion& request);
  absl::StatusOr<StoredDatabase> CompleteUndeletion(const StoredDatabase& database);
  absl::Status GiveUpUndeletion(const StoredDatabase& database);
  // Locks its users out, and keeps it.
  absl::Status Retire(const StoredDatabase& database);
  absl::Status Purge(const StoredDatabase& database);
  // Answers how many users it had.
  absl::StatusOr<int64_t> Drop(const StoredDatabase& database);
  absl::Status LockOut(const StoredDatabase& database, const std::vector<StoredUser>& users);
  absl::Status AdmitUsers(const StoredDatabase& database);
  absl::StatusOr<std::vector<StoredUser>> UsersOf(const StoredDatabase& database);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams seams_;
  NodeConfigs& configs_;
  UserProvisioner& users_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_DATABASE_DELETER_H_
