// What nodes make ahead, on real servers: given out once, usable only then, counted apart, and
// gone when nobody wants it.

#include <signal.h>

#include <memory>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/api_client.h"
#include "tests/e2e/audit.h"
#include "tests/e2e/eds_processes.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/shared_servers.h"

namespace eds {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(60);

class ReadyPoolTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    SharedServer& shared = SharedServerOf(GetParam());
    Begin(*shared.server, shared.admin);
  }

  void Begin(PrivateServer& server, const Login& admin) {
    auto eds = EdsProcesses::Start({kind()});
    ASSERT_THAT(eds, IsOk());
    eds_ = *std::move(eds);
    eds_->Configure(kind(), admin);
    ASSERT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY));
    api_ = std::make_unique<ApiClient>(*eds_);
    audit_ = std::make_unique<Audit>(*api_, server, kind());
  }

  const std::string& kind() const { return GetParam().kind; }
  bool is_postgresql() const { return kind() == "postgresql"; }
  std::string node() const { return absl::StrCat(kind(), "_node"); }
  PrivateServer& server() { return *SharedServerOf(GetParam()).server; }

  void Keep(const Ready& ready) {
    eds_->SetReady(kind(), ready);
    ASSERT_THAT(api_->AwaitReady(node(), ready), IsOk());
    audit_->AwaitRest();
  }

  v1::Database CreateDatabase() {
    const auto database = api_->CreateDatabase(kind());
    EXPECT_THAT(database, IsOk());
    return database.value_or(v1::Database());
  }

  v1::Credentials CreateUser(const v1::Database& database,
                             v1::User::Role role = v1::User::ROLE_OWNER) {
    const auto credentials = api_->CreateUser(database.name(), "", role);
    EXPECT_THAT(credentials, IsOk());
    if (credentials.ok()) audit_->Remember(*credentials);
    return credentials.value_or(v1::Credentials());
  }

  // Whether a statement can be run with the credentials.
  absl::Status Try(const v1::Credentials& credentials, const std::string& sql) {
    auto session = server().Connect(ToLogin(credentials));
    if (!session.ok()) return session.status();
    return (*session)->Run(sql).status();
  }

  // Whether it comes to be listed as unfinished.
  bool AwaitOperation() {
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      const auto operations = api_->ListOperations();
      if (operations.ok() && operations->operations_size() > 0) return true;
    }
    return false;
  }

  std::unique_ptr<EdsProcesses> eds_;
  std::unique_ptr<ApiClient> api_;
  std::unique_ptr<Audit> audit_;
};

INSTANTIATE_TEST_SUITE_P(Engines, ReadyPoolTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

TEST_P(ReadyPoolTest, WhatIsGivenOutWorksAndWhatIsReadyDoesNot) {
  Keep({.databases = 2, .users = 2});
  audit_->Check({.databases = 2, .logins = 4});
  const std::set<std::string> ahead = audit_->DatabasesAhead();
  const v1::Database database = CreateDatabase();
  EXPECT_TRUE(ahead.contains(database.server_name()));
  const v1::Credentials first = CreateUser(database);
  EXPECT_THAT(Try(first, "CREATE TABLE t (n int)"), IsOk());
  const v1::Credentials spare = CreateUser(database);
  EXPECT_THAT(Try(spare, "INSERT INTO t VALUES (1)"), IsOk());
  EXPECT_THAT(Try(first, "DELETE FROM t"), IsOk());
  const v1::Credentials reader = CreateUser(database, v1::User::ROLE_READ_ONLY);
  EXPECT_THAT(Try(reader, "SELECT n FROM t"), IsOk());
  EXPECT_FALSE(Try(reader, "INSERT INTO t VALUES (2)").ok());
  Keep({});
  audit_->Check();
  EXPECT_THAT(api_->DeleteUser(spare.user()), IsOk());
  EXPECT_THAT(api_->DeleteDatabase(database.name(), true), IsOk());
  audit_->Check();
  audit_->CheckSecrecy("a file of ours", eds_->EverythingWritten());
  audit_->CheckSecrecy("a log of the server", server().ReadLogs());
}

TEST_P(ReadyPoolTest, AClaimedDatabaseGoesWithTheLoginThatNobodyHasTaken) {
  Keep({.databases = 1});
  const v1::Database database = CreateDatabase();
  Keep({});
  audit_->Check({.databases = 0, .logins = 1, .given_out = 1});
  EXPECT_THAT(api_->DeleteDatabase(database.name(), false), IsOk());
  EXPECT_THAT(api_->UndeleteDatabase(database.name()), IsOk());
  EXPECT_THAT(Try(CreateUser(database), "CREATE TABLE t (n int)"), IsOk());
  audit_->Check();
  EXPECT_THAT(api_->DeleteDatabase(database.name(), true), IsOk());
  const v1::Database other = CreateDatabase();
  EXPECT_THAT(api_->DeleteDatabase(other.name(), true), IsOk());
  audit_->Check();
}

TEST_P(ReadyPoolTest, IsCountedApartAndInOrder) {
  Keep({.databases = 2, .users = 1});
  const auto shown = api_->GetNode(node());
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->database_count(), 0);
  EXPECT_THAT(eds_->MustRun("edsctl node list"), HasSubstr("READY DATABASES  READY USERS"));
  const std::string found = eds_->MustRun("edsctl reconcile " + node() + " -o json");
  EXPECT_THAT(found, HasSubstr("\"discrepancies\": []"));
  eds_->EndProcess("controller", SIGTERM);
  eds_->MustRun("edsctl store check --store " + eds_->StoreFile());
  ASSERT_THAT(eds_->StartProcess("controller"), IsOk());
}

TEST_P(ReadyPoolTest, ACordonStopsTheMaking) {
  Keep({.databases = 1, .users = 1});
  const v1::Database database = CreateDatabase();
  Keep({.databases = 1, .users = 1});
  eds_->MustRun("edsctl node cordon " + node());
  CreateUser(database);
  CreateUser(database);  // The spare one.
  eds_->MustRun("edsctl reconcile " + node());
  const auto shown = api_->GetNode(node());
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->ready_user_count(), 0);
  EXPECT_EQ(shown->ready_database_count(), 1);
  Keep({});
  eds_->SetReady(kind(), {.databases = 1, .users = 1});
  eds_->MustRun("edsctl node uncordon " + node());
  EXPECT_THAT(api_->AwaitReady(node(), {.databases = 1, .users = 1}), IsOk());
}

TEST_P(ReadyPoolTest, OutlivesTheController) {
  Keep({.databases = 2, .users = 2});
  const std::set<std::string> before = audit_->DatabasesAhead();
  eds_->EndProcess("controller", SIGKILL);
  ASSERT_THAT(eds_->StartProcess("controller"), IsOk());
  ASSERT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY));
  EXPECT_THAT(api_->AwaitReady(node(), {.databases = 2, .users = 2}), IsOk());
  EXPECT_EQ(audit_->DatabasesAhead(), before);
  EXPECT_TRUE(before.contains(CreateDatabase().server_name()));
}

TEST_P(ReadyPoolTest, WhatSomebodyDroppedIsForgottenByASweep) {
  Keep({.databases = 1});
  const std::set<std::string> ahead = audit_->DatabasesAhead();
  ASSERT_EQ(ahead.size(), 1);
  eds_->MustRun("edsctl node cordon " + node());
  ASSERT_THAT(server().RunAsAdmin("DROP DATABASE " + *ahead.begin()), IsOk());
  eds_->MustRun("edsctl reconcile " + node());
  EXPECT_THAT(api_->AwaitReady(node(), {}), IsOk());
  audit_->AwaitRest();
  audit_->Check();
  eds_->MustRun("edsctl node uncordon " + node());
  EXPECT_THAT(api_->AwaitReady(node(), {.databases = 1}), IsOk());
  const v1::Database database = CreateDatabase();
  EXPECT_NE(database.server_name(), *ahead.begin());
  EXPECT_THAT(Try(CreateUser(database), "CREATE TABLE t (n int)"), IsOk());
}

// With a server of its own.
class ReadyPoolAloneTest : public ReadyPoolTest {
 protected:
  void SetUp() override {
    first_ = NewServer();
    ASSERT_NE(first_, nullptr);
    const auto admin = first_->CreateMinimalAdmin();
    ASSERT_THAT(admin, IsOk());
    Begin(*first_, *admin);
  }

  std::unique_ptr<PrivateServer> NewServer() {
    auto server = GetParam().start({});
    EXPECT_THAT(server, IsOk());
    return server.ok() ? *std::move(server) : nullptr;
  }

  std::string ServerWords(const Login& admin) const {
    return absl::StrCat("edsctl config set ", node(), " ", kind(), "/port=", admin.port, " ",
                        kind(), "/user=", admin.user, " ", kind(),
                        "/pass=", admin.password.Reveal());
  }

  std::unique_ptr<PrivateServer> first_;
};

INSTANTIATE_TEST_SUITE_P(Engines, ReadyPoolAloneTest, testing::ValuesIn(AllEngines()),
                         [](const auto& info) { return info.param.name; });

TEST_P(ReadyPoolAloneTest, AServerThatGoesWhileItIsFilledTroublesNobody) {
  eds_->SetReady(kind(), {.databases = 1000});
  while (api_->GetNode(node())->ready_database_count() == 0) {
  }
  first_->Freeze();
  EXPECT_TRUE(AwaitOperation());
  EXPECT_THAT(eds_->MustRun("edsctl operation list"), HasSubstr("/ready/"));
  EXPECT_THAT(api_->ListDatabases(), IsOk());
  eds_->SetReady(kind(), {.databases = 1});
  first_->Thaw();
  EXPECT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY));
  EXPECT_TRUE(audit_->AwaitRest());
  EXPECT_THAT(api_->AwaitReady(node(), {.databases = 1}), IsOk());
  audit_->AwaitRest();
  audit_->Check({.databases = 1, .logins = 1});
}

TEST_P(ReadyPoolAloneTest, MovesToAnotherServerOnlyWhenNothingIsReady) {
  Keep({.databases = 1, .users = 1});
  const std::unique_ptr<PrivateServer> second = NewServer();
  ASSERT_NE(second, nullptr);
  const auto admin = second->CreateMinimalAdmin("secondadmin");
  ASSERT_THAT(admin, IsOk());
  const Ended refused = eds_->Run(ServerWords(*admin));
  EXPECT_THAT(absl::StrCat(refused.output, refused.errors),
              HasSubstr("set ready_databases and ready_users to 0"));
  Keep({});
  eds_->MustRun(ServerWords(*admin));
  eds_->MustRun("edsctl node restart " + node());
  EXPECT_TRUE(eds_->WaitForState(node(), v1::Node::STATE_READY));
  EXPECT_THAT(api_->GetNode(node())->server().address(), HasSubstr(absl::StrCat(second->port())));
  audit_->Check();
}

}  // namespace
}  // namespace eds
