#include "tests/stress/stress_test.h"

namespace eds {

INSTANTIATE_TEST_SUITE_P(Mysql, StressTest, testing::Values(Mysql()));

}  // namespace eds
