#include "postgresql_node/socket_watchdog.h"

#include <sys/socket.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

class SocketWatchdogTest : public testing::Test {
 protected:
  SocketWatchdogTest() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0); }
  ~SocketWatchdogTest() override {
    close(ends_[0]);
    close(ends_[1]);
  }

  // Waits until there is something to read: bytes read, 0 if the socket was shut.
  ssize_t Read() {
    char byte;
    return read(ends_[0], &byte, 1);
  }

  int ends_[2];
  SocketWatchdog watchdog_;
};

TEST_F(SocketWatchdogTest, AReaderComesBackWhenTheDeadlinePasses) {
  const absl::Time deadline = absl::Now() + absl::Milliseconds(30);
  const SocketWatchdog::Watch watch(watchdog_, ends_[0], deadline);
  EXPECT_EQ(Read(), 0);
  EXPECT_GE(absl::Now(), deadline);
}

TEST_F(SocketWatchdogTest, AnEarlierDeadlineThatComesLaterIsKept) {
  const SocketWatchdog::Watch later(watchdog_, ends_[1], absl::InfiniteFuture());
  const SocketWatchdog::Watch earlier(watchdog_, ends_[0], absl::Now() + absl::Milliseconds(10));
  EXPECT_EQ(Read(), 0);
}

TEST_F(SocketWatchdogTest, ADeadlineInThePastShutsAtOnce) {
  const SocketWatchdog::Watch watch(watchdog_, ends_[0], absl::InfinitePast());
  EXPECT_EQ(Read(), 0);
}

TEST_F(SocketWatchdogTest, ASocketIsLeftAloneAfterItsWatch) {
  { const SocketWatchdog::Watch watch(watchdog_, ends_[0], absl::InfiniteFuture()); }
  int other[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, other), 0);
  {
    // Once this one has been shut down, the watchdog has looked at all of them.
    const SocketWatchdog::Watch watch(watchdog_, other[0], absl::InfinitePast());
    char byte;
    EXPECT_EQ(read(other[0], &byte, 1), 0);
  }
  close(other[0]);
  close(other[1]);
  ASSERT_EQ(write(ends_[1], "x", 1), 1);
  EXPECT_EQ(Read(), 1);
}

}  // namespace
}  // namespace eds
