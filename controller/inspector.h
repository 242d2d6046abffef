#ifndef EDS_CONTROLLER_INSPECTOR_H_
#define EDS_CONTROLLER_INSPECTOR_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/database_provisioner.h"
#include "controller/discrepancies.h"
#include "controller/provisioner_seams.h"
#include "controller/user_provisioner.h"

namespace eds {

// Has a node look at each of its databases and users, and mends what lacks something, by
// the step that made it. Nothing is created in the place of a missing database: that
// would hide the loss. Takes no lock while it looks: what an operation has begun to change
// meanwhile is left to that. Not thread-safe.
class Inspector {
 public:
  // All must outlive the inspector.
  Inspector(const ProvisionerSeams& seams, DatabaseProvisioner& databases, UserProvisioner& users,
            Discrepancies& found)
      : seams_(seams), databases_(databases), users_(users), found_(found) {}

  // Errors are those of the store, and of a server that cannot be asked.
  absl::Status Inspect(const std::string& node);

 private:
  using Deviations = std::vector<node::v1::Deviation>;

  // A database or a user.
  struct Subject {
    std::string resource;
    std::string server_name;
    std::function<absl::StatusOr<Deviations>()> inspect;
    std::function<absl::StatusOr<bool>()> is_unchanged;
    std::function<absl::Status()> repair;
    std::string remedy_if_missing;  // Empty: `repair` does.
  };

  absl::Status InspectDatabase(const StoredDatabase& database);
  absl::Status InspectUser(const StoredUser& user, const StoredDatabase& database);
  absl::Status KeepLocked(const StoredUser& user, const StoredDatabase& database);
  Subject SubjectOf(const StoredDatabase& database);
  Subject SubjectOf(const StoredUser& user, const StoredDatabase& database);

  // Tells whether it is there, and no operation has begun on it.
  absl::StatusOr<bool> Examine(const Subject& subject);
  v1::Discrepancy Mend(const Subject& subject, v1::Discrepancy discrepancy);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams& seams_;
  DatabaseProvisioner& databases_;
  UserProvisioner& users_;
  Discrepancies& found_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_INSPECTOR_H_
