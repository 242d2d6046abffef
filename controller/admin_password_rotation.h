#ifndef EDS_CONTROLLER_ADMIN_PASSWORD_ROTATION_H_
#define EDS_CONTROLLER_ADMIN_PASSWORD_ROTATION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controller/node_configs.h"
#include "controller/provisioner_seams.h"
#include "controller/request_key.h"

namespace eds {

// Gives the administrator's account of a node's server another password, such that the
// node is never locked out: the new one is durable, and known to the agent, before the
// server has it, and the old one is forgotten only after. While both are on record the
// agent tries both. Methods block until the outcome is known. Thread-safe.
class AdminPasswordRotation {
 public:
  // Both must outlive this object.
  AdminPasswordRotation(const ProvisionerSeams& seams, NodeConfigs& configs)
      : seams_(seams), configs_(configs) {}

  // Errors are those of eds.v1.NodeService.RotateAdminPassword.
  absl::Status Rotate(const std::string& node, const RequestKey& request);

  // Goes on with what has begun; OK if nothing has, or another call is at it.
  absl::Status Finish(const std::string& node);

 private:
  absl::Status Complete(const std::string& node);
  absl::Time StepDeadline() const { return seams_.clock.Now() + kStepBudget; }

  const ProvisionerSeams seams_;
  NodeConfigs& configs_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_ADMIN_PASSWORD_ROTATION_H_
