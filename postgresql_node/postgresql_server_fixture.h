#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_SERVER_FIXTURE_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_SERVER_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/identifier.h"
#include "common/random.h"
#include "common/secret.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_server.h"
#include "tests/fixtures/postgresql_server.h"
#include "tests/fixtures/sql_session.h"

namespace eds {

inline constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

struct Admin {
  const char* name;
  bool minimal;
};

// For what the contract of DatabaseServer does not know of, and is PostgreSQL's alone: a
// server that a test program's tests share, opened as either kind of administrator.
class PostgresqlServerFixture : public testing::TestWithParam<Admin> {
 protected:
  static void SetUpTestSuite() {
    auto started = PrivatePostgresqlServer::Start();
    ASSERT_THAT(started, IsOk());
    server_ = *std::move(started);
    const auto minimal = server_->CreateMinimalAdmin();
    ASSERT_THAT(minimal, IsOk());
    minimal_ = *minimal;
    // As a server is that nobody has prepared.
    Do("GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC");
    major_version_ = std::stoi(Ask("SHOW server_version_num")) / 10000;
    if (major_version_ >= 15) Do("GRANT CREATE ON SCHEMA public TO PUBLIC");
  }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    auto opened = OpenAs(GetParam().minimal ? minimal_ : server_->admin());
    ASSERT_THAT(opened, IsOk());
    admin_ = *std::move(opened);
  }

  static ServerConfig ConfigOf(const Login& login) {
    return {.hosts = {login.host},
            .port = login.port,
            .user = login.user,
            .password = login.password,
            .pool_size = 4,
            .connect_timeout = absl::Seconds(10)};
  }
  absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenAs(const Login& login) {
    return OpenPostgresqlServer(ConfigOf(login), clock_, random_, Soon());
  }
  static absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

  // As the superuser, in `database` or `postgres`.
  static void Do(const std::string& sql, const std::string& database = "") {
    ASSERT_THAT(server_->RunAsAdmin(sql, database), IsOk()) << sql;
  }
  static std::string Ask(const std::string& sql, const std::string& database = "") {
    const auto rows = server_->RunAsAdmin(sql, database);
    EXPECT_THAT(rows, IsOk()) << sql;
    return rows.ok() && !rows->empty() ? (*rows)[0][0].value_or("NULL") : "";
  }

  Identifier NewName(char prefix) {
    return *Identifier::Parse(std::string(1, prefix) + RandomBase32(random_, 20));
  }
  DatabaseSpec CreateDatabase() {
    const DatabaseSpec database = {NewName('d'), NewName('o')};
    EXPECT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
    return database;
  }
  UserSpec CreateUser(const DatabaseSpec& database) {
    const UserSpec user = {NewName('u'), database};
    EXPECT_THAT(admin_->CreateUser(user, password_, Soon()), IsOk());
    return user;
  }
  // A session of `user`, in its own database if none is named.
  std::unique_ptr<SqlSession> LogIn(const UserSpec& user, std::string database = "") {
    if (database.empty()) database = user.database.name.text();
    auto session = server_->Connect({.port = server_->port(),
                                     .user = user.name.text(),
                                     .password = password_,
                                     .database = database});
    EXPECT_THAT(session, IsOk());
    return session.ok() ? *std::move(session) : nullptr;
  }
  static bool Exists(const Identifier& role) {
    return Ask(absl::Substitute("SELECT count(*) FROM pg_roles WHERE rolname = '$0'",
                                role.text())) == "1";
  }

  static inline std::unique_ptr<PrivatePostgresqlServer> server_;
  static inline Login minimal_;
  static inline int major_version_ = 0;

  SystemClock clock_;
  SystemRandom random_;
  const Secret password_ = RandomPassword(random_);
  std::unique_ptr<DatabaseServer> admin_;
};

inline auto BothAdmins() {
  return testing::Values(Admin{"Superuser", false}, Admin{"MinimalAdmin", true});
}
inline std::string NameOfAdmin(const testing::TestParamInfo<Admin>& info) {
  return info.param.name;
}

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_SERVER_FIXTURE_H_
