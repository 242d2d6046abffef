#include "tests/simulation/link.h"

namespace eds::simulation {
namespace {

constexpr absl::Duration kKeepAlive = absl::Seconds(20);
constexpr absl::Duration kLook = absl::Seconds(5);

}  // namespace

void KeepAlive(Environment& environment, const std::shared_ptr<Link>& link) {
  environment.scheduler.Spawn(environment.world, [&environment, link] {
    Scheduler& scheduler = environment.scheduler;
    const auto is_lost = [&scheduler](const Process& process) {
      return process.dead ||
             (scheduler.IsPaused(process) && scheduler.Now() - process.paused_at >= kKeepAlive);
    };
    const auto broken = [&] {
      return link->broken || is_lost(*link->agent) || is_lost(*link->controller);
    };
    while (!scheduler.WaitUntil(broken, scheduler.Now() + kLook)) {
    }
    environment.Spend(environment.faults.longest_transit);
    link->broken = true;
  });
}

}  // namespace eds::simulation
