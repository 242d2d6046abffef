#ifndef EDS_CONTROLLER_DATABASE_PROVISIONER_H_
#define EDS_CONTROLLER_DATABASE_PROVISIONER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "controller/catalog.h"
#include "controller/database_deleter.h"
#include "controller/node_configs.h"
#include "controller/placement.h"
#include "controller/provisioner_seams.h"
#include "controller/request_key.h"

namespace eds {

struct NewDatabase {
  RequestKey request;
  std::string display_name;  // Empty: make one.
  v1::Kind kind = v1::KIND_UNSPECIFIED;
  std::string node;  // Empty: choose one.
  bool deletion_protection = false;
  v1::DatabaseOptions options = {};
};

// What AdoptDatabase takes.
struct Adoption {
  RequestKey request;
  std::string display_name;  // Empty: make one.
  std::string node;
  std::string server_name;
  std::string expected_owner;
};

// Which of a database's properties are to change.
struct DatabaseUpdate {
  std::string id;
  std::string etag;  // Empty: whatever it is now.
  absl::optional<std::string> display_name;
  absl::optional<bool> deletion_protection;
};

// Creates, adopts and updates databases by the protocol of a mutation: a durable intent,
// then idempotent steps on the node, then the durable result. Methods block until the
// outcome is known; their errors are those of eds.v1.DatabaseService. Thread-safe.
class DatabaseProvisioner {
 public:
  // All must outlive this object.
  DatabaseProvisioner(const ProvisionerSeams& seams, NodeConfigs& configs, Placement& placement,
                      DatabaseDeleter& deleter)
      : seams_(seams), configs_(configs), placement_(placement), deleter_(deleter) {}

  // The node that a new database is to go to, or has gone to if the request is a
  // repeat.
  absl::StatusOr<std::string> NodeFor(const NewDatabase& request);

  absl::StatusOr<StoredDatabase> Create(const NewDatabase& request, const std::string& node);
  absl::StatusOr<StoredDatabase> Adopt(const Adoption& request);
  absl::StatusOr<StoredDatabase> Update(const DatabaseUpdate& request);

  // Finishes or undoes what was left of any operation on the database; OK if another
  // one is at it.
  absl::Status Finish(const std::string& id);

  // Repeats the step that made a READY database, which adds what it lacks. kAborted
  // (kOperationInProgress) if something is being done to it.
  absl::Status Repair(const std::string& id);

 private:
  absl::StatusOr<state::v1::DatabaseRecord> NewRecord(const std::string& node);
  // Gives out what is made ahead; nullopt if there is nothing of that kind.
  absl::StatusOr<absl::optional<StoredDatabase>> Claim(const NewDatabase& request,
                                                       const std::string& node);
  // Stores `record` by `insert`, under a made-up display name if it has none.
  using Inserter = std::function<absl::StatusOr<StoredDatabase>(const state::v1::DatabaseRecord&)>;
  absl::StatusOr<StoredDatabase> InsertNamed(state::v1::DatabaseRecord record,
                                             const Inserter& insert);
  absl::StatusOr<StoredDatabase> Insert(state::v1::DatabaseRecord record,
                                        const RequestKey& request);
  absl::StatusOr<StoredDatabase> Resume(const std::string& resource);
  absl::StatusOr<std::string> ChooseNode(const NewDatabase& request);
  // Whether a database on `node` can have them.
  absl::Status CheckOptions(const v1::DatabaseOptions& options, const std::string& node);
  absl::Status CheckUnknown(const std::string& server_name);
  absl::Status CreateOnServer(const StoredDatabase& database);
  absl::StatusOr<StoredDatabase> CompleteCreation(const StoredDatabase& database);
  enum class Attempt { kFirst, kRepeat };
  absl::StatusOr<StoredDatabase> CompleteOrAbandon(const StoredDatabase& database, Attempt attempt);
  absl::Status FinishCreation(const StoredDatabase& database);
  absl::Status Undo(const StoredDatabase& database);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams seams_;
  NodeConfigs& configs_;
  Placement& placement_;
  DatabaseDeleter& deleter_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_DATABASE_PROVISIONER_H_
