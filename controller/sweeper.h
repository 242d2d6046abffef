#ifndef EDS_CONTROLLER_SWEEPER_H_
#define EDS_CONTROLLER_SWEEPER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/comparison.h"
#include "controller/database_provisioner.h"
#include "controller/discrepancies.h"
#include "controller/provisioner_seams.h"
#include "controller/ready_provisioner.h"
#include "controller/sightings.h"
#include "controller/user_provisioner.h"
#include "eds/v1/maintenance_service.pb.h"

namespace eds {

// What ReconcileNode takes.
struct Reconciliation {
  std::string node;
  bool purge = false;
  int max_purge_percent = 10;
};

// Compares the server of a node with the records, both ways; mends what lacks something,
// and drops what is in no record, if it is told to. Touches nothing without a record that
// does not bear the exact mark of this installation. Starts no thread. Thread-safe.
class Sweeper {
 public:
  // How long something must have been unknown before it may be dropped: longer than any
  // step, which could be on its way still.
  static constexpr absl::Duration kPurgeWait = absl::Minutes(2);

  // All must outlive the sweeper.
  Sweeper(const ProvisionerSeams& seams, DatabaseProvisioner& databases, UserProvisioner& users,
          ReadyProvisioner& ready, absl::Duration purge_wait = kPurgeWait)
      : seams_(seams),
        databases_(databases),
        users_(users),
        ready_(ready),
        purge_wait_(purge_wait) {}

  // Compares, remembers what is unknown, and sees to it that nobody is given what was made
  // ahead and is lost; changes nothing else. kAborted
  // (kOperationInProgress) while the node is swept already.
  absl::StatusOr<Comparison> Look(const std::string& node);

  // Errors are those of eds.v1.MaintenanceService.ReconcileNode.
  absl::StatusOr<v1::ReconcileNodeResponse> Reconcile(const Reconciliation& request);

 private:
  absl::StatusOr<Comparison> LookAndRemember(const std::string& node);
  void Forget(const StoredReady& lost);
  void Tell(const std::string& node, const Comparison& comparison, Discrepancies& found) const;
  absl::Status Purge(const Reconciliation& request, Discrepancies& found);

  const ProvisionerSeams seams_;
  DatabaseProvisioner& databases_;
  UserProvisioner& users_;
  ReadyProvisioner& ready_;
  const absl::Duration purge_wait_;
  Sightings sightings_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_SWEEPER_H_
