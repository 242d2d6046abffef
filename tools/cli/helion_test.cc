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

TEST(Helion, CreatesAServiceAndBindsIt) {
  CliRunner runner;
  const CliResult created = runner.Run("helion create-service mysql");
  EXPECT_EQ(created.code, 0);
  EXPECT_EQ(created.out, "Creating Service [mysql-24901]: OK\n");
  EXPECT_EQ(created.err, "");
  const CliResult bound = runner.Run("helion bind-service mysql-24901");
  EXPECT_EQ(bound.code, 0);
  EXPECT_EQ(bound.out,
            "Service:   mysql-24901\n"
            "Host:      127.0.0.1\n"
            "Port:      3306\n"
            "Database:  dserver24901\n"
            "User:      login1\n"
            "Password:  Hidden1\n"
            "URI:       mysql://login1:Hidden1@127.0.0.1:3306/dserver24901\n"
            "Command:   mysql -h 127.0.0.1 -P 3306 -u login1 -pHidden1 dserver24901\n");
}

TEST(Helion, CreatesAServiceOfPostgresql) {
  CliRunner runner;
  EXPECT_EQ(runner.Run("helion create-service postgresql").out,
            "Creating Service [postgresql-24901]: OK\n");
  EXPECT_EQ(runner.Run("helion create-service postgresql orders").out,
            "Creating Service [orders]: OK\n");
  EXPECT_THAT(runner.Run("helion bind-service orders").out,
              HasSubstr("psql postgresql://login1:Hidden1@127.0.0.1:5432/dserver24902\n"));
}

TEST(Helion, SaysThatCreatingFailedAndWhy) {
  CliRunner runner;
  runner.controller().FailNext(
      "CreateDatabase", MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured,
                                  "mysql_node: mysql/user is not set"));
  const CliResult result = runner.Run("helion create-service mysql");
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out, "Creating Service [mysql]: FAILED\n");
  EXPECT_EQ(result.err, "helion: mysql_node: mysql/user is not set [NODE_NOT_CONFIGURED]\n");
  runner.Run("helion create-service mysql orders");
  EXPECT_EQ(runner.Run("helion create-service mysql orders").out,
            "Creating Service [orders]: FAILED\n");
}

TEST(Helion, BindsInEveryForm) {
  CliRunner runner;
  runner.Run("helion create-service mysql");
  EXPECT_EQ(runner.Run("helion bind-service mysql-24901 -o uri").out,
            "mysql://login1:Hidden1@127.0.0.1:3306/dserver24901\n");
  const Json json = Json::parse(runner.Run("helion bind-service mysql-24901 -o json").out);
  EXPECT_EQ(json["name"], "dserver24901");
  EXPECT_EQ(json["username"], "login2");
  const Json vcap = Json::parse(runner.Run("helion bind-service -o vcap mysql-24901").out);
  EXPECT_EQ(vcap["mysql"][0]["name"], "mysql-24901");
  EXPECT_EQ(vcap["mysql"][0]["credentials"]["user"], "login3");
  EXPECT_EQ(runner.Run("helion bind-service mysql-24901 -o table").code, 2);
}

TEST(Helion, ListsServices) {
  CliRunner runner;
  runner.Run("helion create-service mysql");
  runner.Run("helion bind-service mysql-24901");
  EXPECT_EQ(runner.Run("helion services").out,
            "NAME         KIND   NODE        STATE  USERS\n"
            "mysql-24901  mysql  mysql_node  READY  1\n");
}

TEST(Helion, UnbindsTheOneUserThatThereIs) {
  CliRunner runner;
  runner.Run("helion create-service mysql");
  runner.Run("helion bind-service mysql-24901");
  const CliResult result = runner.Run("helion unbind-service mysql-24901");
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "Unbinding Service [mysql-24901]: OK\n");
  const CliResult again = runner.Run("helion unbind-service mysql-24901");
  EXPECT_EQ(again.code, 1);
  EXPECT_EQ(again.out, "Unbinding Service [mysql-24901]: FAILED\n");
  EXPECT_EQ(again.err, "helion: mysql-24901 has no users\n");
}

TEST(Helion, UnbindsNothingIfItIsNotClearWhom) {
  CliRunner runner;
  runner.Run("helion create-service mysql");
  for (int i = 0; i < 3; ++i) runner.Run("helion bind-service mysql-24901");
  EXPECT_EQ(runner.Run("helion unbind-service mysql-24901").err,
            "helion: mysql-24901 has 3 users; name one, or give --all: login1, login2, login3\n");
  EXPECT_EQ(runner.Run("helion unbind-service mysql-24901 login2").code, 0);
  EXPECT_EQ(runner.Run("helion unbind-service mysql-24901 login1 --all").code, 2);
  EXPECT_EQ(runner.Run("helion unbind-service mysql-24901 --all").code, 0);
  runner.controller().WithState([](FakeState& state) { EXPECT_TRUE(state.users.empty()); });
}

TEST(Helion, DeletesAService) {
  CliRunner runner;
  runner.Run("helion create-service mysql");
  runner.Run("helion bind-service mysql-24901");
  const CliResult refused = runner.Run("helion delete-service mysql-24901");
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.out, "Deleting Service [mysql-24901]: FAILED\n");
  EXPECT_THAT(refused.err, HasSubstr("[DATABASE_HAS_USERS]"));
  const CliResult result = runner.Run("edsctl helion delete-service mysql-24901 --force");
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "Deleting Service [mysql-24901]: OK\n");
}

}  // namespace
}  // namespace eds::cli
