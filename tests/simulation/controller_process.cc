#include "tests/simulation/controller_process.h"

#include <utility>

#include "common/status_macros.h"

namespace eds::simulation {
namespace {

constexpr absl::Duration kTick = absl::Seconds(1);
// Not as often as it could, which takes long; but between ticks of the reconciler.
constexpr absl::Duration kKeeperTick = absl::Milliseconds(300);
constexpr absl::Duration kLongestRestart = absl::Seconds(10);

}  // namespace

absl::Status ControllerProcess::NoAnswer() {
  return absl::UnavailableError("the connection was lost");
}

void ControllerProcess::Start() {
  process_ = std::make_shared<Process>("controller");
  process_->on_end = [this] { End(); };
  environment_.scheduler.Spawn(process_, [this] { Run(); });
}

// Somebody starts it again before long.
void ControllerProcess::End() {
  calls_.clear();
  brain_.reset();
  cached_.reset();
  store_.reset();
  open_calls_ = 0;
  environment_.scheduler.Spawn(environment_.world, [this] {
    environment_.Spend(kLongestRestart);
    Start();
  });
}

void ControllerProcess::Run() {
  if (!Boot().ok()) environment_.scheduler.Kill(process_);
  environment_.scheduler.Note("is up");
  environment_.scheduler.Spawn(process_, [this] { KeepPools(); });
  Reconcile();
}

absl::Status ControllerProcess::Boot() {
  store_ = std::make_unique<SimulatedStore>(durable_, environment_, process_);
  cached_ = std::make_unique<CachedStore>(*store_);
  ASSIGN_OR_RETURN(Installation installation,
                   OpenInstallation(*cached_, environment_.key_file, environment_.random));
  ASSIGN_OR_RETURN(std::unique_ptr<Catalog> catalog,
                   Catalog::Open(*cached_, environment_.controller_clock));
  auto brain = std::make_unique<Brain>(environment_, network_, process_, std::move(installation),
                                       std::move(catalog));
  RETURN_IF_ERROR(brain->pool.Load());
  brain_ = std::move(brain);
  brain_->directory.OnReady([this] {
    brain_->attempts.MakeAllDue();
    poked_ = true;
  });
  return absl::OkStatus();
}

void ControllerProcess::Reconcile() {
  Scheduler& scheduler = environment_.scheduler;
  const auto poked = [this] { return poked_; };
  while (true) {
    poked_ = false;
    brain_->reconciler.Tick().IgnoreError();
    brain_->sweeps.Tick().IgnoreError();
    scheduler.WaitUntil(poked, scheduler.Now() + kTick);
  }
}

void ControllerProcess::KeepPools() {
  while (true) {
    brain_->keeper.Tick().IgnoreError();
    environment_.scheduler.Sleep(kKeeperTick);
  }
}

void ControllerProcess::Do(std::function<void(Brain&)> work) {
  if (!is_up()) return;
  const std::shared_ptr<Process> server = process_;
  // Shared with the fiber, which may be unwound later than we stop to wait.
  const auto done = std::make_shared<bool>(false);
  environment_.scheduler.Spawn(server, [this, work = std::move(work), done] {
    work(*brain_);
    *done = true;
  });
  environment_.scheduler.WaitUntil([&] { return *done || server->dead; }, absl::InfiniteFuture());
}

std::shared_ptr<Link> ControllerProcess::Dial(const std::shared_ptr<Process>& agent) {
  if (!is_up()) return nullptr;
  auto link = std::make_shared<Link>();
  link->agent = agent;
  link->controller = process_;
  KeepAlive(environment_, link);
  environment_.scheduler.Spawn(process_, [this, link] { Attend(*link); });
  return link;
}

// As RegistryService does.
void ControllerProcess::Attend(Link& link) {
  const auto called = [&link] { return link.broken || !link.to_controller.empty(); };
  std::string node;
  std::string instance;
  while (true) {
    environment_.scheduler.WaitUntil(called, absl::InfiniteFuture());
    if (link.broken) break;
    const node::v1::JoinRequest request = std::move(link.to_controller.front());
    link.to_controller.pop_front();
    if (request.has_hello()) instance = request.hello().instance();
    if (!Take(request, link, node).ok()) break;
  }
  if (!node.empty()) brain_->directory.Leave(node, instance);
  link.broken = true;
}

absl::Status ControllerProcess::Take(const node::v1::JoinRequest& request, Link& link,
                                     std::string& node) {
  environment_.Spend(environment_.faults.longest_transit);
  if (request.has_hello()) {
    RETURN_IF_ERROR(Admit(request.hello(), link));
    node = request.hello().node();
    return brain_->configs.SendTo(node);
  }
  if (request.has_outcome()) {
    brain_->directory.Record(node, request.outcome());
    if (request.outcome().has_problem()) return absl::OkStatus();
    return brain_->configs.RecordServer(node, request.outcome().server());
  }
  brain_->directory.Record(node, request.health());
  return absl::OkStatus();
}

absl::Status ControllerProcess::Admit(const node::v1::Hello& hello, Link& link) {
  // One at a time: who joins later has the higher epoch.
  const auto hold = brain_->locks.Own("admission", absl::InfiniteFuture());
  RETURN_IF_ERROR(brain_->directory.CheckFree(hello.node()));
  node::v1::Welcome welcome;
  ASSIGN_OR_RETURN(const int64_t epoch, brain_->configs.Admit(hello.node(), hello.kind()));
  welcome.set_installation(brain_->installation.id);
  welcome.set_claim_key(ClaimKeyOf(brain_->installation).Reveal());
  welcome.set_epoch(epoch);
  return brain_->directory.Join(hello, welcome, [&link](const node::v1::JoinResponse& response) {
    link.to_agent.push_back(response);
  });
}

}  // namespace eds::simulation
