// Many at once, on one server.

#include "tests/stress/stress_test.h"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/random.h"
#include "common/status_macros.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_server.h"
#include "postgresql_node/postgresql_server.h"

namespace eds {
namespace {

constexpr int kObjects = 300;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  uint64_t number = 0;
  const char* const text = std::getenv(name);
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

// What would be left of `$0`, the installation.
constexpr absl::string_view kMysqlRemains =
    "SELECT (SELECT count(*) FROM mysql.user WHERE User LIKE '_$0%') + "
    "(SELECT count(*) FROM mysql.db WHERE Db LIKE '_$0%' OR User LIKE '_$0%') + "
    "(SELECT count(*) FROM mysql.tables_priv WHERE Db LIKE '_$0%' OR User LIKE '_$0%') + "
    "(SELECT count(*) FROM mysql.columns_priv WHERE Db LIKE '_$0%' OR User LIKE '_$0%') + "
    "(SELECT count(*) FROM mysql.procs_priv WHERE Db LIKE '_$0%' OR User LIKE '_$0%') + "
    "(SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '_$0%')";
constexpr absl::string_view kPostgresqlRemains =
    "SELECT (SELECT count(*) FROM pg_roles WHERE rolname LIKE '_$0%') + "
    "(SELECT count(*) FROM pg_database WHERE datname LIKE '_$0%') + "
    "(SELECT count(*) FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass "
    "AND refobjid NOT IN (SELECT oid FROM pg_authid)) + "
    "(SELECT count(*) FROM pg_auth_members WHERE roleid NOT IN (SELECT oid FROM pg_authid) "
    "OR member NOT IN (SELECT oid FROM pg_authid)) + "
    "(SELECT count(*) FROM pg_db_role_setting "
    "WHERE (setrole <> 0 AND setrole NOT IN (SELECT oid FROM pg_authid)) "
    "OR (setdatabase <> 0 AND setdatabase NOT IN (SELECT oid FROM pg_database)))";

}  // namespace

void StressTest::SetUp() {
  auto server = GetParam().start({});
  ASSERT_THAT(server, IsOk());
  server_ = *std::move(server);
  const auto admin = server_->CreateMinimalAdmin();
  ASSERT_THAT(admin, IsOk());
  seed_ = FromEnvironment("EDS_STRESS_SEED", absl::ToUnixNanos(absl::Now()));
  const ServerConfig config = {.hosts = {admin->host},
                               .port = admin->port,
                               .user = admin->user,
                               .password = admin->password,
                               .pool_size = 4 + static_cast<int>(seed_ % 13),
                               .claim = {installation_, "node", 1}};
  const auto open = is_mysql() ? OpenMysqlServer : OpenPostgresqlServer;
  auto opened = open(config, clock_, random_, absl::Now() + absl::Minutes(1));
  ASSERT_THAT(opened, IsOk());
  admin_ = *std::move(opened);
  std::cout << "EDS_STRESS_SEED=" << seed_ << ", " << config.pool_size << " connections\n";
}

StressPlan StressTest::Plan() const {
  StressPlan plan = {.seed = seed_,
                     .objects = static_cast<int>(FromEnvironment("EDS_STRESS_OBJECTS", kObjects)),
                     .has_second_passwords = is_mysql()};
  if (is_mysql()) {
    plan.database_options = {{}, {.character_set = "latin1"}};
  } else {
    plan.database_options = {{}, {.encoding = "LATIN1", .locale = "C"}, {.connection_limit = 50}};
  }
  return plan;
}

absl::Status StressTest::LogIn(const UserSpec& user, const Secret& password) const {
  ASSIGN_OR_RETURN(const auto session, server_->Connect({.port = server_->port(),
                                                         .user = user.name.text(),
                                                         .password = password,
                                                         .database = user.database.name.text()}));
  if (user.role == Role::kOwner) {
    return session->Run("CREATE TABLE IF NOT EXISTS t_" + user.name.text() + " (n INT)").status();
  }
  // Something of its own, to be handed over.
  const bool owns = !is_mysql() && user.role == Role::kReadWrite;
  return session->Run(owns ? "SELECT lo_create(0)" : "SELECT 1").status();
}

std::string StressTest::CountRemains() const {
  const auto rows = server_->RunAsAdmin(
      absl::Substitute(is_mysql() ? kMysqlRemains : kPostgresqlRemains, installation_));
  EXPECT_THAT(rows, IsOk());
  return rows.ok() ? rows->at(0).at(0).value_or("") : "";
}

TEST_P(StressTest, ManyWorkersCreateRotateLockAndDropWithoutAnErrorAndLeaveNothing) {
  StressRun run(
      *admin_, installation_, Plan(),
      [this](const UserSpec& user, const Secret& password) { return LogIn(user, password); });
  const StressReport report = run.Run();
  for (const auto& [what, count] : report.done) std::cout << count << " x " << what << "\n";
  std::cout << "in " << report.elapsed << "; the longest took " << report.longest << "\n";
  EXPECT_THAT(report.errors, testing::IsEmpty());
  const auto inventory =
      admin_->ListObjects(*Identifier::ParsePart(installation_), absl::Now() + absl::Minutes(1));
  ASSERT_THAT(inventory, IsOk());
  EXPECT_THAT(inventory->databases, testing::IsEmpty());
  EXPECT_THAT(inventory->users, testing::IsEmpty());
  EXPECT_EQ(CountRemains(), "0");
}

}  // namespace eds
