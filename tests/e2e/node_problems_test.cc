// A server that is down, refuses the password, lacks a privilege or is none: the
// command line says which, in one line that a person can act on, and what worked
// goes on working.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/free_port.h"
#include "tests/fixtures/mariadb_server.h"
#include "tests/fixtures/postgresql_server.h"

namespace eds {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class NodeProblemsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    mariadb_ = PrivateMariadbServer::Start().value().release();
    postgresql_ = PrivatePostgresqlServer::Start().value().release();
  }
  static void TearDownTestSuite() {
    delete mariadb_;
    delete postgresql_;
  }

  void SetUp() override {
    auto eds = EdsProcesses::Start({"mysql", "postgresql"});
    ASSERT_THAT(eds, IsOk());
    eds_ = *std::move(eds);
  }

  // Names `login` to the node, and answers what `edsctl database create` then says.
  std::string ErrorOf(const std::string& kind, const Login& login) {
    const std::string set = absl::StrCat("edsctl config set ", kind, "_node ", kind, "/");
    eds_->MustRun(absl::StrCat(set, "host=", login.host, " ", kind, "/connect_timeout=2 ", kind,
                               "/port=", login.port, " ", kind, "/user=", login.user, " ", kind,
                               "/pass=", login.password.Reveal()));
    const Ended ended =
        eds_->Run(absl::StrCat("edsctl --timeout 1s database create --kind ", kind));
    EXPECT_EQ(ended.exit_code, 1) << ended.output << ended.errors;
    EXPECT_EQ(ended.errors.find('\n'), ended.errors.size() - 1) << "not one line: " << ended.errors;
    return ended.errors;
  }

  static PrivateMariadbServer* mariadb_;
  static PrivatePostgresqlServer* postgresql_;
  std::unique_ptr<EdsProcesses> eds_;
};

PrivateMariadbServer* NodeProblemsTest::mariadb_ = nullptr;
PrivatePostgresqlServer* NodeProblemsTest::postgresql_ = nullptr;

TEST_F(NodeProblemsTest, ANodeWithoutConfigurationSaysWhatToSet) {
  const Ended ended = eds_->Run("helion create-service mysql");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.errors, AllOf(HasSubstr("mysql_node"), HasSubstr("NODE_NOT_CONFIGURED")));
  eds_->MustRun("kato config set mysql_node mysql/port 3306");
  EXPECT_THAT(eds_->Run("helion create-service mysql").errors,
              AllOf(HasSubstr("mysql/host"), HasSubstr("mysql/user")));
}

TEST_F(NodeProblemsTest, AServerThatIsDown) {
  Login nowhere{.port = FreePort().value(), .user = "root", .password = Secret("pw")};
  EXPECT_THAT(ErrorOf("mysql", nowhere), AllOf(HasSubstr(absl::StrCat("127.0.0.1:", nowhere.port)),
                                               HasSubstr("SERVER_UNREACHABLE")));
  EXPECT_THAT(
      ErrorOf("postgresql", nowhere),
      AllOf(HasSubstr(absl::StrCat("127.0.0.1:", nowhere.port)), HasSubstr("SERVER_UNREACHABLE")));
}

TEST_F(NodeProblemsTest, AServerThatRefusesThePassword) {
  for (PrivateServer* server :
       {static_cast<PrivateServer*>(mariadb_), static_cast<PrivateServer*>(postgresql_)}) {
    const std::string kind = server == mariadb_ ? "mysql" : "postgresql";
    Login wrong = server->admin();
    wrong.password = Secret("not-the-password");
    const std::string error = ErrorOf(kind, wrong);
    EXPECT_THAT(error, AllOf(HasSubstr("ADMIN_LOGIN_REFUSED"), HasSubstr(wrong.user)));
    EXPECT_EQ(error.find("not-the-password"), std::string::npos);
  }
}

TEST_F(NodeProblemsTest, AnAdministratorWithoutPrivileges) {
  EXPECT_THAT(ErrorOf("mysql", mariadb_->CreatePowerlessAdmin().value()),
              AllOf(HasSubstr("ADMIN_PRIVILEGE_MISSING"), HasSubstr("CREATE USER")));
  EXPECT_THAT(ErrorOf("postgresql", postgresql_->CreatePowerlessAdmin().value()),
              AllOf(HasSubstr("ADMIN_PRIVILEGE_MISSING"), HasSubstr("CREATEROLE")));
}

TEST_F(NodeProblemsTest, AServerOfTheOtherEngine) {
  EXPECT_THAT(ErrorOf("mysql", postgresql_->admin()), HasSubstr("SERVER_"));
  EXPECT_THAT(ErrorOf("postgresql", mariadb_->admin()), HasSubstr("SERVER_"));
}

TEST_F(NodeProblemsTest, ABadRevisionDoesNotTakeAwayWhatWorked) {
  eds_->Configure("mysql", mariadb_->admin());
  eds_->MustRun("kato config set mysql_node mysql/pass wrong");
  EXPECT_THAT(eds_->MustRun("edsctl node get mysql_node -o yaml"),
              AllOf(HasSubstr("READY"), HasSubstr("was not applied")));
  eds_->CreateService("mysql");
}

TEST_F(NodeProblemsTest, AnotherServerIsRefusedOnceThereAreDatabases) {
  auto other = PrivateMariadbServer::Start();
  ASSERT_THAT(other, IsOk());
  eds_->Configure("mysql", mariadb_->admin());
  eds_->CreateService("mysql");
  const Login admin = (*other)->admin();
  const std::string set = absl::StrCat("edsctl config set mysql_node mysql/port=", admin.port,
                                       " mysql/pass=", admin.password.Reveal());
  EXPECT_THAT(eds_->MustRun(set), HasSubstr("not applied"));
  EXPECT_THAT(eds_->MustRun("edsctl node get mysql_node"), HasSubstr("--force"));
  eds_->CreateService("mysql");
  eds_->MustRun(set + " --force");
  EXPECT_THAT(eds_->MustRun("edsctl node get mysql_node -o yaml"),
              HasSubstr(absl::StrCat("127.0.0.1:", admin.port)));
}

TEST_F(NodeProblemsTest, AnIncompleteCommandLineIsAUsageError) {
  for (const char* line : {"edsctl", "edsctl nosuch", "edsctl database create", "kato config set",
                           "kato config set mysql_node", "helion create-service",
                           "helion bind-service", "edsctl --timeout never node list"}) {
    const Ended ended = eds_->Run(line);
    EXPECT_EQ(ended.exit_code, 2) << line << "\n" << ended.output << ended.errors;
  }
}

TEST_F(NodeProblemsTest, AControllerThatIsNotThereIsNamed) {
  const Ended ended = eds_->Run("edsctl --controller 127.0.0.1:1 node list");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.errors, AllOf(HasSubstr("127.0.0.1:1"), HasSubstr("--controller")));
}

}  // namespace
}  // namespace eds
