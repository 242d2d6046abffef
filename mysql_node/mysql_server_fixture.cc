#include "mysql_node/mysql_server_fixture.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "mysql_node/mysql_server.h"
#include "tests/fixtures/mariadb_server.h"
#include "tests/fixtures/mysql_server.h"

namespace eds {
namespace {

const char* const kOddDefaults[] = {"--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT",
                                    "--autocommit=0", "--character-set-server=latin1",
                                    "--default-time-zone=+05:00"};

std::string GrantOption(const std::string& grant) {
  return absl::StrContains(grant, "`d%`") ? " WITH GRANT OPTION" : "";
}

}  // namespace

std::vector<TestedFlavour> TestedFlavours() {
  const auto start_mariadb = [](PrivateServerOptions options) {
    return PrivateMariadbServer::Start(std::move(options));
  };
  const auto start_mysql = [](PrivateServerOptions options) {
    return PrivateMysqlServer::Start(std::move(options));
  };
  return {{"Mariadb", start_mariadb, "CONNECTION ADMIN"},
          {"Mysql", start_mysql, "CONNECTION_ADMIN"}};
}

void MysqlServerTest::SetUp() {
  std::unique_ptr<PrivateServer>& server = servers_[GetParam().name];
  if (server != nullptr) return;
  auto started =
      GetParam().start({.arguments = {std::begin(kOddDefaults), std::end(kOddDefaults)}});
  ASSERT_THAT(started, IsOk());
  server = *std::move(started);
}

absl::StatusOr<std::unique_ptr<DatabaseServer>> MysqlServerTest::Open(const Login& login,
                                                                      ServerClaim claim) {
  return OpenMysqlServer({.hosts = {login.host},
                          .port = login.port,
                          .user = login.user,
                          .password = login.password,
                          .claim = std::move(claim)},
                         clock_, random_, Soon());
}

std::unique_ptr<DatabaseServer> MysqlServerTest::OpenAsRoot() {
  auto opened = Open(server().admin());
  EXPECT_THAT(opened, IsOk());
  return opened.ok() ? *std::move(opened) : nullptr;
}

std::unique_ptr<DatabaseServer> MysqlServerTest::OpenAsMinimalAdmin() {
  auto opened = Open(CreateAdmin(MinimalGrants()));
  EXPECT_THAT(opened, IsOk());
  return opened.ok() ? *std::move(opened) : nullptr;
}

Login MysqlServerTest::CreateAdmin(const std::vector<std::string>& grants) {
  Login login = server().admin();
  login.user = "a" + RandomBase32(random_, 8);
  login.password = RandomPassword(random_);
  const std::string account = absl::StrCat("'", login.user, "'@'%'");
  Run(absl::StrCat("CREATE USER ", account, " IDENTIFIED BY '", login.password.Reveal(), "'"));
  for (const std::string& grant : grants) {
    Run(absl::StrCat("GRANT ", grant, " TO ", account, GrantOption(grant)));
  }
  return login;
}

std::vector<std::string> MysqlServerTest::MinimalGrants() {
  return {"CREATE USER, PROCESS ON *.*", GetParam().kill_privilege + " ON *.*", "SELECT ON mysql.*",
          "ALL ON `d%`.*"};
}

Rows MysqlServerTest::Run(const std::string& sql) {
  const auto rows = server().RunAsAdmin(sql);
  EXPECT_THAT(rows, IsOk()) << sql;
  return rows.value_or(Rows());
}

std::unique_ptr<SqlSession> MysqlServerTest::Connect(const Login& login) {
  auto session = server().Connect(login);
  EXPECT_THAT(session, IsOk());
  return session.ok() ? *std::move(session) : nullptr;
}

Identifier MysqlServerTest::NewName(char prefix) {
  return *Identifier::Parse(std::string(1, prefix) + "x" + RandomBase32(random_, 20));
}

MysqlServerTest::Tenant MysqlServerTest::CreateTenant(DatabaseServer& admin,
                                                      const std::string& current_database) {
  const DatabaseSpec database = NewDatabase();
  EXPECT_THAT(admin.CreateDatabase(database, Soon()), IsOk());
  return CreateTenantOf(admin, database, current_database);
}

MysqlServerTest::Tenant MysqlServerTest::CreateTenantOf(DatabaseServer& admin,
                                                        const DatabaseSpec& database,
                                                        const std::string& current_database) {
  const Secret password = RandomPassword(random_);
  const UserSpec user = {NewName('u'), database};
  EXPECT_THAT(admin.CreateUser(user, password, Soon()), IsOk());
  return {user, Connect({.port = server().port(),
                         .user = user.name.text(),
                         .password = password,
                         .database = current_database})};
}

}  // namespace eds
