#ifndef EDS_TESTS_SIMULATION_NETWORK_H_
#define EDS_TESTS_SIMULATION_NETWORK_H_

#include <functional>
#include <memory>

#include "tests/simulation/environment.h"
#include "tests/simulation/exchange.h"

namespace eds::simulation {

// Carries steps to agents and replies back: late, in any order, twice, or not at all.
class Network {
 public:
  // Hands an exchange to the agent of its target if that lives, otherwise to who came to use
  // its address since. Null: nobody listens there.
  using Deliver = std::function<std::shared_ptr<PendingReply>(const std::shared_ptr<Exchange>&)>;

  // `environment` must outlive the network.
  Network(Environment& environment, Deliver deliver)
      : environment_(environment), deliver_(std::move(deliver)) {}

  // Answers `exchange` some time, unless its controller is gone.
  void Send(const std::shared_ptr<Exchange>& exchange);

 private:
  void Carry(const std::shared_ptr<Exchange>& exchange);

  Environment& environment_;
  const Deliver deliver_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_NETWORK_H_
