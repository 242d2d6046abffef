#ifndef EDS_CONTROLLER_READY_PROVISIONER_H_
#define EDS_CONTROLLER_READY_PROVISIONER_H_

#include <string>

#include "absl/status/status.h"
#include "common/resource_name.h"
#include "controller/catalog.h"
#include "controller/placement.h"
#include "controller/provisioner_seams.h"

namespace eds {

// Makes ahead what CreateDatabase and CreateUser then claim, and drops it again, by the same
// protocol as every mutation: intent, steps, record. Nobody can use it before it is claimed:
// its login is locked. What a crash or a failure leaves half made is dropped.
class ReadyProvisioner {
 public:
  // Both must outlive this object.
  ReadyProvisioner(const ProvisionerSeams& seams, Placement& placement)
      : seams_(seams), placement_(placement) {}

  // A database with its first login, or a login alone; it is in the pool afterwards.
  absl::Status PrepareDatabase(const std::string& node, const v1::DatabaseOptions& options);
  absl::Status PrepareUser(const std::string& node);

  // Of one that was taken out of the pool.
  absl::Status Drop(const StoredReady& ready);

  // Drops what is unfinished; OK if somebody is at it, or if it is finished.
  absl::Status Finish(const ReadyName& name);

 private:
  state::v1::ReadyRecord NewRecord(const std::string& node);
  absl::Status Prepare(const state::v1::ReadyRecord& record);
  absl::Status PrepareOnServer(const StoredReady& ready);
  absl::StatusOr<StoredReady> BeginToDrop(const StoredReady& ready);
  absl::Status DropOnServer(const StoredReady& ready);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams seams_;
  Placement& placement_;
};

// By their names on the server; the epoch is that of the record.
DatabaseOnServer ToServer(const StoredReady& ready);

}  // namespace eds

#endif  // EDS_CONTROLLER_READY_PROVISIONER_H_
