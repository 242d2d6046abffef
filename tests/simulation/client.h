#ifndef EDS_TESTS_SIMULATION_CLIENT_H_
#define EDS_TESTS_SIMULATION_CLIENT_H_

#include "absl/time/time.h"
#include "tests/simulation/controller_process.h"
#include "tests/simulation/order.h"

namespace eds::simulation {

// One call of the API for an order. Called in a fiber.
Answer Perform(ControllerProcess& controller, const Order& order, absl::Duration timeout);

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_CLIENT_H_
