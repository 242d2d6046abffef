// What a user gets, word for word: an operator names an external server, and
// applications get databases on it, through the command line and the API alone.

#include <signal.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/shared_servers.h"

namespace eds {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class ProvisioningTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto eds = EdsProcesses::Start({kind()});
    ASSERT_THAT(eds, IsOk());
    eds_ = *std::move(eds);
    eds_->Configure(kind(), admin_);
  }

  std::string kind() const { return GetParam().kind; }
  std::string node() const { return absl::StrCat(kind(), "_node"); }
  bool CanLogIn(const Login& login) { return server_->Connect(login).ok(); }

  PrivateServer* const server_ = SharedServerOf(GetParam()).server.get();
  const Login admin_ = SharedServerOf(GetParam()).admin;
  std::unique_ptr<EdsProcesses> eds_;
};

TEST_P(ProvisioningTest, AServiceIsCreatedBoundUsedUnboundAndDeleted) {
  const std::string service = eds_->CreateService(kind());
  EXPECT_THAT(service, MatchesRegex(absl::StrCat(kind(), "-[1-9][0-9]{4,}")));
  EXPECT_THAT(eds_->MustRun("helion services"), HasSubstr(service));

  const Login login = eds_->BindService(service);
  auto session = server_->Connect(login);
  ASSERT_THAT(session, IsOk());
  ASSERT_THAT((*session)->Run("CREATE TABLE t (n int)"), IsOk());
  ASSERT_THAT((*session)->Run("INSERT INTO t VALUES (42)"), IsOk());
  const auto rows = (*session)->Run("SELECT n FROM t");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->at(0).at(0), "42");

  // Another user of the same service sees the same table.
  const Login second = eds_->BindService(service);
  auto second_session = server_->Connect(second);
  ASSERT_THAT(second_session, IsOk());
  EXPECT_THAT((*second_session)->Run("INSERT INTO t VALUES (43)"), IsOk());

  EXPECT_EQ(eds_->MustRun(absl::StrCat("helion unbind-service ", service, " ", login.user)),
            absl::StrCat("Unbinding Service [", service, "]: OK\n"));
  EXPECT_FALSE(CanLogIn(login));
  EXPECT_FALSE((*session)->Run("SELECT 1").ok()) << "its session is alive";
  EXPECT_THAT((*second_session)->Run("SELECT n FROM t"), IsOk());

  const Ended refused = eds_->Run(absl::StrCat("helion delete-service ", service));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("DATABASE_HAS_USERS"));
  EXPECT_TRUE(CanLogIn(second));

  EXPECT_EQ(eds_->MustRun(absl::StrCat("helion delete-service ", service, " --force")),
            absl::StrCat("Deleting Service [", service, "]: OK\n"));
  EXPECT_FALSE(CanLogIn(second));
  EXPECT_THAT(eds_->MustRun("helion services"), Not(HasSubstr(service)));
}

TEST_P(ProvisioningTest, AUserOfOneServiceCannotUseAnother) {
  const Login one = eds_->BindService(eds_->CreateService(kind()));
  const Login two = eds_->BindService(eds_->CreateService(kind()));
  Login intruder = one;
  intruder.database = two.database;
  EXPECT_FALSE(CanLogIn(intruder));
  EXPECT_TRUE(CanLogIn(one));
}

TEST_P(ProvisioningTest, CredentialsComeInEveryForm) {
  const std::string service = eds_->CreateService(kind());
  EXPECT_THAT(eds_->MustRun(absl::StrCat("helion bind-service ", service)),
              HasSubstr(kind() == "mysql" ? "mysql -" : "psql"));
  EXPECT_THAT(eds_->MustRun(absl::StrCat("helion bind-service ", service, " -o uri")),
              MatchesRegex(absl::StrCat(kind(), "://u[a-z0-9]+:[A-Za-z0-9]+@127.0.0.1:",
                                        server_->port(), "/d[a-z0-9]+\n")));
  EXPECT_THAT(eds_->MustRun(absl::StrCat("helion bind-service ", service, " -o vcap")),
              HasSubstr(absl::StrCat("\"", service, "\"")));
  const std::string json = eds_->MustRun(absl::StrCat("helion bind-service ", service, " -o json"));
  for (const char* key :
       {"name", "hostname", "host", "port", "user", "username", "password", "uri"}) {
    EXPECT_THAT(json, HasSubstr(absl::StrCat("\"", key, "\"")));
  }
}

TEST_P(ProvisioningTest, EdsctlShowsAndMasks) {
  const std::string service = eds_->CreateService(kind());
  const Login login = eds_->BindService(service);
  EXPECT_THAT(eds_->MustRun("edsctl node list"), HasSubstr("READY"));
  EXPECT_THAT(eds_->MustRun("edsctl database list -o json"), HasSubstr(login.database));
  EXPECT_THAT(eds_->MustRun(absl::StrCat("edsctl user list ", service, " -o yaml")),
              HasSubstr(login.user));
  const std::string credentials =
      absl::StrCat("edsctl user credentials ", service, " ", login.user, " -o json");
  EXPECT_THAT(eds_->MustRun(credentials), Not(HasSubstr(login.password.Reveal())));
  EXPECT_THAT(eds_->MustRun(credentials + " --reveal"), HasSubstr(login.password.Reveal()));
  EXPECT_THAT(eds_->MustRun(absl::StrCat("edsctl config get ", node())),
              Not(HasSubstr(admin_.password.Reveal())));
}

TEST_P(ProvisioningTest, RotationReplacesThePassword) {
  const std::string service = eds_->CreateService(kind());
  const Login old_login = eds_->BindService(service);
  eds_->MustRun(absl::StrCat("edsctl user rotate ", service, " ", old_login.user));
  EXPECT_FALSE(CanLogIn(old_login));
  v1::ListDatabasesRequest find;
  find.set_display_name(service);
  v1::ListDatabasesResponse found;
  grpc::ClientContext find_context;
  ASSERT_TRUE(eds_->databases().ListDatabases(&find_context, find, &found).ok());
  v1::ListUsersRequest list;
  list.set_parent(found.databases(0).name());
  v1::ListUsersResponse users;
  grpc::ClientContext list_context;
  ASSERT_TRUE(eds_->databases().ListUsers(&list_context, list, &users).ok());
  v1::GetUserCredentialsRequest get;
  get.set_name(users.users(0).name());
  v1::Credentials credentials;
  grpc::ClientContext get_context;
  ASSERT_TRUE(eds_->databases().GetUserCredentials(&get_context, get, &credentials).ok());
  EXPECT_EQ(credentials.password_generation(), 2);
  Login new_login = old_login;
  new_login.password = Secret(credentials.password());
  EXPECT_TRUE(CanLogIn(new_login));
}

TEST_P(ProvisioningTest, ADeletedServiceComesBackWithItsDataAndCredentials) {
  const std::string service = eds_->CreateService(kind());
  const Login login = eds_->BindService(service);
  auto session = server_->Connect(login);
  ASSERT_THAT(session, IsOk());
  ASSERT_THAT((*session)->Run("CREATE TABLE t (n int)"), IsOk());
  eds_->MustRun(absl::StrCat("helion delete-service ", service, " --force"));
  EXPECT_FALSE(CanLogIn(login));
  EXPECT_FALSE((*session)->Run("SELECT 1").ok()) << "its session is alive";
  EXPECT_THAT(eds_->MustRun("helion services"), Not(HasSubstr(service)));
  EXPECT_THAT(eds_->MustRun("edsctl database list --deleted"), HasSubstr(service));

  eds_->MustRun(absl::StrCat("edsctl database undelete ", service));
  auto again = server_->Connect(login);
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT((*again)->Run("SELECT n FROM t"), IsOk());
  EXPECT_THAT(eds_->MustRun("helion services"), HasSubstr(service));

  eds_->MustRun(absl::StrCat("helion delete-service ", service, " --force --purge-now"));
  EXPECT_THAT(eds_->MustRun("edsctl database list --deleted"), Not(HasSubstr(service)));
  EXPECT_EQ(eds_->Run(absl::StrCat("edsctl database undelete ", service)).exit_code, 1);
}

TEST_P(ProvisioningTest, AProtectedServiceIsNotDeleted) {
  const std::string service = eds_->CreateService(kind());
  const Login login = eds_->BindService(service);
  eds_->MustRun(absl::StrCat("edsctl database protect ", service));
  const Ended refused =
      eds_->Run(absl::StrCat("helion delete-service ", service, " --force --purge-now"));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("DELETION_PROTECTED"));
  EXPECT_TRUE(CanLogIn(login));
  eds_->MustRun(absl::StrCat("edsctl database unprotect ", service));
  eds_->MustRun(absl::StrCat("helion delete-service ", service, " --force"));
}

TEST_P(ProvisioningTest, ARestartOfTheNodeByItsKindIsUnderstood) {
  EXPECT_THAT(eds_->MustRun(absl::StrCat("kato restart ", kind())), HasSubstr("READY"));
  eds_->CreateService(kind());
}

TEST_P(ProvisioningTest, TheLogOfANodeCanBeRead) {
  EXPECT_THAT(eds_->MustRun(absl::StrCat("kato log tail ", node(), " --no-follow")),
              HasSubstr("applied revision"));
}

TEST_P(ProvisioningTest, EverythingSurvivesKill9OfEveryProcess) {
  const std::string service = eds_->CreateService(kind());
  const Login login = eds_->BindService(service);
  for (const std::string& process : {std::string("controller"), node()}) {
    eds_->EndProcess(process, SIGKILL);
    ASSERT_THAT(eds_->StartProcess(process), IsOk());
  }
  ASSERT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY)) << eds_->LogOf(node());
  EXPECT_THAT(eds_->MustRun("helion services"), HasSubstr(service));
  EXPECT_TRUE(CanLogIn(login));
  EXPECT_TRUE(CanLogIn(eds_->BindService(service)));
  eds_->MustRun(absl::StrCat("helion delete-service ", service, " --force"));
  EXPECT_FALSE(CanLogIn(login));
}

TEST_P(ProvisioningTest, ProcessesEndInOrderWhenAsked) {
  EXPECT_EQ(eds_->EndProcess(node(), SIGTERM), 0);
  EXPECT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_DISCONNECTED));
  EXPECT_EQ(eds_->EndProcess("controller", SIGTERM), 0);
}

TEST_P(ProvisioningTest, NoPasswordReachesAnyLogOrFile) {
  const std::string service = eds_->CreateService(kind());
  const Login login = eds_->BindService(service);
  eds_->MustRun(absl::StrCat("edsctl user rotate ", service, " ", login.user));
  const std::string ours = eds_->EverythingWritten();
  const std::string theirs = server_->ReadLogs();
  ASSERT_THAT(theirs, HasSubstr(login.user)) << "the server logs no statements";
  for (const std::string& password : {login.password.Reveal(), admin_.password.Reveal()}) {
    EXPECT_EQ(ours.find(password), std::string::npos);
    EXPECT_EQ(theirs.find(password), std::string::npos);
  }
}

TEST_P(ProvisioningTest, AServerThatComesBackIsUsedAgain) {
  ASSERT_THAT(server_->Stop(), IsOk());
  ASSERT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_UNAVAILABLE));
  const Ended refused =
      eds_->Run(absl::StrCat("edsctl --timeout 1s database create --kind ", kind()));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("SERVER_UNREACHABLE"));
  ASSERT_THAT(server_->Restart(), IsOk());
  ASSERT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY));
  EXPECT_TRUE(CanLogIn(eds_->BindService(eds_->CreateService(kind()))));
}

INSTANTIATE_TEST_SUITE_P(Engines, ProvisioningTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace eds
