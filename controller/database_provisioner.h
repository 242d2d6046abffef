#ifndef EDS_CONTROLLER_DATABASE_PROVISIONER_H_
#define EDS_CONTROLLER_DATABASE_PROVISIONER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/catalog.h"
#include "controller/placement.h"
#include "controller/provisioner_seams.h"
#include "controller/request_key.h"

namespace eds {

struct NewDatabase {
  RequestKey request;
  std::string display_name;  // Empty: make one.
  v1::Kind kind = v1::KIND_UNSPECIFIED;
  std::string node;  // Empty: choose one.
};

struct DatabaseDeletion {
  RequestKey request;
  std::string id;
  std::string etag;    // Empty: whatever it is now.
  bool force = false;  // With its users.
};

// The etag of a record at a version.
std::string EtagOf(int64_t version);

// Creates and deletes databases by the protocol of a mutation: a durable intent, then
// idempotent steps on the node, then the durable result. Methods block until the
// outcome is known; their errors are those of eds.v1.DatabaseService. Thread-safe.
class DatabaseProvisioner {
 public:
  // `placement` and the seams must outlive this object.
  DatabaseProvisioner(const ProvisionerSeams& seams, Placement& placement)
      : seams_(seams), placement_(placement) {}

  // The node that a new database is to go to, or has gone to if the request is a
  // repeat.
  absl::StatusOr<std::string> NodeFor(const NewDatabase& request);

  absl::StatusOr<StoredDatabase> Create(const NewDatabase& request, const std::string& node);
  absl::StatusOr<StoredDatabase> Rename(const std::string& id, const std::string& etag,
                                        const std::string& display_name);
  absl::Status Delete(const DatabaseDeletion& request);

  // Finishes or undoes what was left of an operation; OK if another one is at it.
  absl::Status Finish(const std::string& id);

 private:
  absl::StatusOr<StoredDatabase> Insert(const NewDatabase& request, const std::string& node);
  absl::StatusOr<StoredDatabase> Resume(const std::string& resource);
  absl::StatusOr<StoredDatabase> CompleteCreation(const StoredDatabase& database);
  absl::StatusOr<StoredDatabase> CompleteOrAbandon(const StoredDatabase& database);
  absl::Status Undo(const StoredDatabase& database);
  absl::Status CheckNoUsers(const std::string& id);
  absl::Status CompleteDeletion(const StoredDatabase& database);
  absl::StatusOr<std::vector<StoredUser>> UsersOf(const std::string& id);
  absl::Status DropOnServer(const StoredDatabase& database);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams seams_;
  Placement& placement_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_DATABASE_PROVISIONER_H_
