#include "tests/benchmark/server.h"

#include <set>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/random.h"
#include "common/status_macros.h"
#include "tests/fixtures/engines.h"
#include "tests/fixtures/mysql_session.h"
#include "tests/fixtures/postgresql_session.h"

namespace eds::benchmark {
namespace {

constexpr size_t kNameLength = 24;  // Beside its first letter.

ServerProduct ProductOf(const std::string& engine) {
  if (engine == "postgresql") return ServerProduct::kPostgresql;
  return engine == "mysql" ? ServerProduct::kMysql : ServerProduct::kMariadb;
}

// Undoes what a test's server does to be fast: the defaults of the product hold.
std::vector<std::string> DurableArguments(ServerProduct product) {
  switch (product) {
    case ServerProduct::kPostgresql:
      return {"--fsync=on", "--full_page_writes=on"};
    case ServerProduct::kMysql:
      return {"--innodb-flush-method=O_DIRECT", "--innodb-flush-log-at-trx-commit=1",
              "--log-bin=binlog", "--sync-binlog=1"};
    case ServerProduct::kMariadb:
      return {"--innodb-flush-method=O_DIRECT", "--innodb-flush-log-at-trx-commit=1"};
  }
  return {};
}

std::vector<std::string> SettingNames(ServerProduct product) {
  if (product == ServerProduct::kPostgresql) {
    return {"server_version", "fsync", "full_page_writes", "synchronous_commit", "wal_level"};
  }
  return {"version", "innodb_flush_method", "innodb_flush_log_at_trx_commit", "log_bin",
          "sync_binlog"};
}

}  // namespace

std::vector<std::string> Server::Engines() { return {"postgresql", "mysql", "mariadb"}; }

Server::Server(std::string engine, std::unique_ptr<PrivateServer> ours, Login admin)
    : engine_(std::move(engine)),
      ours_(std::move(ours)),
      admin_(std::move(admin)),
      user_password_(NewPassword()),
      sql_(ProductOf(engine_), user_password_) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& engine) {
  for (const Engine& known : AllEngines()) {
    if (absl::AsciiStrToLower(known.name) != engine) continue;
    ASSIGN_OR_RETURN(std::unique_ptr<PrivateServer> ours,
                     known.start({.arguments = DurableArguments(ProductOf(engine))}));
    ASSIGN_OR_RETURN(Login admin, ours->CreateMinimalAdmin());
    return absl::WrapUnique(new Server(engine, std::move(ours), std::move(admin)));
  }
  return absl::InvalidArgumentError(absl::StrCat("no engine is called \"", engine, "\""));
}

std::unique_ptr<Server> Server::Take(const GivenServer& given) {
  return absl::WrapUnique(new Server(given.engine, nullptr, given.admin));
}

absl::optional<pid_t> Server::pid() const {
  if (ours_ == nullptr) return absl::nullopt;
  return ours_->pid();
}

absl::StatusOr<std::unique_ptr<SqlSession>> Server::Open(const Login& login) const {
  if (kind() == "mysql") return OpenMysqlSession(login);
  Login with_database = login;
  if (with_database.database.empty()) with_database.database = "postgres";
  return OpenPostgresqlSession(with_database);
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Server::Settings() const {
  std::vector<std::pair<std::string, std::string>> settings;
  ASSIGN_OR_RETURN(const auto session, OpenAsAdmin());
  for (const std::string& name : SettingNames(ProductOf(engine_))) {
    const std::string sql = absl::StrCat(kind() == "mysql" ? "SELECT @@GLOBAL." : "SHOW ", name);
    ASSIGN_OR_RETURN(const Rows rows, session->Run(sql));
    settings.emplace_back(name, rows.empty() ? "" : rows[0][0].value_or(""));
  }
  return settings;
}

absl::Status Server::CheckDatabases(const std::vector<std::string>& names) const {
  ASSIGN_OR_RETURN(const auto session, OpenAsAdmin());
  ASSIGN_OR_RETURN(const Rows rows, session->Run(sql_.ListDatabases()));
  std::set<std::string> there;
  for (const Row& row : rows) there.insert(row[0].value_or(""));
  for (const std::string& name : names) {
    if (there.count(name) == 0) {
      return absl::DataLossError(absl::StrCat("database ", name, " is not on the server"));
    }
  }
  return absl::OkStatus();
}

absl::Status Server::CheckLogin(const Login& login) const {
  ASSIGN_OR_RETURN(const auto session, Open(login));
  return session->Run("SELECT 1").status();
}

absl::Status RunAll(SqlSession& session, const Statements& statements) {
  for (const std::string& statement : statements) {
    RETURN_IF_ERROR(session.Run(statement).status());
  }
  return absl::OkStatus();
}

std::string NewName(char letter) {
  SystemRandom random;
  return absl::StrCat(std::string(1, letter), RandomBase32(random, kNameLength));
}

}  // namespace eds::benchmark
