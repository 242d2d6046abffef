// A process or a server that ends while statements are being carried out: the outcome
// of each is unknown, and some of them still take effect when nobody waits any more.

#include <signal.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/fault/fault_stage.h"

namespace eds {
namespace {

// Lets no statement come to its end that makes or changes a database or a user.
class HeldStatements {
 public:
  HeldStatements(const PrivateServer& server, const std::string& kind)
      : is_mysql_(kind == "mysql"), session_(server.Connect(server.admin()).value()) {
    if (is_mysql_) {
      EXPECT_THAT(session_->Run("FLUSH TABLES WITH READ LOCK"), IsOk());
    } else {
      EXPECT_THAT(session_->Run("BEGIN"), IsOk());
      EXPECT_THAT(session_->Run("LOCK TABLE pg_database, pg_authid IN SHARE MODE"), IsOk());
    }
  }

  // Waits until there are so many.
  void Await(int count) {
    while (Count() < count) {
    }
  }

 private:
  int Count() {
    const auto rows = session_->Run(
        is_mysql_ ? "SHOW PROCESSLIST" : "SELECT 'Waiting for' FROM pg_locks WHERE NOT granted");
    EXPECT_THAT(rows, IsOk());
    int waiting = 0;
    for (const Row& row : rows.value_or(Rows())) {
      for (const auto& field : row) waiting += absl::StrContains(field.value_or(""), "Waiting for");
    }
    return waiting;
  }

  const bool is_mysql_;
  const std::unique_ptr<SqlSession> session_;  // Its end lets them go on.
};

// What happens while they are held.
struct Event {
  std::string name;
  std::function<void(FaultStage&)> happen;
};

void PrintTo(const Event& event, std::ostream* out) { *out << event.name; }

void KillAndStart(FaultStage& stage, const std::string& process) {
  stage.eds().EndProcess(process, SIGKILL);
  EXPECT_THAT(stage.eds().StartProcess(process), IsOk());
  // What is done next, and whoever waits for it, begins anew beside the old statements.
  stage.AwaitNode();
}

std::vector<Event> Events() {
  return {
      {"Nothing", [](FaultStage&) {}},
      {"TheServerIsRestarted",
       [](FaultStage& stage) { EXPECT_THAT(stage.server().Restart(), IsOk()); }},
      {"TheServerCrashes",
       [](FaultStage& stage) {
         stage.server().Kill();
         EXPECT_THAT(stage.server().Restart(), IsOk());
       }},
      {"TheNodeIsKilled", [](FaultStage& stage) { KillAndStart(stage, stage.node()); }},
      {"TheControllerIsKilled", [](FaultStage& stage) { KillAndStart(stage, "controller"); }},
  };
}

class MidStatementTest : public testing::TestWithParam<std::tuple<Engine, Event>> {};

TEST_P(MidStatementTest, NothingIsLostOrMadeTwice) {
  const auto& [engine, event] = GetParam();
  auto stage = FaultStage::Set(engine);
  ASSERT_THAT(stage, IsOk());
  std::unique_ptr<HeldStatements> held;
  const auto hold = [&] {
    held = std::make_unique<HeldStatements>((*stage)->server(), (*stage)->kind());
  };
  const auto happen = [&, &event = event] {
    held->Await(4);
    event.happen(**stage);
    held.reset();
  };
  EXPECT_EQ((*stage)->Survive(hold, happen), 4);
}

INSTANTIATE_TEST_SUITE_P(Engines, MidStatementTest,
                         testing::Combine(testing::ValuesIn(AllEngines()),
                                          testing::ValuesIn(Events())),
                         [](const auto& info) {
                           return absl::StrCat(std::get<0>(info.param).name,
                                               std::get<1>(info.param).name);
                         });

}  // namespace
}  // namespace eds
