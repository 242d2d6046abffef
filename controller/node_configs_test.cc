#include "controller/node_configs.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/status_matchers.h"
#include "controller/provisioning_harness.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

class NodeConfigsTest : public testing::Test {
 protected:
  NodeConfigs& configs() { return harness_.configs(); }

  // What a newly joined agent is sent.
  node::v1::Configuration Sent() {
    harness_.Leave("mysql_node");
    node::v1::Hello hello;
    hello.set_node("mysql_node");
    hello.set_instance("mysql_node");
    EXPECT_THAT(harness_.directory().Join(hello, {},
                                          [&](const node::v1::JoinResponse& response) {
                                            if (response.has_configuration()) {
                                              sent_ = response.configuration();
                                            }
                                          }),
                IsOk());
    EXPECT_THAT(configs().SendTo("mysql_node"), IsOk());
    node::v1::Outcome outcome;
    outcome.set_revision(sent_.revision());
    harness_.directory().Record("mysql_node", outcome);
    return sent_;
  }

  node::v1::Configuration sent_;
  ProvisioningHarness harness_;
};

TEST_F(NodeConfigsTest, EveryChangeIsARevisionAndIsSentInFull) {
  ASSERT_THAT(configs().Set("mysql_node", {{"mysql/host", "a"}}, false, false), IsOk());
  const auto second = configs().Set("mysql_node", {{"mysql/pass", "pw"}}, false, false);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->revision(), 2);
  const node::v1::Configuration sent = Sent();
  EXPECT_EQ(sent.revision(), 2);
  EXPECT_EQ(sent.values().at("mysql/host"), "a");
  EXPECT_EQ(sent.values().at("mysql/pass"), "pw");
}

TEST_F(NodeConfigsTest, TheSameValuesMakeNoRevision) {
  ASSERT_THAT(configs().Set("mysql_node", {{"mysql/pass", "pw"}}, false, false), IsOk());
  EXPECT_EQ(configs().Set("mysql_node", {{"mysql/pass", "pw"}}, false, false)->revision(), 1);
}

TEST_F(NodeConfigsTest, ValidateOnlyIsNotKept) {
  EXPECT_EQ(configs().Set("mysql_node", {{"mysql/host", "a"}}, false, true)->revision(), 1);
  EXPECT_EQ(configs().Get("mysql_node")->revision(), 0);
}

TEST_F(NodeConfigsTest, UnsettingTakesAKeyBackToItsDefault) {
  ASSERT_THAT(configs().Set("mysql_node", {{"mysql/host", "a"}, {"mysql/port", "1"}}, false, false),
              IsOk());
  ASSERT_THAT(configs().Unset("mysql_node", {"mysql/port"}), IsOk());
  EXPECT_EQ(configs().EndpointOf("mysql_node")->port, 3306);
  EXPECT_EQ(configs().Unset("mysql_node", {"mysql/port"})->revision(), 2);
  EXPECT_THAT(configs().Unset("mysql_node", {"mysql/nosuch"}),
              FailsWith(absl::StatusCode::kInvalidArgument, Reason::kUnknownKey));
}

TEST_F(NodeConfigsTest, ApplicationsAreToldTheAdvertisedAddress) {
  ASSERT_THAT(configs().Set("mysql_node", {{"mysql/host", "a,b"}}, false, false), IsOk());
  EXPECT_EQ(configs().EndpointOf("mysql_node")->host, "a");
  ASSERT_THAT(configs().Set("mysql_node",
                            {{"mysql/advertise_host", "db.example"}, {"mysql/advertise_port", "1"}},
                            false, false),
              IsOk());
  EXPECT_EQ(configs().EndpointOf("mysql_node")->host, "db.example");
  EXPECT_EQ(configs().EndpointOf("mysql_node")->port, 1);
}

TEST_F(NodeConfigsTest, ANodeWithDatabasesExpectsItsServerUnlessForced) {
  v1::Server server;
  server.set_identity("one");
  ASSERT_THAT(configs().RecordServer("mysql_node", server), IsOk());
  ASSERT_THAT(configs().Set("mysql_node", {{"mysql/host", "a"}}, false, false), IsOk());
  EXPECT_EQ(Sent().expected_identity(), "");
  ASSERT_THAT(harness_.CreateDatabase(), IsOk());
  EXPECT_EQ(Sent().expected_identity(), "one");
  ASSERT_THAT(configs().Set("mysql_node", {{"mysql/host", "b"}}, /*force=*/true, false), IsOk());
  EXPECT_EQ(Sent().expected_identity(), "");
}

TEST_F(NodeConfigsTest, TheFirstDatabaseHoldsTheAgentToItsServer) {
  v1::Server server;
  server.set_identity("one");
  ASSERT_THAT(configs().RecordServer("mysql_node", server), IsOk());
  ASSERT_THAT(configs().Set("mysql_node", {{"mysql/host", "a"}}, false, false), IsOk());
  EXPECT_EQ(Sent().expected_identity(), "");
  ASSERT_THAT(harness_.CreateDatabase(), IsOk());
  EXPECT_EQ(sent_.expected_identity(), "one");
  sent_.Clear();
  ASSERT_THAT(harness_.CreateDatabase(), IsOk());
  EXPECT_EQ(sent_.expected_identity(), "") << "told twice";
}

TEST_F(NodeConfigsTest, ANameBelongsToOneKind) {
  EXPECT_THAT(configs().Admit("mysql_node", v1::KIND_POSTGRESQL),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kNodeIdInUse));
  EXPECT_THAT(configs().Admit("postgresql_node", v1::KIND_MYSQL),
              FailsWith(absl::StatusCode::kAlreadyExists, Reason::kNodeIdInUse));
  EXPECT_THAT(configs().Admit("mysql_node", v1::KIND_MYSQL), IsOk());
}

TEST_F(NodeConfigsTest, WhoJoinsLaterHasTheHigherEpoch) {
  int64_t last = 0;
  for (const char* node : {"mysql_node", "mysql_two", "mysql_node", "mysql_node"}) {
    const auto epoch = configs().Admit(node, v1::KIND_MYSQL);
    ASSERT_THAT(epoch, IsOk());
    EXPECT_GT(*epoch, last);
    last = *epoch;
    harness_.Restart();
  }
}

TEST_F(NodeConfigsTest, JoiningAgainChangesNothingThatIsKnownOfTheNode) {
  StoredNode node = *harness_.catalog().GetNode("mysql_node");
  node.record.set_cordoned(true);
  node.record.set_server_identity("one");
  ASSERT_THAT(harness_.catalog().PutNode(node), IsOk());
  ASSERT_THAT(configs().Admit("mysql_node", v1::KIND_MYSQL), IsOk());
  EXPECT_EQ(harness_.catalog().GetNode("mysql_node")->record.SerializeAsString(),
            node.record.SerializeAsString());
}

TEST_F(NodeConfigsTest, ARepeatChangesNothingWhateverWasChangedSince) {
  const RequestKey request{.id = "r1", .method = "SetConfig", .fingerprint = "f"};
  const auto set = [&](const std::string& pass, const RequestKey& key) {
    return harness_.configs().Set("mysql_node", {{"mysql/pass", pass}}, false, false, key);
  };
  ASSERT_EQ(set("one", request)->revision(), 1);
  ASSERT_EQ(set("two", {})->revision(), 2);
  harness_.Restart();
  EXPECT_EQ(set("one", request)->revision(), 2);
  EXPECT_EQ(harness_.configs().Unset("mysql_node", {"mysql/pass"}, {.id = "r2"})->revision(), 3);
  ASSERT_EQ(set("three", {})->revision(), 4);
  EXPECT_EQ(harness_.configs().Unset("mysql_node", {"mysql/pass"}, {.id = "r2"})->revision(), 4);
}

TEST_F(NodeConfigsTest, ARepeatOfWhatMadeNoDifferenceChangesNothingEither) {
  const auto set = [&](const std::string& host, const std::string& id) {
    return harness_.configs().Set("mysql_node", {{"mysql/host", host}}, false, false, {.id = id});
  };
  ASSERT_EQ(set("a", "")->revision(), 1);
  ASSERT_EQ(set("a", "r1")->revision(), 1);
  ASSERT_EQ(set("b", "")->revision(), 2);
  EXPECT_EQ(set("a", "r1")->revision(), 2);
}

TEST_F(NodeConfigsTest, TheSameRequestIdWithOtherParametersIsRefused) {
  const auto set = [&](const std::string& fingerprint) {
    return harness_.configs().Set("mysql_node", {{"mysql/host", fingerprint}}, false, false,
                                  {.id = "r1", .method = "SetConfig", .fingerprint = fingerprint});
  };
  ASSERT_THAT(set("a"), IsOk());
  EXPECT_THAT(set("b"), FailsWith(absl::StatusCode::kAlreadyExists, Reason::kRequestIdReused));
}

}  // namespace
}  // namespace eds
