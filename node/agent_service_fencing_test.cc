// Steps that come too late: from before the agent joined again, of an earlier operation,
// or for another agent.

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "node/agent_service_fixture.h"

namespace eds {
namespace {

using absl::StatusCode;
using node::v1::NodeAgentService;
using ServerStep = FakeDatabaseServer::Step;

node::v1::DropDatabaseRequest Drop(const std::string& name, int64_t epoch) {
  auto request = For(node::v1::DropDatabaseRequest());
  request.mutable_target()->set_epoch(epoch);
  request.set_database(name);
  request.set_owner("o" + name);
  return request;
}

// Holds back every step on a server from now on.
class HeldSteps {
 public:
  explicit HeldSteps(FakeDatabaseServer& server) {
    server.OnStep([this](ServerStep) {
      if (!begun_.HasBeenNotified()) begun_.Notify();
      go_on_.WaitForNotification();
    });
  }
  void AwaitBegin() { begun_.WaitForNotification(); }
  void GoOn() { go_on_.Notify(); }

 private:
  absl::Notification begun_;
  absl::Notification go_on_;
};

TEST_F(AgentServiceTest, AStepForAnotherAgentIsNotDone) {
  Install();
  for (const auto& [node, instance, session] :
       std::vector<std::array<std::string, 3>>{{"pg", "second", "joined"},
                                               {"other", "first", "joined"},
                                               {"pg", "first", "earlier"},
                                               {"pg", "first", ""},
                                               {"", "", ""}}) {
    auto request = Database("da1");
    request.mutable_target()->set_node(node);
    request.mutable_target()->set_instance(instance);
    request.mutable_target()->set_session(session);
    EXPECT_THAT(CreateDatabase(request),
                FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  }
  auto request = Database("da1");
  request.clear_target();
  EXPECT_THAT(CreateDatabase(request),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_FALSE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, BeforeItJoinsAnAgentObeysNobody) {
  Install();
  service_->Obey("");
  auto request = Database("da1");
  request.mutable_target()->clear_session();
  EXPECT_THAT(CreateDatabase(request),
              FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
}

TEST_F(AgentServiceTest, AStepThatWaitedWhileTheAgentJoinedAgainIsNotDone) {
  Serve({.workers = 1, .queue = 1, .log_streams = 1});
  Install();
  HeldSteps held(database_);
  std::thread running([&] { EXPECT_THAT(CreateDatabase(Database("da1")), IsOk()); });
  held.AwaitBegin();
  // Of two more, one waits when the other is refused.
  absl::Mutex mutex;
  std::vector<absl::Status> answers;
  std::vector<std::thread> callers;
  for (const char* name : {"da2", "da3"}) {
    callers.emplace_back([&, name] {
      const absl::Status status = CreateDatabase(Database(name));
      absl::MutexLock lock(&mutex);
      answers.push_back(status);
    });
  }
  const auto refused = [&] { return !answers.empty(); };
  {
    absl::MutexLock lock(&mutex, absl::Condition(&refused));
    EXPECT_THAT(answers.front(), FailsWith(StatusCode::kResourceExhausted, Reason::kNodeBusy));
  }
  service_->Obey("joined anew");
  held.GoOn();
  running.join();
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(answers.back(), FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  EXPECT_TRUE(database_.HasDatabase("da1"));
  EXPECT_FALSE(database_.HasDatabase("da2") || database_.HasDatabase("da3"));
}

TEST_F(AgentServiceTest, AStepThatMeetsOneFromBeforeTheAgentJoinedAgainWaitsForIt) {
  Install();
  ASSERT_THAT(CreateDatabase(Database("da1")), IsOk());
  HeldSteps held(database_);
  std::thread earlier(
      [&] { EXPECT_THAT(Ask(&NodeAgentService::Stub::DropDatabase, Drop("da1", 1)), IsOk()); });
  held.AwaitBegin();
  service_->Obey("joined anew");
  std::thread later([&] {
    auto request = Database("da1");
    request.mutable_target()->set_session("joined anew");
    request.mutable_target()->set_epoch(2);
    EXPECT_THAT(CreateDatabase(request), IsOk());
  });
  held.GoOn();
  earlier.join();
  later.join();
  EXPECT_TRUE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, AStepThatWaitedForAnotherWhileTheAgentJoinedAgainIsNotDone) {
  Install();
  HeldSteps held(database_);
  std::thread running([&] { EXPECT_THAT(CreateDatabase(Database("da1")), IsOk()); });
  held.AwaitBegin();
  std::thread waiting([&] {
    EXPECT_THAT(Ask(&NodeAgentService::Stub::DropDatabase, Drop("da1", 0)),
                FailsWith(StatusCode::kUnavailable, Reason::kNodeNotConnected));
  });
  fence_clock_.AwaitWaiting();
  service_->Obey("joined anew");
  held.GoOn();
  running.join();
  waiting.join();
  EXPECT_TRUE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, AStepOfAnEarlierOperationIsNotDone) {
  Install();
  auto request = Database("da1");
  request.mutable_target()->set_epoch(7);
  EXPECT_THAT(CreateDatabase(request), IsOk());
  EXPECT_THAT(Ask(&NodeAgentService::Stub::DropDatabase, Drop("da1", 6)),
              FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  EXPECT_TRUE(database_.HasDatabase("da1"));
  EXPECT_THAT(Ask(&NodeAgentService::Stub::DropDatabase, Drop("da1", 8)), IsOk());
  EXPECT_THAT(CreateDatabase(request), FailsWith(StatusCode::kAborted, Reason::kStaleOperation));
  EXPECT_FALSE(database_.HasDatabase("da1"));
}

TEST_F(AgentServiceTest, EveryKindOfStepIsFenced) {
  using Stub = NodeAgentService::Stub;
  Install();
  const auto stale = FailsWith(StatusCode::kAborted, Reason::kStaleOperation);
  const auto at = [](int64_t epoch, auto request) {
    request.mutable_target()->set_epoch(epoch);
    return request;
  };
  ASSERT_THAT(CreateDatabase(at(9, Database("da1"))), IsOk());
  auto adopt = at(1, For(node::v1::AdoptDatabaseRequest()));
  adopt.set_database("da1");
  adopt.set_owner("oda1");
  adopt.set_expected_owner("somebody");
  EXPECT_THAT(Ask(&Stub::AdoptDatabase, adopt), stale);
  EXPECT_THAT(Ask(&NodeAgentService::Stub::DropDatabase, Drop("da1", 1)), stale);
  const auto create = User<node::v1::CreateUserRequest>("ua1");
  EXPECT_THAT(Ask(&Stub::CreateUser, at(8, create)), IsOk()) << "another object";
  EXPECT_THAT(Ask(&Stub::CreateUser, at(1, create)), stale);
  EXPECT_THAT(Ask(&Stub::SetUserPassword, at(1, User<node::v1::SetUserPasswordRequest>("ua1"))),
              stale);
  EXPECT_THAT(Ask(&Stub::LockUser, at(1, User<node::v1::LockUserRequest>("ua1"))), stale);
  EXPECT_THAT(Ask(&Stub::DropUser, at(1, User<node::v1::DropUserRequest>("ua1"))), stale);
  EXPECT_TRUE(database_.CanLogIn("ua1", Secret("pw-ua1"), "da1"));
  node::v1::InspectUserResponse inspected;
  EXPECT_THAT(Ask(&Stub::InspectUser, User<node::v1::InspectUserRequest>("ua1"), &inspected),
              IsOk());
}

TEST_F(AgentServiceTest, AServerThatIsClaimedByAnotherIsReportedAtOnceAndNotTouchedAgain) {
  Install();
  database_.FailNext(ServerStep::kCreateDatabase,
                     MakeError(StatusCode::kFailedPrecondition, Reason::kServerClaimed,
                               "claimed by a later agent of this node"));
  const auto claimed = FailsWith(StatusCode::kFailedPrecondition, Reason::kServerClaimed);
  EXPECT_THAT(CreateDatabase(Database("da1")), claimed);
  EXPECT_THAT(slot_.State().health, claimed);
  const int64_t steps = database_.steps();
  EXPECT_THAT(CreateDatabase(Database("da1")), claimed);
  EXPECT_EQ(database_.steps(), steps);
}

}  // namespace
}  // namespace eds
