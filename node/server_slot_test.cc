#include "node/server_slot.h"

#include <memory>
#include <vector>

#include "common/clock.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "node/fake_database_server.h"

namespace eds {
namespace {

using absl::StatusCode;

absl::Status NotConfigured() {
  return MakeError(StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured, "not configured");
}
absl::Status Unreachable() {
  return MakeError(StatusCode::kUnavailable, Reason::kServerUnreachable, "unreachable");
}
ServerInfo Info(const std::string& identity) {
  return {.flavour = "MySQL", .version = "9.7.0", .identity = identity, .address = "db:1"};
}

class ServerSlotTest : public testing::Test {
 protected:
  std::shared_ptr<DatabaseServer> NewServer() {
    ServerConfig config;
    config.hosts = {"db"};
    return *database_.Open(config, absl::InfiniteFuture());
  }

  SystemClock clock_;
  FakeDatabaseServer database_{clock_, {.hosts = {"db"}}};
  std::vector<SlotState> told_;
  ServerSlot slot_{NotConfigured(), [this](const SlotState& state) { told_.push_back(state); }};
};

TEST_F(ServerSlotTest, BeginsEmptyForAReason) {
  EXPECT_THAT(slot_.Get(), FailsWith(StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured));
  EXPECT_EQ(slot_.State().revision, 0);
}

TEST_F(ServerSlotTest, ARefusalIsTheReasonUntilThereIsAServer) {
  slot_.Refuse(Unreachable());
  EXPECT_THAT(slot_.Get(), FailsWith(StatusCode::kUnavailable, Reason::kServerUnreachable));
  slot_.Install(1, NewServer(), Info("one"), "");
  slot_.Refuse(Unreachable());
  EXPECT_THAT(slot_.Get(), IsOk());
  EXPECT_THAT(slot_.State().health, IsOk());
}

TEST_F(ServerSlotTest, AStepKeepsTheServerThatItBeganOn) {
  slot_.Install(1, NewServer(), Info("one"), "");
  const std::shared_ptr<DatabaseServer> held = *slot_.Get();
  slot_.Install(2, NewServer(), Info("one"), "");
  EXPECT_NE(held, *slot_.Get());
  EXPECT_THAT(held->Probe(absl::InfiniteFuture()), IsOk());
}

TEST_F(ServerSlotTest, AProbeOfAServerThatIsGoneSaysNothing) {
  const auto old = NewServer();
  slot_.Install(1, old, Info("one"), "");
  slot_.Install(2, NewServer(), Info("one"), "");
  slot_.RecordProbe(*old, Unreachable());
  EXPECT_THAT(slot_.State().health, IsOk());
}

TEST_F(ServerSlotTest, AnUnreachableServerMayStillBeTried) {
  const auto server = NewServer();
  slot_.Install(1, server, Info("one"), "");
  slot_.RecordProbe(*server, Unreachable());
  EXPECT_THAT(slot_.State().health, HasCode(StatusCode::kUnavailable));
  EXPECT_THAT(slot_.Get(), IsOk());
}

TEST_F(ServerSlotTest, AServerOfAnotherIdentityIsRefusedUntilTheRightOneAnswers) {
  const auto server = NewServer();
  slot_.Install(1, server, Info("one"), "one");
  slot_.RecordProbe(*server, Info("two"));
  EXPECT_THAT(slot_.Get(),
              FailsWith(StatusCode::kFailedPrecondition, Reason::kServerIdentityChanged));
  slot_.RecordProbe(*server, Unreachable());
  EXPECT_THAT(slot_.Get(), HasCode(StatusCode::kFailedPrecondition));
  slot_.RecordProbe(*server, Info("one"));
  EXPECT_THAT(slot_.Get(), IsOk());
}

TEST_F(ServerSlotTest, ItsListenerIsToldTheNewestState) {
  slot_.Install(1, NewServer(), Info("one"), "");
  slot_.Expect("two");
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[0].revision, 1);
  EXPECT_THAT(told_[0].health, IsOk());
  EXPECT_THAT(told_[1].health, HasCode(StatusCode::kFailedPrecondition));
}

TEST_F(ServerSlotTest, AServerThatAnotherAgentHasClaimedIsRefusedUntilItIsOpenedAnew) {
  const auto server = NewServer();
  const auto claimed = FailsWith(StatusCode::kFailedPrecondition, Reason::kServerClaimed);
  slot_.Install(1, server, Info("one"), "");
  slot_.RecordProbe(*server, MakeError(StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                                       "another agent works on it"));
  EXPECT_THAT(slot_.Get(), claimed);
  slot_.RecordProbe(*server, Info("one"));
  EXPECT_THAT(slot_.Get(), claimed);
  slot_.Install(1, NewServer(), Info("one"), "");
  EXPECT_THAT(slot_.Get(), IsOk());
}

}  // namespace
}  // namespace eds
