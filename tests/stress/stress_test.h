#ifndef EDS_TESTS_STRESS_STRESS_TEST_H_
#define EDS_TESTS_STRESS_STRESS_TEST_H_

#include <cstdint>
#include <memory>
#include <string>

#include "common/clock.h"
#include "common/random.h"
#include "gtest/gtest.h"
#include "node/database_server.h"
#include "tests/fixtures/engines.h"
#include "tests/stress/stress_run.h"

namespace eds {

// To be instantiated with one engine. EDS_STRESS_OBJECTS in the environment makes it longer,
// EDS_STRESS_SEED repeats the choices of another run.
class StressTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override;

  bool is_mysql() const { return GetParam().kind == "mysql"; }
  StressPlan Plan() const;
  absl::Status LogIn(const UserSpec& user, const Secret& password) const;
  std::string CountRemains() const;

  const std::string installation_ = "7stress1";
  uint64_t seed_ = 0;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<PrivateServer> server_;
  std::unique_ptr<DatabaseServer> admin_;
};

}  // namespace eds

#endif  // EDS_TESTS_STRESS_STRESS_TEST_H_
