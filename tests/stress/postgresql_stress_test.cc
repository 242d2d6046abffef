#include "tests/stress/stress_test.h"

namespace eds {

INSTANTIATE_TEST_SUITE_P(Postgresql, StressTest, testing::Values(Postgresql()));

}  // namespace eds
