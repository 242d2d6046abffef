#include "tests/contract/private_server_under_test.h"

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "tests/contract/database_server_under_test.h"
#include "tests/fixtures/sql_session.h"

namespace eds {
namespace {

class SqlClient final : public ClientSession {
 public:
  SqlClient(std::unique_ptr<SqlSession> session, std::string sleep_sql)
      : session_(std::move(session)), sleep_sql_(std::move(sleep_sql)) {}

  absl::Status Ping() override { return Run("SELECT 1"); }
  absl::Status CreateTable(const std::string& table) override {
    return Run(absl::StrCat("CREATE TABLE ", table, " (n INT)"));
  }
  absl::Status DropTable(const std::string& table) override {
    return Run(absl::StrCat("DROP TABLE ", table));
  }
  absl::Status CreateView(const std::string& view, const std::string& table) override {
    return Run(absl::StrCat("CREATE VIEW ", view, " AS SELECT n FROM ", table));
  }
  absl::Status Insert(const std::string& table) override {
    return Run(absl::StrCat("INSERT INTO ", table, " VALUES (1)"));
  }
  absl::StatusOr<int64_t> Count(const std::string& table) override {
    ASSIGN_OR_RETURN(const Rows rows, session_->Run("SELECT count(*) FROM " + table));
    int64_t count = 0;
    if (!absl::SimpleAtoi(rows.at(0).at(0).value(), &count)) {
      return absl::InternalError("not a number");
    }
    return count;
  }
  absl::Status Sleep(absl::Duration duration) override {
    return Run(absl::Substitute(sleep_sql_, absl::ToDoubleSeconds(duration)));
  }
  absl::Status CreateDatabase(const std::string& database) override {
    return Run("CREATE DATABASE " + database);
  }

 private:
  absl::Status Run(const std::string& sql) { return session_->Run(sql).status(); }

  const std::unique_ptr<SqlSession> session_;
  const std::string sleep_sql_;
};

class PrivateServerHarness final : public DatabaseServerUnderTest {
 public:
  static absl::StatusOr<std::unique_ptr<DatabaseServerUnderTest>> Start(const Engine& engine,
                                                                        AdminKind kind) {
    ASSIGN_OR_RETURN(auto server, engine.start({.log_statements = true}));
    Login admin = server->admin();
    if (kind == AdminKind::kMinimal) {
      ASSIGN_OR_RETURN(admin, server->CreateMinimalAdmin());
    }
    return std::make_unique<PrivateServerHarness>(engine, kind, std::move(server),
                                                  std::move(admin));
  }

  PrivateServerHarness(const Engine& engine, AdminKind kind, std::unique_ptr<PrivateServer> server,
                       Login admin)
      : engine_(engine), kind_(kind), server_(std::move(server)), admin_(std::move(admin)) {}

  ServerConfig config() override { return ConfigOf(admin_); }

  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const ServerConfig& config,
                                                       absl::Time deadline) override {
    return engine_.open(config, clock_, random_, deadline);
  }

  absl::StatusOr<std::unique_ptr<ClientSession>> LogIn(const Identifier& user,
                                                       const Secret& password,
                                                       const Identifier& database) override {
    ASSIGN_OR_RETURN(auto session, server_->Connect({.port = server_->port(),
                                                     .user = user.text(),
                                                     .password = password,
                                                     .database = database.text()}));
    return std::make_unique<SqlClient>(std::move(session), engine_.sleep_sql);
  }

  bool has_owner_roles() const override { return !engine_.create_owner_sql.empty(); }
  bool lets_everybody_create() const override {
    if (engine_.lets_everybody_create_sql.empty()) return false;
    Login login = admin_;
    login.port = server_->port();
    const auto session = server_->Connect(login);
    if (!session.ok()) return false;
    const auto rows = (*session)->Run(engine_.lets_everybody_create_sql);
    return rows.ok() && rows->at(0).at(0) == "t";
  }
  bool knows_two_passwords() const override { return engine_.knows_two_passwords; }
  bool has_statement_timeouts() const override { return engine_.has_statement_timeouts; }
  DatabaseOptions options() const override { return engine_.options; }
  std::vector<DatabaseOptions> unknown_options() const override { return engine_.unknown_options; }

  absl::Status CreateOwnerAlone(const DatabaseSpec& database) override {
    if (!has_owner_roles()) return absl::OkStatus();
    return Run(absl::Substitute(engine_.create_owner_sql, database.owner.text()));
  }
  absl::Status CreateUserAlone(const Identifier& user) override {
    return Run(absl::Substitute(engine_.create_user_sql, user.text()));
  }
  absl::Status DropDatabaseAlone(const DatabaseSpec& database) override {
    return Run("DROP DATABASE " + database.name.text());
  }

  absl::StatusOr<std::string> CreateForeignDatabase(const Identifier& database,
                                                    const Identifier& owner,
                                                    const Secret& password) override {
    const std::string pattern = absl::StrReplaceAll(database.text(), {{"_", "\\_"}});
    for (const std::string& sql : engine_.create_foreign_database_sql) {
      RETURN_IF_ERROR(RunAlone(absl::Substitute(sql, database.text(), owner.text(),
                                                password.Reveal(), pattern, admin_.user)));
    }
    return absl::Substitute(engine_.owner_format, owner.text());
  }
  absl::Status LockAlone(const Identifier& user) override {
    return RunAlone(absl::Substitute(engine_.lock_user_sql, user.text()));
  }
  absl::Status GrantTooMuch(const Identifier& user) override {
    return RunAlone(absl::Substitute(engine_.grant_too_much_sql, user.text()));
  }
  absl::Status RunAlone(const std::string& statement) override {
    return server_->RunAsAdmin(statement).status();
  }

  void Kill() override { server_->Kill(); }
  absl::Status Restart() override { return server_->Restart(); }
  absl::Status Move() override { return server_->Move(); }
  void Freeze() override { server_->Freeze(); }
  void Thaw() override { server_->Thaw(); }
  absl::Status SetReadOnly(bool read_only) override { return server_->SetReadOnly(read_only); }

  absl::StatusOr<ServerConfig> PowerlessAdmin() override {
    ASSIGN_OR_RETURN(const Login login, server_->CreatePowerlessAdmin());
    return ConfigOf(login);
  }

  absl::StatusOr<ServerConfig> AnotherAdmin() override {
    ASSIGN_OR_RETURN(const Login login,
                     server_->CreateMinimalAdmin(absl::StrCat("admin", ++admins_)));
    return ConfigOf(login);
  }

  absl::Status DropAdmin(const std::string& user) override {
    if (!has_owner_roles()) {
      return server_->RunAsAdmin(absl::StrCat("DROP USER '", user, "'@'%'")).status();
    }
    RETURN_IF_ERROR(server_->RunAsAdmin(absl::StrCat("DROP OWNED BY ", user)).status());
    return server_->RunAsAdmin(absl::StrCat("DROP ROLE ", user)).status();
  }

  absl::StatusOr<std::unique_ptr<DatabaseServerUnderTest>> StartAnother() override {
    return Start(engine_, kind_);
  }

  std::string ReadLogs() override { return server_->ReadLogs(); }

 private:
  ServerConfig ConfigOf(const Login& login) const {
    return {.hosts = {login.host},
            .port = server_->port(),
            .user = login.user,
            .password = login.password};
  }

  // As the administrator of the implementation, who must own what it is to find.
  absl::Status Run(const std::string& sql) {
    Login login = admin_;
    login.port = server_->port();
    ASSIGN_OR_RETURN(const auto session, server_->Connect(login));
    return session->Run(sql).status();
  }

  const Engine engine_;
  const AdminKind kind_;
  SystemClock clock_;
  SystemRandom random_;
  const std::unique_ptr<PrivateServer> server_;
  const Login admin_;
  int admins_ = 0;
};

}  // namespace

StartServerUnderTest PrivateServerUnderTest(Engine engine, AdminKind admin) {
  return [engine = std::move(engine), admin] { return PrivateServerHarness::Start(engine, admin); };
}

}  // namespace eds
