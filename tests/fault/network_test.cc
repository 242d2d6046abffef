// Bad networks: between a node and its server, and between a node and its controller.
// Whatever they do to a connection, no call is lost, and nothing is made twice.

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/fault/fault_stage.h"

namespace eds {
namespace {

using Direction = FaultProxy::Direction;

struct Network {
  std::string name;
  FaultProxy& (FaultStage::*of)();
};

struct Fault {
  std::string name;
  std::function<void(FaultProxy&)> begin;
  std::function<void(FaultProxy&)> end;
};

void PrintTo(const Network& network, std::ostream* out) { *out << network.name; }
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

void Pass(FaultProxy& proxy) { proxy.Pass(); }

// What was on its way is lost.
void ResetAndPass(FaultProxy& proxy) {
  proxy.Refuse();
  proxy.Pass();
}

Fault Cut(Direction direction, int64_t bytes) {
  const char* const to = direction == Direction::kToTarget ? "ToTarget" : "ToClient";
  return {absl::StrCat("CutAfter", bytes, "Bytes", to),
          [=](FaultProxy& proxy) { proxy.CutAfter(direction, bytes); }, &Pass};
}

std::vector<Fault> Faults() {
  return {
      {"Delay", [](FaultProxy& proxy) { proxy.Delay(absl::Milliseconds(50)); }, &Pass},
      {"BlackHoleThatEnds", [](FaultProxy& proxy) { proxy.BlackHole(); }, &Pass},
      {"BlackHoleThatLosesAll", [](FaultProxy& proxy) { proxy.BlackHole(); }, &ResetAndPass},
      {"Refuse", [](FaultProxy& proxy) { proxy.Refuse(); }, &Pass},
      {"HalfCloseToTarget", [](FaultProxy& proxy) { proxy.HalfClose(Direction::kToTarget); },
       &Pass},
      {"HalfCloseToClient", [](FaultProxy& proxy) { proxy.HalfClose(Direction::kToClient); },
       &Pass},
      Cut(Direction::kToTarget, 1),
      Cut(Direction::kToTarget, 100),
      Cut(Direction::kToClient, 1),
      Cut(Direction::kToClient, 100),
  };
}

class NetworkTest : public testing::TestWithParam<std::tuple<Engine, Network, Fault>> {};

TEST_P(NetworkTest, IsSurvived) {
  const auto& [engine, network, fault] = GetParam();
  auto stage = FaultStage::Set(engine);
  ASSERT_THAT(stage, IsOk());
  FaultProxy& proxy = (**stage.*network.of)();
  const int failed = (*stage)->Survive([&, &fault = fault] { fault.begin(proxy); },
                                       [&, &fault = fault] { fault.end(proxy); });
  // Steps do not go the way that the node takes to the controller.
  const bool spares_steps = fault.name == "Delay" || network.name == "ToController";
  EXPECT_TRUE(failed > 0 || spares_steps) << "nobody felt the fault";
}

std::string NameOf(const testing::TestParamInfo<NetworkTest::ParamType>& info) {
  const auto& [engine, network, fault] = info.param;
  return absl::StrCat(engine.name, network.name, fault.name);
}

INSTANTIATE_TEST_SUITE_P(Servers, NetworkTest,
                         testing::Combine(testing::Values(Mariadb(), Postgresql()),
                                          testing::Values(Network{"ToServer",
                                                                  &FaultStage::to_server}),
                                          testing::ValuesIn(Faults())),
                         NameOf);

INSTANTIATE_TEST_SUITE_P(Controllers, NetworkTest,
                         testing::Combine(testing::Values(Mariadb()),
                                          testing::Values(Network{"ToController",
                                                                  &FaultStage::to_controller},
                                                          Network{"ToNode", &FaultStage::to_node}),
                                          testing::ValuesIn(Faults())),
                         NameOf);

}  // namespace
}  // namespace eds
