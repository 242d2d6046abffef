#include <string>

#include "common/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/cli/cli_runner.h"

namespace eds::cli {
namespace {

using testing::HasSubstr;

v1::TailLogResponse Line(int64_t seconds, const std::string& message) {
  v1::TailLogResponse line;
  line.mutable_time()->set_seconds(1'800'000'000 + seconds);
  line.set_severity("INFO");
  line.set_message(message);
  return line;
}

absl::Status NodeGone() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kNodeNotConnected,
                   "mysql_node is not joined: start its agent");
}

TEST(Kato, ConfiguresANodeAsItsOperatorsType) {
  CliRunner runner;
  EXPECT_EQ(runner.Run("kato config set mysql_node mysql/host 127.0.0.1").out,
            "mysql_node: revision 1 not applied yet: mysql/user is not set\n");
  EXPECT_EQ(runner.Run("kato config set mysql_node mysql/pass yourpassword").out,
            "mysql_node: revision 2 not applied yet: mysql/user is not set\n");
  EXPECT_EQ(runner.Run("kato config set mysql_node mysql/port 3306").out,
            "mysql_node: revision 3 not applied yet: mysql/user is not set\n");
  EXPECT_EQ(runner.Run("kato config set mysql_node mysql/user root").out,
            "mysql_node: applied revision 4 (MariaDB 10.11.14 at 127.0.0.1:3306)\n");
  const CliResult restart = runner.Run("kato restart mysql_node");
  EXPECT_EQ(restart.code, 0);
  EXPECT_EQ(restart.out, "mysql_node: READY (MariaDB 10.11.14 at 127.0.0.1:3306)\n");
}

TEST(Kato, IsTheSameUnderEdsctlAndInAnyFolder) {
  CliRunner runner;
  EXPECT_EQ(runner.Run("edsctl kato config set postgresql_node postgresql/host h").code, 0);
  EXPECT_EQ(runner.Run("/opt/eds/bin/kato config get postgresql_node postgresql/host").out, "h\n");
  EXPECT_EQ(runner.Run("kato config get postgresql_node postgresql/port").err,
            "kato: postgresql/port is not set\n");
  EXPECT_EQ(runner.Run("kato config del postgresql_node postgresql/host").code, 0);
  EXPECT_EQ(runner.Run("kato config get postgresql_node").out, "KEY  VALUE\n");
}

TEST(Kato, TakesMysqlForMysqlNode) {
  CliRunner runner;
  runner.Run("kato config set mysql mysql/host=h mysql/user=root mysql/pass=x");
  EXPECT_EQ(runner.Run("kato restart mysql").out,
            "mysql_node: READY (MariaDB 10.11.14 at h:3306)\n");
}

TEST(Kato, TakesMysqlForANodeOfThatVeryId) {
  CliRunner runner;
  runner.controller().WithState([](FakeState& state) {
    v1::Node& node = state.nodes["nodes/mysql"];
    node.set_name("nodes/mysql");
    node.set_state(v1::Node::STATE_READY);
  });
  EXPECT_THAT(runner.Run("kato restart mysql").out, HasSubstr("mysql: READY"));
}

TEST(Kato, ShowsTheStatusOfTheNodes) {
  CliRunner runner;
  const CliResult result = runner.Run("kato status");
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("mysql_node"));
  EXPECT_THAT(result.out, HasSubstr("postgresql_node"));
}

TEST(Kato, TailsALogWithoutFollowing) {
  CliRunner runner;
  runner.controller().WithState([](FakeState& state) {
    state.log_streams.push_back(
        {.lines = {Line(0, "joined"), Line(1, "\x1b[31mred")}, .end = absl::OkStatus()});
  });
  const CliResult result = runner.Run("kato log tail postgresql_node -n 7 --no-follow");
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "2027-01-15T08:00:00.000000Z INFO joined\n"
            "2027-01-15T08:00:01.000000Z INFO \\u001b[31mred\n");
  runner.controller().WithState([](FakeState& state) {
    EXPECT_EQ(state.log_requests.at(0).name(), "nodes/postgresql_node");
    EXPECT_EQ(state.log_requests.at(0).lines(), 7);
    EXPECT_FALSE(state.log_requests.at(0).follow());
  });
}

TEST(Kato, GoesOnFollowingWhenTheNodeRestarts) {
  CliRunner runner;
  runner.controller().WithState([](FakeState& state) {
    state.log_streams.push_back({.lines = {Line(0, "one"), Line(1, "two")}, .end = NodeGone()});
    state.log_streams.push_back({.lines = {}, .end = NodeGone()});
    state.log_streams.push_back({.lines = {Line(0, "one"), Line(1, "two"), Line(2, "three")},
                                 .end = NodeNotFound("nodes/mysql_node")});
  });
  const CliResult result = runner.Run("kato log tail mysql_node");
  EXPECT_EQ(result.out,
            "2027-01-15T08:00:00.000000Z INFO one\n"
            "2027-01-15T08:00:01.000000Z INFO two\n"
            "2027-01-15T08:00:02.000000Z INFO three\n");
  EXPECT_EQ(result.err,
            "mysql_node went away; waiting for it\n"
            "kato: there is no node nodes/mysql_node [NODE_NOT_FOUND]\n");
  EXPECT_EQ(runner.sleeps().size(), 2u);
}

TEST(Kato, SaysAtOnceThatALogCannotBeFollowed) {
  CliRunner runner;
  runner.controller().WithState(
      [](FakeState& state) { state.log_streams.push_back({.lines = {}, .end = NodeGone()}); });
  const CliResult result = runner.Run("kato log tail mysql_node");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "kato: mysql_node is not joined: start its agent [NODE_NOT_CONNECTED]\n");
}

TEST(Kato, LogsComeAsJsonAndYamlToo) {
  CliRunner runner;
  for (int i = 0; i < 2; ++i) {
    runner.controller().WithState([](FakeState& state) {
      state.log_streams.push_back({.lines = {Line(0, "one")}, .end = absl::OkStatus()});
    });
  }
  EXPECT_EQ(runner.Run("edsctl node logs mysql_node -o json").out,
            R"({"severity":"INFO","message":"one","time":"2027-01-15T08:00:00Z"})"
            "\n");
  EXPECT_EQ(runner.Run("edsctl node logs mysql_node -o yaml").out,
            "- severity: INFO\n  message: one\n  time: \"2027-01-15T08:00:00Z\"\n");
}

}  // namespace
}  // namespace eds::cli
