#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "node/database_server.h"
#include "node/fake_database_server.h"
#include "tests/contract/database_server_contract.h"
#include "tests/contract/database_server_under_test.h"

namespace eds {
namespace {

// `server` must outlive it.
class FakeClient final : public ClientSession {
 public:
  FakeClient(FakeDatabaseServer& server, int64_t session) : server_(server), session_(session) {}
  ~FakeClient() override { server_.LogOut(session_); }

  absl::Status Ping() override { return server_.Ping(session_); }
  absl::Status CreateTable(const std::string& table) override {
    return server_.CreateTable(session_, table);
  }
  absl::Status DropTable(const std::string& table) override {
    return server_.DropTable(session_, table);
  }
  absl::Status CreateView(const std::string& view, const std::string& table) override {
    ASSIGN_OR_RETURN(const int64_t rows, server_.Count(session_, table));
    RETURN_IF_ERROR(server_.CreateTable(session_, view));
    for (int64_t i = 0; i < rows; ++i) RETURN_IF_ERROR(server_.Insert(session_, view));
    return absl::OkStatus();
  }
  absl::Status Insert(const std::string& table) override { return server_.Insert(session_, table); }
  absl::StatusOr<int64_t> Count(const std::string& table) override {
    return server_.Count(session_, table);
  }
  absl::Status Sleep(absl::Duration duration) override { return server_.Sleep(session_, duration); }
  absl::Status CreateDatabase(const std::string&) override {
    return absl::AbortedError("not allowed");
  }

 private:
  FakeDatabaseServer& server_;
  const int64_t session_;
};

class FakeHarness final : public DatabaseServerUnderTest {
 public:
  static absl::StatusOr<std::unique_ptr<DatabaseServerUnderTest>> Start() {
    return std::make_unique<FakeHarness>("first");
  }

  explicit FakeHarness(const std::string& identity) {
    server_.SetInfo({.flavour = "Fake", .version = "1.0", .identity = identity, .address = ""});
  }

  ServerConfig config() override {
    ServerConfig config = config_;
    config.port = port_;
    return config;
  }
  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const ServerConfig& config,
                                                       absl::Time deadline) override {
    return server_.Open(config, deadline);
  }
  absl::StatusOr<std::unique_ptr<ClientSession>> LogIn(const Identifier& user,
                                                       const Secret& password,
                                                       const Identifier& database) override {
    ASSIGN_OR_RETURN(const int64_t session, server_.LogIn(user.text(), password, database.text()));
    return std::make_unique<FakeClient>(server_, session);
  }
  bool has_owner_roles() const override { return true; }
  bool lets_everybody_create() const override { return false; }
  bool knows_two_passwords() const override { return true; }
  bool has_statement_timeouts() const override { return true; }
  DatabaseOptions options() const override { return {.connection_limit = 7}; }
  std::vector<DatabaseOptions> unknown_options() const override { return {}; }
  absl::Status CreateOwnerAlone(const DatabaseSpec& database) override {
    server_.CreateOwnerAlone(database);
    return absl::OkStatus();
  }
  absl::Status CreateUserAlone(const Identifier& user) override {
    server_.CreateUserAlone(user);
    return absl::OkStatus();
  }
  absl::Status DropDatabaseAlone(const DatabaseSpec& database) override {
    server_.DropDatabaseAlone(database);
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> CreateForeignDatabase(const Identifier& database,
                                                    const Identifier& owner,
                                                    const Secret& password) override {
    server_.CreateForeignDatabase(database.text(), owner.text(), password);
    return owner.text();
  }
  absl::Status LockAlone(const Identifier& user) override {
    server_.LockAlone(user);
    return absl::OkStatus();
  }
  absl::Status GrantTooMuch(const Identifier& user) override {
    server_.GrantTooMuch(user.text(), "create databases");
    return absl::OkStatus();
  }
  absl::Status RunAlone(const std::string& statement) override {
    server_.RunRemedy(statement);
    return absl::OkStatus();
  }
  void Kill() override { server_.Stop(); }
  absl::Status Restart() override {
    server_.Stop();
    server_.Start();
    return absl::OkStatus();
  }
  absl::Status Move() override {
    ++port_;
    return Restart();
  }
  // The fake never waits: it is stopped for that while.
  void Freeze() override { server_.Stop(); }
  void Thaw() override { server_.Start(); }
  absl::Status SetReadOnly(bool read_only) override {
    server_.SetReadOnly(read_only);
    return absl::OkStatus();
  }
  absl::StatusOr<ServerConfig> PowerlessAdmin() override {
    server_.FailNext(FakeDatabaseServer::Step::kOpen,
                     MakeError(absl::StatusCode::kFailedPrecondition,
                               Reason::kAdminPrivilegeMissing, "CREATE USER is missing"));
    return config();
  }
  absl::StatusOr<ServerConfig> AnotherAdmin() override {
    ServerConfig another = config();
    another.user = absl::StrCat("admin", ++admins_);
    another.password = Secret("password of " + another.user);
    server_.AddAdministrator(another.user, another.password);
    return another;
  }
  absl::Status DropAdmin(const std::string&) override { return absl::OkStatus(); }
  absl::StatusOr<std::unique_ptr<DatabaseServerUnderTest>> StartAnother() override {
    return std::make_unique<FakeHarness>("second");
  }
  std::string ReadLogs() override { return ""; }

 private:
  const ServerConfig config_ = {
      .hosts = {"127.0.0.1"}, .port = 1, .user = "admin", .password = Secret("admin's")};
  int port_ = 1;
  SystemClock clock_;
  FakeDatabaseServer server_{clock_, config_};
  int admins_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Fake, DatabaseServerContract, testing::Values(&FakeHarness::Start));

}  // namespace
}  // namespace eds
