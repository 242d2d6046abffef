#include "controller/controller_flags.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

ControllerFlags Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "controller");
  return ParseControllerFlags(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ControllerFlagsTest, WithoutFlagsTheDefaultsHold) {
  const ControllerFlags flags = Parse({});
  EXPECT_FALSE(flags.exit_code.has_value());
  EXPECT_EQ(flags.options.listen, "127.0.0.1:7400");
  EXPECT_FALSE(flags.options.insecure);
}

TEST(ControllerFlagsTest, EveryFlagIsTaken) {
  const ControllerFlags flags =
      Parse({"--listen=0.0.0.0:1", "--store=/s", "--key_file=/k", "--insecure"});
  EXPECT_FALSE(flags.exit_code.has_value());
  EXPECT_EQ(flags.options.listen, "0.0.0.0:1");
  EXPECT_EQ(flags.store, "/s");
  EXPECT_EQ(flags.options.key_file, "/k");
  EXPECT_TRUE(flags.options.insecure);
}

TEST(ControllerFlagsTest, AWrongCommandLineIsOneLineAndExitCode2) {
  for (const char* argument : {"--listn=127.0.0.1:1", "--listen=0.0.0.0:7400", "--listen=7400",
                               "--store=", "--key_file=", "extra"}) {
    testing::internal::CaptureStderr();
    const ControllerFlags flags = Parse({argument});
    const std::string error = testing::internal::GetCapturedStderr();
    EXPECT_EQ(flags.exit_code.value_or(0), 2) << argument;
    EXPECT_THAT(error, testing::StartsWith("controller: "));
    EXPECT_EQ(error.find('\n'), error.size() - 1) << error;
  }
}

TEST(ControllerFlagsTest, VersionIsPrinted) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(Parse({"--version"}).exit_code.value_or(1), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), testing::StartsWith("controller "));
}

}  // namespace
}  // namespace eds
