#ifndef EDS_CONTROLLER_PURGER_H_
#define EDS_CONTROLLER_PURGER_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/comparison.h"
#include "controller/discrepancies.h"
#include "controller/provisioner_seams.h"

namespace eds {

// Drops what is on the server of a node, was made by this installation, and is in no
// record. Not thread-safe.
class Purger {
 public:
  // All must outlive the purger.
  Purger(const ProvisionerSeams& seams, Discrepancies& found) : seams_(seams), found_(found) {}

  // Looks again, and drops those of `candidates` that are unknown still. Each drop is
  // recorded first. kFailedPrecondition (kPurgeRefused), and nothing is dropped, if they are
  // more than `max_percent` of the objects on the server. Other errors are those of the
  // store, and of a server that cannot be reached; what was dropped until then stays so.
  absl::Status Purge(const std::string& node, const std::set<std::string>& candidates,
                     int max_percent);

 private:
  absl::Status DropDatabases(const std::string& node, const std::set<std::string>& doomed);
  absl::Status DropUsers(const std::string& node, const std::set<std::string>& doomed);
  absl::Status LockUsers(const std::string& node, std::set<std::string>& doomed);

  absl::StatusOr<bool> IsAdopted(const DatabaseOnServer& database);

  // Precedes the drop: one that nothing tells of would be worse than one that failed.
  absl::Status Record(const std::string& node, const std::string& name);
  // What became of `name`. The error, if the others would fare no better.
  absl::Status Tell(const std::string& name, const absl::Status& dropped);
  // Names for the steps that an object of this id is dropped by.
  DatabaseOnServer NameDatabase(const std::string& node, const std::string& id) const;
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams& seams_;
  Discrepancies& found_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_PURGER_H_
