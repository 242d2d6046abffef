#include "node/agent.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "common/timestamp.h"
#include "common/version.h"
#include "glog/logging.h"
#include "node/wire.h"

namespace eds {
namespace {

constexpr size_t kInstanceLength = 16;
// For answers that are on their way when the agent ends.
constexpr absl::Duration kGrace = absl::Seconds(2);

absl::Status NeverConfigured(const AgentOptions& options) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured,
                   absl::StrCat("not configured: edsctl config set ", options.node, " ",
                                KindPrefix(options.kind), "/host …"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Agent>> Agent::Start(const AgentOptions& options,
                                                    DatabaseServerOpener open, RandomSource& random,
                                                    LogTail& log_tail,
                                                    std::function<void()> on_restart) {
  std::unique_ptr<Agent> agent(
      new Agent(options, std::move(open), random, log_tail, std::move(on_restart)));
  RETURN_IF_ERROR(agent->Listen(options));
  agent->Join(options);
  return agent;
}

Agent::Agent(const AgentOptions& options, DatabaseServerOpener open, RandomSource& random,
             LogTail& log_tail, std::function<void()> on_restart)
    : instance_(RandomBase32(random, kInstanceLength)),
      link_({.controller = options.controller, .pauses = options.dial_pauses}, random),
      slot_(NeverConfigured(options), [this](const SlotState& state) { OnChange(state); }),
      trial_({.kind = options.kind, .node = options.node}, std::move(open), options.trial_pauses,
             random, slot_, [this](const node::v1::Outcome& outcome) { link_.Report(outcome); }),
      watch_(options.probe_interval, slot_),
      service_({.kind = options.kind, .node = options.node, .instance = instance_}, options.limits,
               slot_, trial_, fence_, log_tail, std::move(on_restart)) {}

Agent::~Agent() {
  service_.Close();
  link_.Stop();
  if (server_ != nullptr) server_->Shutdown(kGrace);
}

absl::Status Agent::Listen(const AgentOptions& options) {
  ASSIGN_OR_RETURN(server_, GrpcServer::Start(options.listen, options.insecure, {&service_}));
  OnChange(slot_.State());
  return absl::OkStatus();
}

void Agent::Join(const AgentOptions& options) {
  node::v1::Hello hello;
  hello.set_node(options.node);
  hello.set_kind(options.kind);
  hello.set_address(options.advertise.empty() ? address() : options.advertise);
  hello.set_build(kVersion);
  hello.set_instance(instance_);
  *hello.mutable_start_time() = ToTimestamp(absl::Now());
  LOG(INFO) << options.node << " " << kVersion << " listens on " << address()
            << " and joins the controller at " << options.controller;
  const auto on_welcome = [this](const node::v1::Hello& said, const node::v1::Welcome& welcome) {
    trial_.Claim({.installation = welcome.installation(),
                  .node = said.node(),
                  .epoch = welcome.epoch(),
                  .key = Secret(welcome.claim_key())});
    service_.Obey(said.session());
  };
  const auto on_configuration = [this](const node::v1::Configuration& configuration) {
    trial_.Offer(configuration);
  };
  link_.Start(hello, {.on_welcome = on_welcome, .on_configuration = on_configuration});
}

void Agent::OnChange(const SlotState& state) {
  server_->SetServing(node::v1::NodeAgentService::service_full_name(), state.health.ok());
  link_.Report(ToHealth(state));
  if (HasReason(state.health, Reason::kServerClaimed)) trial_.TryAgain();
}

}  // namespace eds
