#include "tests/e2e/crash_stage.h"
#include "tests/fixtures/engines.h"

namespace eds {

// Of all tests in crash_matrix.cc.
Engine EngineUnderTest() { return Mariadb(); }

}  // namespace eds
