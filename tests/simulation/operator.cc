#include "tests/simulation/operator.h"

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "tests/simulation/order.h"

namespace eds::simulation {
namespace {

constexpr double kShareOfRuns = 0.3;
constexpr absl::Duration kLongestStay = absl::Seconds(30);
constexpr absl::Duration kLongestWait = absl::Minutes(5);
constexpr absl::Duration kSecondLook = absl::Minutes(3);
constexpr int kMostAttempts = 5;
constexpr absl::Duration kTimeout = absl::Minutes(2);

}  // namespace

Operator::Operator(System& system)
    : system_(system),
      environment_(system.environment),
      works_(environment_.dice.Chance(kShareOfRuns)),
      changes_nodes_(environment_.dice.Chance(kShareOfRuns)) {}

void Operator::Start() {
  if (changes_nodes_) {
    environment_.scheduler.Spawn(environment_.world, [this] { ChangeNodes(); });
  }
  if (!works_) return;
  for (const std::unique_ptr<SimulatedServer>& server : system_.servers) {
    if (environment_.dice.Chance(0.5)) system_.LeaveBehind(*server);
  }
  environment_.scheduler.Spawn(environment_.world, [this] { Run(); });
}

void Operator::Run() {
  while (!stopped_) {
    const Node& node = *environment_.dice.Pick(system_.nodes);
    Sweep(node, environment_.dice.Chance(0.7)).IgnoreError();
    environment_.scheduler.Sleep(absl::Seconds(1));
    environment_.Spend(kLongestWait);
  }
}

void Operator::ChangeNodes() {
  while (!stopped_) {
    ++busy_;
    const Node& node = *environment_.dice.Pick(system_.nodes);
    if (environment_.dice.Chance(0.3)) {
      system_.Cordon(node, environment_.dice.Chance(0.5));
    } else {
      system_.DrawReady(node);
    }
    --busy_;
    environment_.scheduler.Sleep(absl::Seconds(1));
    environment_.Spend(kLongestStay);
  }
}

absl::Status Operator::Sweep(const Node& node, bool purge) {
  v1::ReconcileNodeRequest request;
  request.set_name(FormatNodeName(node.id()));
  request.set_purge(purge);
  request.set_max_purge_percent(100);
  const absl::Status status =
      system_.controller
          .Call(&Brain::maintenance, &MaintenanceService::ReconcileNode, request, kTimeout)
          .status();
  environment_.scheduler.Note(
      absl::StrCat(node.id(), " is swept", purge ? ", with purge: " : ": ", Describe(status)));
  return status;
}

absl::Status Operator::SweepInTheEnd(const Node& node) {
  absl::Status status;
  for (int i = 0; i < kMostAttempts; ++i) {
    status = Sweep(node, true);
    const bool passes = IsUncertain(status) || HasReason(status, Reason::kServerClaimed);
    if (status.ok() || !passes) break;
    environment_.scheduler.Sleep(kTimeout);
  }
  return status;
}

void Operator::Finish() {
  if (!works_) return;
  for (const std::unique_ptr<Node>& node : system_.nodes) {
    absl::Status status = SweepInTheEnd(*node);
    environment_.scheduler.Sleep(kSecondLook);
    if (status.ok()) status = SweepInTheEnd(*node);
    if (status.ok()) continue;
    environment_.Violation(4, absl::StrCat(node->id(), " cannot be swept: ", Describe(status)));
  }
  system_.leftovers.clear();
}

}  // namespace eds::simulation
