#include "tests/simulation/agent.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/status_macros.h"

namespace eds::simulation {
namespace {

constexpr absl::Duration kHealthInterval = absl::Seconds(10);
constexpr absl::Duration kRedialPause = absl::Seconds(1);
constexpr absl::Duration kOpenBudget = absl::Seconds(30);

absl::Status NotConnected() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected,
                   "this is not the agent that the step is meant for");
}

node::v1::Problem ToProblem(const absl::Status& status) {
  node::v1::Problem problem;
  problem.set_code(static_cast<int32_t>(status.code()));
  problem.set_reason(ReasonOf(status));
  problem.set_message(std::string(status.message()));
  return problem;
}

}  // namespace

Agent::Agent(Environment& environment, ControllerProcess& controller, SimulatedServer& server,
             const std::string& node, int number)
    : environment_(environment),
      controller_(controller),
      machine_(server),
      node_(node),
      instance_(absl::StrCat(node, "#", number)),
      process_(std::make_shared<Process>(instance_)),
      fence_(environment.clock) {}

void Agent::Start(std::function<void()> on_end) {
  process_->on_end = [this, on_end = std::move(on_end)] {
    server_.reset();
    link_.reset();
    on_end();
  };
  environment_.scheduler.Spawn(process_, [this] { Live(); });
}

void Agent::Live() {
  while (true) {
    Join();
    if (link_ != nullptr) Serve();
    link_.reset();
    environment_.Spend(kRedialPause);
  }
}

void Agent::Join() {
  environment_.Spend(environment_.faults.longest_transit);
  session_ = RandomBase32(environment_.random, 8);
  node::v1::JoinRequest request;
  node::v1::Hello& hello = *request.mutable_hello();
  hello.set_node(node_);
  hello.set_kind(environment_.kind);
  hello.set_address(node_);
  hello.set_instance(instance_);
  hello.set_session(session_);
  link_ = controller_.Dial(process_);
  if (link_ != nullptr) link_->to_controller.push_back(request);
}

// Until the link breaks.
void Agent::Serve() {
  Scheduler& scheduler = environment_.scheduler;
  const auto called = [this] { return link_->broken || !link_->to_agent.empty(); };
  while (!link_->broken) {
    if (!scheduler.WaitUntil(called, scheduler.Now() + kHealthInterval)) {
      ReportHealth();
    } else if (!link_->broken) {
      const node::v1::JoinResponse response = std::move(link_->to_agent.front());
      link_->to_agent.pop_front();
      Obey(response);
    }
  }
}

void Agent::Obey(const node::v1::JoinResponse& response) {
  if (response.has_welcome()) {
    newest_claim_ = {.installation = response.welcome().installation(),
                     .node = node_,
                     .epoch = response.welcome().epoch(),
                     .key = Secret(response.welcome().claim_key())};
    obeyed_session_ = session_;
    return;
  }
  wanted_ = response.configuration();
  ReportOutcome(Try());
}

// As ConfigurationTrial does: a claim is kept until it is lost.
absl::Status Agent::Try() {
  const bool in_use = server_ != nullptr && !lost_claim_ && revision_ == wanted_->revision();
  if (in_use) return absl::OkStatus();
  const bool beside = server_ != nullptr && !lost_claim_;
  const ServerClaim first = beside ? held_claim_ : newest_claim_;
  const absl::Status opened = Open(first);
  const bool lost = HasReason(opened, Reason::kServerClaimed) && first.epoch < newest_claim_.epoch;
  return lost ? Open(newest_claim_) : opened;
}

absl::Status Agent::Open(const ServerClaim& claim) {
  const auto value = [this](absl::string_view suffix) {
    return wanted_->values().at(absl::StrCat(KindPrefix(environment_.kind), "/", suffix));
  };
  ServerConfig config{.hosts = {value("host")},
                      .port = 3306,
                      .user = value("user"),
                      .password = Secret(value("pass")),
                      .claim = claim};
  if (!wanted_->next_admin_password().empty()) {
    config.next_password = Secret(wanted_->next_admin_password());
  }
  ASSIGN_OR_RETURN(server_, ServerConnection::Open(machine_, process_, config,
                                                   environment_.clock.Now() + kOpenBudget));
  held_claim_ = claim;
  lost_claim_ = false;
  revision_ = wanted_->revision();
  return absl::OkStatus();
}

void Agent::ReportOutcome(const absl::Status& status) {
  node::v1::JoinRequest request;
  node::v1::Outcome& outcome = *request.mutable_outcome();
  outcome.set_revision(wanted_->revision());
  if (!status.ok()) *outcome.mutable_problem() = ToProblem(status);
  if (status.ok()) outcome.mutable_server()->set_identity(machine_.host());
  link_->to_controller.push_back(request);
}

// What could not be opened is tried again.
void Agent::ReportHealth() {
  if (wanted_ && (lost_claim_ || revision_ != wanted_->revision())) {
    ReportOutcome(Try());
    return;
  }
  node::v1::JoinRequest request;
  node::v1::Health& health = *request.mutable_health();
  health.set_revision(revision_);
  if (server_ != nullptr) {
    const absl::Status probed = server_->Probe(environment_.clock.Now() + kHealthInterval).status();
    if (HasReason(probed, Reason::kServerClaimed)) lost_claim_ = true;
    if (!probed.ok()) *health.mutable_problem() = ToProblem(probed);
  }
  link_->to_controller.push_back(request);
}

std::shared_ptr<PendingReply> Agent::Take(const std::shared_ptr<Exchange>& exchange) {
  auto reply = std::make_shared<PendingReply>();
  reply->agent = process_;
  const absl::Time deadline = environment_.clock.Now() + exchange->timeout;
  environment_.scheduler.Spawn(process_, [this, exchange, deadline, reply] {
    reply->status = CarryOut(*exchange, deadline);
  });
  return reply;
}

// As AgentService does.
absl::Status Agent::CarryOut(const Exchange& exchange, absl::Time deadline) {
  RETURN_IF_ERROR(CheckStart(exchange, deadline));
  if (environment_.dice.Chance(environment_.faults.agent_crashes_in_step)) {
    environment_.scheduler.Spawn(environment_.world, [this] {
      environment_.Spend(environment_.faults.longest_statement);
      environment_.scheduler.Kill(process_);
    });
  }
  return fence_.Run(exchange.step.object, exchange.target.epoch(), deadline, [&]() -> absl::Status {
    RETURN_IF_ERROR(CheckStart(exchange, deadline));
    return Work(exchange.step, deadline);
  });
}

absl::Status Agent::CheckStart(const Exchange& exchange, absl::Time deadline) const {
  const node::v1::Target& target = exchange.target;
  if (target.node() != node_ || target.instance() != instance_ ||
      target.session() != obeyed_session_) {
    return NotConnected();
  }
  if (environment_.clock.Now() < deadline) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                   "the deadline passed before the step began; nothing was done");
}

absl::Status Agent::Work(const Step& step, absl::Time deadline) {
  if (server_ == nullptr) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured,
                     "the node has no server");
  }
  const std::shared_ptr<DatabaseServer> server = server_;
  const absl::Status status = step.run(*server, deadline);
  if (HasReason(status, Reason::kServerClaimed)) lost_claim_ = true;
  return status;
}

}  // namespace eds::simulation
