#include "tests/simulation/chaos.h"

#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace eds::simulation {
namespace {

constexpr absl::Duration kLongestWhile = absl::Minutes(2);
constexpr absl::Duration kLostClock = absl::Hours(8 * 24);
constexpr int kFarthestJump = 7200;  // Seconds.
constexpr size_t kMostAgents = 6;

}  // namespace

void Chaos::Start() {
  if (environment_.faults.blows.empty()) return;
  environment_.scheduler.Spawn(environment_.world, [this] { Run(); });
}

void Chaos::Run() {
  for (int left = environment_.faults.most_blows; left > 0; --left) {
    environment_.Spend(environment_.faults.between_blows);
    if (stopped_) return;
    Deal(environment_.dice.Pick(environment_.faults.blows));
  }
}

void Chaos::Deal(Faults::Blow blow) {
  Scheduler& scheduler = environment_.scheduler;
  const absl::Duration pause = environment_.dice.Pause(kLongestWhile);
  SimulatedServer& server = AnyNode().server();
  switch (blow) {
    case Faults::Blow::kKillController:
      return scheduler.Kill(system_.controller.process());
    case Faults::Blow::kPauseController:
      return scheduler.Pause(*system_.controller.process(), pause);
    case Faults::Blow::kKillAgent:
      return scheduler.Kill(AnyNode().newest().process());
    case Faults::Blow::kPauseAgent:
      return scheduler.Pause(*AnyNode().newest().process(), pause);
    case Faults::Blow::kReplaceAgent:
      return ReplaceAgent();
    case Faults::Blow::kCutLink: {
      Link* const link = AnyNode().newest().link();
      if (link != nullptr) link->broken = true;
      return;
    }
    case Faults::Blow::kStopServer:
      return ForAWhile([&server](bool set) {
        if (set) server.Stop();
        if (!set) server.Start();
      });
    case Faults::Blow::kReadOnlyServer:
      return ForAWhile([&server](bool set) { server.fake().SetReadOnly(set); });
    case Faults::Blow::kRefuseAdministrator:
      return ForAWhile([&server](bool set) { server.RefuseAdministrator(set); });
    case Faults::Blow::kSetClock:
      return environment_.controller_clock.Jump(
          absl::Seconds(environment_.dice.Between(-kFarthestJump, kFarthestJump)));
    case Faults::Blow::kLoseClock:
      return ForAWhile(
          [this](bool set) { environment_.controller_clock.Jump(set ? kLostClock : -kLostClock); });
    case Faults::Blow::kPlantForeignObjects:
      return PlantForeignObjects();
    case Faults::Blow::kOwnObject:
      return OwnObject();
  }
}

void Chaos::ForAWhile(std::function<void(bool)> set) {
  set(true);
  environment_.scheduler.Spawn(environment_.world, [this, set = std::move(set)] {
    environment_.Spend(kLongestWhile);
    set(false);
  });
}

// The old one wakes up late, and goes on with what it had.
void Chaos::ReplaceAgent() {
  Node& node = AnyNode();
  if (node.newest().process()->dead || node.count() > kMostAgents) return;
  environment_.scheduler.Pause(*node.newest().process(), environment_.dice.Pause(kLongestWhile));
  node.StartAgent();
}

// Of names as near to ours as others may choose them.
void Chaos::PlantForeignObjects() {
  for (const auto& [name, database] : system_.ledger.databases()) {
    SimulatedServer& server = AnyNode().server();
    const std::string& ours = database.server_name;
    for (const std::string& near :
         {absl::StrCat("x", ours), ours.substr(1),
          absl::StrCat("d", ours[1] == '7' ? "5" : "7", ours.substr(2))}) {
      system_.Plant(server, near);
    }
  }
}

void Chaos::OwnObject() {
  for (const auto& [name, user] : system_.ledger.users()) {
    const auto database = system_.ledger.databases().find(user.database);
    if (database == system_.ledger.databases().end() || !environment_.dice.Chance(0.3)) continue;
    FakeDatabaseServer& server = *database->second.server;
    const std::string& login = user.logins.rbegin()->second;
    if (server.HasUser(login)) server.SetOwnedObject(login, "a view");
  }
}

Node& Chaos::AnyNode() { return *environment_.dice.Pick(system_.nodes); }

}  // namespace eds::simulation
