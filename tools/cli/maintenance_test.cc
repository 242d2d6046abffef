#include <string>

#include "common/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tools/cli/cli_runner.h"

namespace eds::cli {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

class MaintenanceTest : public testing::Test {
 protected:
  CliResult Run(const std::string& line) { return runner_.Run(line); }
  // Of a command that is to succeed.
  std::string Out(const std::string& line) {
    const CliResult result = Run(line);
    EXPECT_EQ(result.code, 0) << line << ": " << result.err;
    return result.out;
  }

  void AddOperation(const std::string& resource) {
    v1::Operation operation;
    operation.set_resource(resource);
    operation.set_kind(v1::Operation::KIND_CREATE);
    operation.set_node("nodes/mysql_node");
    operation.mutable_start_time()->set_seconds(1'800'000'000);
    operation.set_attempts(3);
    operation.set_reason("SERVER_UNREACHABLE");
    operation.set_condition("the server cannot be reached");
    operation.mutable_next_try_time()->set_seconds(1'800'000'008);
    runner_.controller().WithState(
        [&](FakeState& state) { state.operations.push_back(operation); });
  }

  void Find(v1::Discrepancy::Kind kind, v1::Discrepancy::Action action) {
    v1::Discrepancy found;
    found.set_kind(kind);
    found.set_action(action);
    found.set_server_name("uabc");
    found.set_detail("it is not there");
    found.set_remedy("do this");
    runner_.controller().WithState(
        [&](FakeState& state) { *state.reconciliation.add_discrepancies() = found; });
  }

  v1::ReconcileNodeRequest Asked() {
    return runner_.controller().WithState(
        [](FakeState& state) { return state.reconciliations.at(0); });
  }

  CliRunner runner_;
};

TEST_F(MaintenanceTest, OperationsAreListedWithReasonAttemptsAndNextTry) {
  AddOperation("databases/a/users/b");
  EXPECT_EQ(Out("edsctl operation list"),
            "RESOURCE             KIND    NODE        BEGUN                 ATTEMPTS  "
            "NEXT TRY              REASON              CONDITION\n"
            "databases/a/users/b  CREATE  mysql_node  2027-01-15T08:00:00Z  3         "
            "2027-01-15T08:00:08Z  SERVER_UNREACHABLE  the server cannot be reached\n");
}

TEST_F(MaintenanceTest, EveryPageIsAskedForUpToTheLimit) {
  for (int i = 0; i < 5; ++i) AddOperation("databases/a" + std::to_string(i));
  EXPECT_EQ(Json::parse(Out("edsctl operation list -o json")).at("operations").size(), 5u);
  EXPECT_EQ(Json::parse(Out("edsctl operation list --limit 3 -o json")).at("operations").size(),
            3u);
}

TEST_F(MaintenanceTest, PurgesAreListedWithTheirCause) {
  v1::Purge purge;
  purge.set_node("nodes/mysql_node");
  purge.set_server_name("dabc");
  purge.set_display_name("orders");
  purge.set_cause(v1::Purge::CAUSE_EXPIRED);
  purge.set_user_count(2);
  purge.mutable_purge_time()->set_seconds(1'800'000'000);
  runner_.controller().WithState([&](FakeState& state) { state.purges.push_back(purge); });
  EXPECT_THAT(Out("edsctl purge list"),
              HasSubstr("2027-01-15T08:00:00Z  mysql_node  dabc         orders  EXPIRED  2"));
  EXPECT_THAT(Out("edsctl purge list -o yaml"), HasSubstr("CAUSE_EXPIRED"));
}

TEST_F(MaintenanceTest, AgreementIsSaidInOneLine) {
  runner_.controller().WithState(
      [](FakeState& state) { state.reconciliation.set_object_count(12); });
  EXPECT_EQ(Out("edsctl reconcile mysql_node"),
            "mysql_node: server and records agree (12 objects)\n");
  EXPECT_FALSE(Asked().purge());
  EXPECT_EQ(Asked().max_purge_percent(), 0);
}

TEST_F(MaintenanceTest, PurgeAndItsShareAreAskedFor) {
  Out("edsctl reconcile nodes/mysql_node --purge --max-share 25");
  EXPECT_EQ(Asked().name(), "nodes/mysql_node");
  EXPECT_TRUE(Asked().purge());
  EXPECT_EQ(Asked().max_purge_percent(), 25);
}

TEST_F(MaintenanceTest, WhatWasMendedOrPurgedIsNoFailure) {
  Find(v1::Discrepancy::KIND_MISSING, v1::Discrepancy::ACTION_MENDED);
  Find(v1::Discrepancy::KIND_UNKNOWN, v1::Discrepancy::ACTION_PURGED);
  const std::string out = Out("edsctl reconcile mysql_node");
  EXPECT_THAT(out, HasSubstr("MISSING  MENDED  uabc"));
  EXPECT_THAT(out, HasSubstr("UNKNOWN  PURGED  uabc"));
}

TEST_F(MaintenanceTest, WhatIsLeftIsAFailureAfterTheTable) {
  Find(v1::Discrepancy::KIND_MISSING, v1::Discrepancy::ACTION_REPORTED);
  Find(v1::Discrepancy::KIND_LACKING, v1::Discrepancy::ACTION_FAILED);
  Find(v1::Discrepancy::KIND_LACKING, v1::Discrepancy::ACTION_MENDED);
  const CliResult result = Run("edsctl reconcile mysql_node");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("it is not there  do this"));
  EXPECT_EQ(result.err, "edsctl: 2 differences are left on mysql_node\n");
}

TEST_F(MaintenanceTest, WhatWasNotShownIsTold) {
  Find(v1::Discrepancy::KIND_MISSING, v1::Discrepancy::ACTION_REPORTED);
  runner_.controller().WithState(
      [](FakeState& state) { state.reconciliation.set_omitted_count(7); });
  EXPECT_EQ(Run("edsctl reconcile mysql_node").err,
            "edsctl: 8 differences are left on mysql_node, 7 of them not shown\n");
}

TEST_F(MaintenanceTest, ErrorsNameTheOption) {
  runner_.controller().FailNext("ReconcileNode",
                                InvalidField("max_purge_percent", "must be 0 to 100"));
  EXPECT_EQ(Run("edsctl reconcile mysql_node --purge --max-share 101").err,
            "edsctl: --max-share: must be 0 to 100 [INVALID_FIELD]\n");
  EXPECT_EQ(Run("edsctl reconcile nowhere").err,
            "edsctl: there is no node nodes/nowhere [NODE_NOT_FOUND]\n");
  EXPECT_EQ(Run("edsctl reconcile mysql_node --max-share 5").code, 2);
}

TEST_F(MaintenanceTest, ASweepThatRunsAlreadyIsWaitedFor) {
  runner_.controller().FailNext(
      "ReconcileNode",
      WithRetryAfter(MakeError(absl::StatusCode::kAborted, Reason::kOperationInProgress, "busy"),
                     absl::Seconds(1)));
  Out("edsctl reconcile mysql_node");
  EXPECT_EQ(runner_.sleeps().size(), 1u);
}

}  // namespace
}  // namespace eds::cli
