#include "common/termination.h"

#include <signal.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(TerminationTest, WaitsForTheSignal) {
  BlockTerminationSignals();
  kill(getpid(), SIGTERM);
  EXPECT_EQ(WaitForTerminationSignal(), SIGTERM);
}

TEST(TerminationDeathTest, AnEndThatTakesTooLongIsCutShort) {
  EXPECT_EXIT(
      {
        EndWithin(1);
        while (true) pause();
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace eds
