#ifndef EDS_TESTS_SIMULATION_FINAL_CHECKS_H_
#define EDS_TESTS_SIMULATION_FINAL_CHECKS_H_

#include "tests/simulation/system.h"

namespace eds::simulation {

// What must hold when all is well again and nothing is left to be done. Called in a fiber.
void CheckFinally(System& system);

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_FINAL_CHECKS_H_
