#include "node/node_flags.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

struct Parsed {
  NodeFlags flags;
  std::string out;
  std::string err;
};

Parsed Parse(const std::vector<const char*>& arguments) {
  AgentOptions defaults;
  defaults.kind = v1::KIND_MYSQL;
  defaults.node = "mysql_node";
  defaults.controller = "127.0.0.1:7400";
  defaults.listen = "127.0.0.1:7401";
  std::vector<const char*> argv = {"mysql_node"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Parsed parsed;
  parsed.flags = ParseNodeFlags(static_cast<int>(argv.size()), argv.data(), defaults);
  parsed.out = testing::internal::GetCapturedStdout();
  parsed.err = testing::internal::GetCapturedStderr();
  return parsed;
}

TEST(NodeFlagsTest, WithoutFlagsTheDefaultsHold) {
  const Parsed parsed = Parse({});
  EXPECT_FALSE(parsed.flags.exit_code) << parsed.err;
  EXPECT_EQ(parsed.flags.options.node, "mysql_node");
  EXPECT_EQ(parsed.flags.options.controller, "127.0.0.1:7400");
  EXPECT_EQ(parsed.flags.options.listen, "127.0.0.1:7401");
  EXPECT_EQ(parsed.flags.options.advertise, "");
  EXPECT_FALSE(parsed.flags.options.insecure);
}

TEST(NodeFlagsTest, EveryFlagIsTaken) {
  const Parsed parsed =
      Parse({"--id=mysql-2", "--controller", "controller.example:7400", "--listen=0.0.0.0:7401",
             "--advertise=node.example:7401", "--insecure"});
  EXPECT_FALSE(parsed.flags.exit_code) << parsed.err;
  EXPECT_EQ(parsed.flags.options.node, "mysql-2");
  EXPECT_EQ(parsed.flags.options.controller, "controller.example:7400");
  EXPECT_EQ(parsed.flags.options.listen, "0.0.0.0:7401");
  EXPECT_EQ(parsed.flags.options.advertise, "node.example:7401");
  EXPECT_TRUE(parsed.flags.options.insecure);
}

TEST(NodeFlagsTest, UnixSocketsAreAddresses) {
  const Parsed parsed = Parse({"--controller=unix:/run/c.sock", "--listen=unix:/run/n.sock"});
  EXPECT_FALSE(parsed.flags.exit_code) << parsed.err;
}

TEST(NodeFlagsTest, AWrongCommandLineIsOneLineAndExitCode2) {
  const std::vector<std::vector<const char*>> cases = {
      {"--listn=127.0.0.1:1"},
      {"--listen"},
      {"extra"},
      {"--insecure=maybe"},
      {"--id=Upper"},
      {"--id="},
      {"--listen=127.0.0.1"},
      {"--listen=127.0.0.1:70000"},
      {"--listen=0.0.0.0:7401"},
      {"--listen=0.0.0.0:7401", "--insecure"},
      {"--listen=[::]:7401", "--insecure"},
      {"--controller=controller.example:7400"},
      {"--controller=127.0.0.1:0"},
      {"--controller=127.0.0.1"},
      {"--controller="},
      {"--advertise=node.example:7401"},
      {"--advertise=0.0.0.0:7401", "--insecure"},
      {"--advertise=nowhere", "--insecure"},
  };
  for (const auto& arguments : cases) {
    const Parsed parsed = Parse(arguments);
    EXPECT_EQ(parsed.flags.exit_code.value_or(0), 2) << arguments[0];
    EXPECT_TRUE(absl::StartsWith(parsed.err, "mysql_node: ")) << parsed.err;
    EXPECT_EQ(parsed.err.find('\n'), parsed.err.size() - 1) << parsed.err;
    EXPECT_EQ(parsed.out, "");
  }
}

TEST(NodeFlagsTest, VersionAndHelpArePrinted) {
  const Parsed version = Parse({"--version"});
  EXPECT_EQ(version.flags.exit_code.value_or(1), 0);
  EXPECT_TRUE(absl::StartsWith(version.out, "mysql_node ")) << version.out;
  const Parsed help = Parse({"--help"});
  EXPECT_EQ(help.flags.exit_code.value_or(1), 0);
  for (const char* flag : {"--controller", "--listen", "--advertise", "--id", "--insecure"}) {
    EXPECT_TRUE(absl::StrContains(help.out, flag)) << help.out;
  }
}

}  // namespace
}  // namespace eds
