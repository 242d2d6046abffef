#include "common/listen_address.h"

#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(ListenAddressTest, LoopbackAndUnixSocketsNeedNoLeave) {
  for (const char* address : {"127.0.0.1:7400", "127.9.9.9:1", "localhost:0", "[::1]:7400",
                              "unix:/run/eds.sock", "unix:relative"}) {
    EXPECT_TRUE(CheckListenAddress(address, false).ok()) << address;
  }
}

TEST(ListenAddressTest, OtherAddressesNeedInsecure) {
  for (const char* address : {"0.0.0.0:7400", "[::]:7400", "10.0.0.1:7400", "example.com:7400",
                              "1270.0.0.1:7400", "localhost.example.com:1"}) {
    EXPECT_EQ(CheckListenAddress(address, false).code(), absl::StatusCode::kInvalidArgument)
        << address;
    EXPECT_TRUE(CheckListenAddress(address, true).ok()) << address;
  }
}

TEST(ListenAddressTest, RefusesWhatIsNoAddress) {
  for (const char* address : {"", "7400", ":7400", "localhost", "localhost:", "localhost:x",
                              "localhost:65536", "localhost:-1", "unix:"}) {
    EXPECT_EQ(CheckListenAddress(address, true).code(), absl::StatusCode::kInvalidArgument)
        << address;
  }
}

}  // namespace
}  // namespace eds
