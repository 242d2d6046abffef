#include "node/wire.h"

#include <string>

#include "common/error.h"

namespace eds {

node::v1::Problem ToProblem(const absl::Status& status) {
  node::v1::Problem problem;
  problem.set_code(static_cast<int>(status.code()));
  problem.set_reason(ReasonOf(status));
  problem.set_message(std::string(status.message()));
  return problem;
}

v1::Server ToServer(const ServerInfo& info) {
  v1::Server server;
  server.set_flavour(info.flavour);
  server.set_version(info.version);
  server.set_identity(info.identity);
  server.set_address(info.address);
  return server;
}

node::v1::Deviation ToDeviation(const Deviation& deviation) {
  node::v1::Deviation message;
  message.set_missing(deviation.missing);
  message.set_detail(deviation.detail);
  message.set_remedy(deviation.remedy);
  return message;
}

v1::Finding ToFinding(const Finding& finding) {
  v1::Finding result;
  switch (finding.severity) {
    case Finding::Severity::kOk:
      result.set_severity(v1::Finding::SEVERITY_OK);
      break;
    case Finding::Severity::kWarning:
      result.set_severity(v1::Finding::SEVERITY_WARNING);
      break;
    case Finding::Severity::kError:
      result.set_severity(v1::Finding::SEVERITY_ERROR);
      break;
  }
  result.set_check(finding.check);
  result.set_detail(finding.detail);
  result.set_remedy(finding.remedy);
  return result;
}

node::v1::Health ToHealth(const SlotState& state) {
  node::v1::Health health;
  health.set_revision(state.revision);
  if (!state.health.ok()) *health.mutable_problem() = ToProblem(state.health);
  if (state.info) *health.mutable_server() = ToServer(*state.info);
  return health;
}

}  // namespace eds
