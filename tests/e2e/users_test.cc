// What users of one database may do, and how their passwords are changed, word for word:
// through the command line and with real logins.

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/e2e/api_client.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/shared_servers.h"

namespace eds {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kOverlap = absl::Hours(1);

class UsersTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto eds = EdsProcesses::Start({kind()});
    ASSERT_THAT(eds, IsOk());
    eds_ = *std::move(eds);
    eds_->Configure(kind(), SharedServerOf(GetParam()).admin);
    api_ = std::make_unique<ApiClient>(*eds_);
    const auto database = api_->CreateDatabase(kind());
    ASSERT_THAT(database, IsOk());
    database_ = *database;
  }

  const std::string& kind() const { return GetParam().kind; }
  bool is_postgresql() const { return kind() == "postgresql"; }
  PrivateServer& server() { return *SharedServerOf(GetParam()).server; }

  v1::Credentials CreateUser(v1::User::Role role) {
    const auto credentials = api_->CreateUser(database_.name(), "", role);
    EXPECT_THAT(credentials, IsOk());
    return credentials.value_or(v1::Credentials());
  }
  std::unique_ptr<SqlSession> Connect(const v1::Credentials& credentials) {
    auto session = server().Connect(ToLogin(credentials));
    EXPECT_THAT(session, IsOk());
    return session.ok() ? *std::move(session) : nullptr;
  }
  bool CanLogIn(const v1::Credentials& credentials) {
    return server().Connect(ToLogin(credentials)).ok();
  }
  std::string InDatabase(absl::string_view command, const v1::Credentials& user) {
    return absl::StrCat("edsctl user ", command, " ", user.user());
  }

  // The credentials in what `edsctl user create -o json` prints.
  static Login LoginIn(const std::string& output) {
    const auto json = nlohmann::json::parse(output, nullptr, /*allow_exceptions=*/false);
    const auto credentials = json.value("credentials", nlohmann::json::object());
    return {.host = credentials.value("host", ""),
            .port = credentials.value("port", 0),
            .user = credentials.value("username", ""),
            .password = Secret(credentials.value("password", "")),
            .database = credentials.value("database", "")};
  }

  std::unique_ptr<EdsProcesses> eds_;
  std::unique_ptr<ApiClient> api_;
  v1::Database database_;
};

INSTANTIATE_TEST_SUITE_P(Engines, UsersTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

TEST_P(UsersTest, EachRoleDoesWhatItMayWithTablesOfOthers) {
  const auto owner = Connect(CreateUser(v1::User::ROLE_OWNER));
  ASSERT_THAT(owner->Run("CREATE TABLE old_table (n int)"), IsOk());
  const auto writer = Connect(CreateUser(v1::User::ROLE_READ_WRITE));
  const auto reader = Connect(CreateUser(v1::User::ROLE_READ_ONLY));
  ASSERT_THAT(owner->Run("CREATE TABLE new_table (n int)"), IsOk());
  for (const std::string table : {"old_table", "new_table"}) {
    EXPECT_THAT(writer->Run(absl::StrCat("INSERT INTO ", table, " VALUES (1)")), IsOk());
    EXPECT_THAT(reader->Run(absl::StrCat("SELECT n FROM ", table)), IsOk());
    EXPECT_FALSE(reader->Run(absl::StrCat("INSERT INTO ", table, " VALUES (2)")).ok());
    EXPECT_FALSE(writer->Run(absl::StrCat("DROP TABLE ", table)).ok());
  }
  const auto second = Connect(CreateUser(v1::User::ROLE_OWNER));
  EXPECT_THAT(second->Run("DROP TABLE old_table"), IsOk());
}

TEST_P(UsersTest, RemovalOfOneTakesNothingFromTheOthers) {
  const v1::Credentials maker = CreateUser(v1::User::ROLE_OWNER);
  ASSERT_THAT(Connect(maker)->Run("CREATE TABLE t (n int)"), IsOk());
  const auto writer = Connect(CreateUser(v1::User::ROLE_READ_WRITE));
  const v1::Credentials reader = CreateUser(v1::User::ROLE_READ_ONLY);
  ASSERT_THAT(api_->DeleteUser(maker.user()), IsOk());
  ASSERT_THAT(api_->DeleteUser(reader.user()), IsOk());
  EXPECT_THAT(writer->Run("INSERT INTO t VALUES (1)"), IsOk());
  EXPECT_THAT(Connect(CreateUser(v1::User::ROLE_READ_ONLY))->Run("SELECT n FROM t"), IsOk());
}

TEST_P(UsersTest, ARotationWithAnOverlapIsNoOutage) {
  const v1::Credentials first = CreateUser(v1::User::ROLE_OWNER);
  const auto session = Connect(first);
  ASSERT_THAT(session->Run("CREATE TABLE t (n int)"), IsOk());
  const auto second = api_->RotateUserPassword(first.user(), "r1", kOverlap);
  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE(CanLogIn(first));
  EXPECT_THAT(Connect(*second)->Run("INSERT INTO t VALUES (1)"), IsOk());
  EXPECT_THAT(session->Run("INSERT INTO t VALUES (2)"), IsOk());
  EXPECT_EQ(second->username() != first.username(), is_postgresql());

  EXPECT_THAT(eds_->MustRun(InDatabase("end-overlap", first)), Not(HasSubstr(first.password())));
  EXPECT_FALSE(CanLogIn(first));
  EXPECT_TRUE(CanLogIn(*second));
  EXPECT_THAT(Connect(*second)->Run("INSERT INTO t VALUES (3)"), IsOk());
}

TEST_P(UsersTest, OptionsReachTheServer) {
  const std::string options = is_postgresql() ? "--locale C --connection-limit 7"
                                              : "--character-set latin1 --collation latin1_bin";
  const std::string made = eds_->MustRun(
      absl::StrCat("edsctl database create --kind ", kind(), " --name options ", options));
  EXPECT_THAT(made, HasSubstr("READY"));
  const Login login =
      LoginIn(eds_->MustRun("edsctl user create options --connection-limit 1 --reveal -o json"));
  const auto session = server().Connect(login);
  ASSERT_THAT(session, IsOk());
  EXPECT_FALSE(server().Connect(login).ok()) << "a second session";
  const auto told = (*session)->Run(
      is_postgresql() ? "SELECT datcollate FROM pg_database WHERE datname = current_database()"
                      : "SELECT @@collation_database");
  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->at(0).at(0), is_postgresql() ? "C" : "latin1_bin");
}

TEST_P(UsersTest, WhatCannotBeIsRefusedByTheNameOfItsOption) {
  const std::string wrong = is_postgresql() ? "--collation latin1_bin" : "--locale C";
  const Ended refused =
      eds_->Run(absl::StrCat("edsctl database create --kind ", kind(), " --name refused ", wrong));
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr(wrong.substr(0, wrong.find(' '))));
  const Ended unknown =
      eds_->Run(absl::StrCat("edsctl database create --kind ", kind(), " --name refused ",
                             is_postgresql() ? "--encoding KLINGON" : "--character-set klingon"));
  EXPECT_THAT(unknown.errors, HasSubstr("OPTION_UNSUPPORTED"));
  EXPECT_THAT(eds_->MustRun("edsctl database list"), Not(HasSubstr("refused")));
}

TEST_P(UsersTest, NoPasswordIsInAnyLog) {
  const v1::Credentials first = CreateUser(v1::User::ROLE_READ_WRITE);
  const auto second = api_->RotateUserPassword(first.user(), "r1", kOverlap);
  ASSERT_THAT(second, IsOk());
  ASSERT_THAT(api_->EndPasswordOverlap(first.user()), IsOk());
  const auto third = api_->RotateUserPassword(first.user(), "r2");
  ASSERT_THAT(third, IsOk());
  for (const v1::Credentials& credentials : {first, *second, *third}) {
    EXPECT_FALSE(absl::StrContains(server().ReadLogs(), credentials.password()));
    EXPECT_FALSE(absl::StrContains(eds_->EverythingWritten(), credentials.password()));
  }
}

}  // namespace
}  // namespace eds
