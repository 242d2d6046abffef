#include "tests/benchmark/plan.h"

#include <algorithm>

namespace eds::benchmark {
namespace {

constexpr int kSlower = 4;
// As many as pools hold.
constexpr int kMost = 1000;

}  // namespace

RoundPlan Plan::UsersRoundOf(int callers) const {
  return {callers, callers == 1 ? alone : std::min(std::max(callers, crowd), kMost)};
}

RoundPlan Plan::RoundOf(const std::string& engine, int callers) const {
  RoundPlan round = UsersRoundOf(callers);
  if (engine == "postgresql" && callers > 1) {
    round.operations = std::max(callers, round.operations / kSlower);
  }
  return round;
}

absl::StatusOr<std::unique_ptr<Server>> Plan::StartServer(const std::string& engine) const {
  for (const GivenServer& server : given) {
    if (server.engine == engine) return Server::Take(server);
  }
  return Server::Start(engine);
}

}  // namespace eds::benchmark
