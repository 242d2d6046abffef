#include "controller/admin_password_rotation.h"

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status_macros.h"

namespace eds {

absl::Status AdminPasswordRotation::Rotate(const std::string& node, const RequestKey& request) {
  const std::string resource = FormatNodeName(node);
  ASSIGN_OR_RETURN(const bool is_known, configs_.Knows(request));
  const auto hold = seams_.locks.Own(resource, is_known ? StepDeadline() : seams_.clock.Now());
  if (hold == nullptr) return OwnedByAnother(resource);
  if (!is_known) {
    RETURN_IF_ERROR(configs_.NameNextPassword(node, RandomPassword(seams_.random), request));
  }
  return Complete(node);
}

absl::Status AdminPasswordRotation::Finish(const std::string& node) {
  const auto hold = seams_.locks.Own(FormatNodeName(node), seams_.clock.Now());
  return hold == nullptr ? absl::OkStatus() : Complete(node);
}

absl::Status AdminPasswordRotation::Complete(const std::string& node) {
  const std::string resource = FormatNodeName(node);
  ASSIGN_OR_RETURN(const StoredConfig config, seams_.catalog.GetConfig(node));
  if (config.record.sealed_next_pass().empty()) return absl::OkStatus();
  const absl::Status changed =
      seams_.nodes.SetAdminPassword(node, config.record.revision(), config.version, StepDeadline());
  if (HasReason(changed, Reason::kAdminPasswordNotChangeable)) {
    RETURN_IF_ERROR(configs_.AbandonNextPassword(config));
    seams_.attempts.Forget(resource);
    return changed;
  }
  if (!changed.ok()) {
    // The server may have the new one, so there is no way back: only forward.
    seams_.attempts.Failed(resource, changed);
    return Stands(changed, "rotation");
  }
  RETURN_IF_ERROR(configs_.AdoptNextPassword(config));
  seams_.attempts.Forget(resource);
  return absl::OkStatus();
}

}  // namespace eds
