#include "tests/stress/stress_test.h"

namespace eds {

INSTANTIATE_TEST_SUITE_P(Mariadb, StressTest, testing::Values(Mariadb()));

}  // namespace eds
