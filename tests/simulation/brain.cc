#include "tests/simulation/brain.h"

#include <utility>

namespace eds::simulation {
namespace {

SimulatedDispatcher::Limits DrawLimits(Dice& dice) {
  return {.workers = static_cast<size_t>(dice.Between(2, 8)),
          .waiting = static_cast<size_t>(dice.Chance(0.2) ? 2 : 1000)};
}

}  // namespace

Brain::Brain(Environment& environment, Network& network, const std::shared_ptr<Process>& process,
             Installation opened, std::unique_ptr<Catalog> opened_catalog)
    : installation(std::move(opened)),
      catalog(std::move(opened_catalog)),
      directory(environment.controller_clock),
      nodes(environment, network, directory, process),
      locks(environment.controller_clock),
      attempts(environment.controller_clock, environment.random),
      pool(*catalog, environment.controller_clock),
      seams{*catalog,
            nodes,
            directory,
            *installation.sealer,
            environment.controller_clock,
            environment.random,
            locks,
            attempts,
            pool,
            installation.id},
      configs(*catalog, directory, *installation.sealer, environment.controller_clock),
      placement(*catalog, directory, configs),
      rotator(seams),
      admin_passwords(seams, configs),
      users(seams, rotator),
      deleter(seams, configs, users),
      databases(seams, configs, placement, deleter),
      ready(seams, placement),
      resources(*catalog, directory, configs, attempts, pool),
      dispatcher(environment.scheduler, process, DrawLimits(environment.dice)),
      calls(dispatcher, flights),
      reconciler(*catalog, directory, attempts, databases, deleter, users, rotator, admin_passwords,
                 ready, dispatcher, environment.controller_clock),
      keeper(*catalog, directory, configs, pool, ready, users, dispatcher,
             environment.controller_clock),
      operations(*catalog, directory, attempts),
      sweeper(seams, databases, users, ready),
      sweeps(sweeper, *catalog, directory, dispatcher, environment.controller_clock),
      service(calls, *catalog, databases, deleter, users, rotator, resources, *installation.sealer),
      maintenance(calls, *catalog, operations, sweeper, *installation.sealer) {}

}  // namespace eds::simulation
