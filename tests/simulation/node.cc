#include "tests/simulation/node.h"

namespace eds::simulation {
namespace {

constexpr absl::Duration kLongestRestart = absl::Seconds(10);

}  // namespace

void Node::StartAgent() {
  const int number = static_cast<int>(agents_.size()) + 1;
  agents_.push_back(std::make_unique<Agent>(environment_, controller_, server_, id_, number));
  newest().Start([this] { Replace(); });
}

void Node::Replace() {
  environment_.scheduler.Spawn(environment_.world, [this] {
    environment_.Spend(kLongestRestart);
    if (newest().process()->dead) StartAgent();
  });
}

Agent* Node::Find(const std::string& instance) {
  for (const std::unique_ptr<Agent>& agent : agents_) {
    if (agent->instance() == instance && !agent->process()->dead) return agent.get();
  }
  return newest().process()->dead ? nullptr : &newest();
}

}  // namespace eds::simulation
