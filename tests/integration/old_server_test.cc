// A server that is too old for EDS.

#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/random.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_server.h"
#include "tests/fixtures/mariadb_server.h"

namespace eds {
namespace {

TEST(OldServer, IsRefusedByNameAndVersion) {
  const auto server = PrivateMariadbServer::Start({.installation = "mariadb-10.2"});
  if (absl::IsUnavailable(server.status())) GTEST_SKIP() << server.status().message();
  ASSERT_THAT(server, IsOk());
  const Login admin = (*server)->admin();
  SystemClock clock;
  SystemRandom random;
  const auto opened = OpenMysqlServer(
      {.hosts = {admin.host}, .port = admin.port, .user = admin.user, .password = admin.password},
      clock, random, absl::Now() + absl::Seconds(30));
  EXPECT_THAT(opened, FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kServerTooOld));
  EXPECT_THAT(std::string(opened.status().message()),
              testing::HasSubstr("MariaDB 10.2.11 is too old: EDS needs MariaDB 10.4"));
}

}  // namespace
}  // namespace eds
