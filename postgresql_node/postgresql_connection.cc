#include "postgresql_node/postgresql_connection.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <pqxx/connection_base>
#include <pqxx/connectionpolicy>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/error.h"
#include "common/failpoint.h"
#include "common/status_macros.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_sql.h"

namespace eds {
namespace {

// Gives libpqxx a session that exists already, once: a session that is lost stays
// lost, where libpqxx's own policies would quietly begin another one.
class Adoption final : public pqxx::connectionpolicy {
 public:
  explicit Adoption(PostgresqlSession session)
      : connectionpolicy(""), session_(std::move(session)) {}

  handle do_startconnect(handle current) override {
    if (current == nullptr) current = session_.release();
    if (current == nullptr || PQstatus(current) != CONNECTION_OK) throw pqxx::broken_connection();
    return current_ = current;
  }
  handle do_disconnect(handle current) noexcept override {
    current_ = nullptr;
    return connectionpolicy::do_disconnect(current);
  }

  PGconn* current() const { return current_; }

 private:
  PostgresqlSession session_;
  PGconn* current_ = nullptr;
};

// "ERROR:  role "x" exists\n" as `role "x" exists`.
std::string Text(const std::exception& error) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(error.what(), absl::MaxSplits(":  ", 1));
  const std::string& text = parts.second.empty() ? parts.first : parts.second;
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{"\n", "; "}});
}

// libpqxx 6 forgets the SQLSTATE of those that have a class of their own.
std::string SqlStateOf(const pqxx::sql_error& error) {
  const bool privilege = dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr;
  return privilege ? std::string(sqlstate::kInsufficientPrivilege) : error.sqlstate();
}

}  // namespace

// libpqxx's connection on a session of our own making.
class PostgresqlConnection::Session final : public pqxx::connection_base {
 public:
  explicit Session(PostgresqlSession session)
      : connection_base(policy_), policy_(std::move(session)) {
    init();
    // Nothing but the message: its context would quote our statements.
    set_verbosity(terse);
    socket_ = fcntl(sock(), F_DUPFD_CLOEXEC, 0);
  }
  ~Session() {
    close();
    ::close(socket_);
  }

  PGconn* handle() const { return policy_.current(); }

  // The session's socket by a number that stays ours when libpq closes its own.
  int socket() const { return socket_; }

 private:
  Adoption policy_;
  int socket_ = -1;
};

PostgresqlConnection::PostgresqlConnection(PostgresqlTarget target, absl::Duration patience,
                                           absl::Time deadline, Clock& clock,
                                           SocketWatchdog& watchdog)
    : target_(std::move(target)),
      patience_(patience),
      clock_(clock),
      watchdog_(watchdog),
      deadline_(deadline) {}

PostgresqlConnection::~PostgresqlConnection() = default;

absl::StatusOr<std::unique_ptr<PostgresqlConnection>> PostgresqlConnection::Open(
    PostgresqlTarget target, absl::Duration patience, absl::Time deadline, Clock& clock,
    SocketWatchdog& watchdog) {
  ASSIGN_OR_RETURN(PostgresqlSession session, LogIn(target, patience, deadline, clock));
  std::unique_ptr<PostgresqlConnection> connection(
      new PostgresqlConnection(std::move(target), patience, deadline, clock, watchdog));
  RETURN_IF_ERROR(connection->Adopt(std::move(session)));
  RETURN_IF_ERROR(connection->CheckVersion());
  RETURN_IF_ERROR(connection->Execute(sql::SetUpSession(connection->dialect())));
  return connection;
}

absl::StatusOr<std::unique_ptr<PostgresqlConnection>> PostgresqlConnection::OpenTenant(
    const std::string& database) {
  PostgresqlTarget target = target_;
  target.database = database;
  target.settings = dialect().TenantSettings();
  ASSIGN_OR_RETURN(std::unique_ptr<PostgresqlConnection> connection,
                   Open(std::move(target), patience_, deadline_, clock_, watchdog_));
  RETURN_IF_ERROR(connection->Execute(sql::SetUpTenantSession(connection->dialect())));
  if (check_tenant_ != nullptr) RETURN_IF_ERROR(check_tenant_(*connection));
  return connection;
}

absl::Status PostgresqlConnection::Adopt(PostgresqlSession session) {
  return Run([&] { session_ = std::make_unique<Session>(std::move(session)); });
}

absl::Status PostgresqlConnection::CheckVersion() const {
  if (PQserverVersion(session_->handle()) >= Dialect::kOldest) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kServerTooOld,
                   absl::StrCat("PostgreSQL ", server_version(),
                                " is too old: EDS needs PostgreSQL 9.1 or later"));
}

absl::Status PostgresqlConnection::Execute(const std::string& sql) {
  Failpoint("before a statement");
  const absl::Status status = Query(sql).status();
  Failpoint("after a statement");
  return status;
}

absl::StatusOr<PostgresqlConnection::Rows> PostgresqlConnection::Query(const std::string& sql) {
  RETURN_IF_ERROR(LimitStatements());
  return Send(sql);
}

absl::StatusOr<PostgresqlConnection::Rows> PostgresqlConnection::Send(const std::string& sql) {
  const SocketWatchdog::Watch watch(watchdog_, session_->socket(), deadline_);
  Rows rows;
  RETURN_IF_ERROR(Run([&] {
    for (const pqxx::row& row : pqxx::nontransaction(*session_).exec(sql)) {
      Row& texts = rows.emplace_back();
      for (const pqxx::field& field : row) texts.emplace_back(field.c_str());
    }
  }));
  return rows;
}

absl::Status PostgresqlConnection::LimitStatements() {
  const absl::Duration left = deadline_ - clock_.Now();
  if (left <= absl::ZeroDuration()) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                     "no time was left to ask the PostgreSQL server");
  }
  const absl::Duration limit = left - std::min(left / 4, absl::Milliseconds(200));
  const bool close_enough = limit == statement_timeout_ ||
                            absl::AbsDuration(limit - statement_timeout_) < absl::Milliseconds(100);
  if (close_enough) return absl::OkStatus();
  RETURN_IF_ERROR(Send(sql::SetStatementTimeout(limit)).status());
  statement_timeout_ = limit;
  return absl::OkStatus();
}

absl::StatusOr<PasswordVerifier> PostgresqlConnection::MakeVerifier(const Identifier& user,
                                                                    const Secret& password) {
  return MakeVerifier(user.text(), password);
}

absl::StatusOr<PasswordVerifier> PostgresqlConnection::MakeOwnVerifier(const Secret& password) {
  return MakeVerifier(target_.user, password);
}

bool PostgresqlConnection::used_password() const {
  return PQconnectionUsedPassword(session_->handle()) != 0;
}

absl::Status PostgresqlConnection::TryPassword(const Secret& password) {
  AdminPasswords alone(password);
  PostgresqlTarget target = target_;
  target.passwords = &alone;
  return LogIn(target, patience_, deadline_, clock_).status();
}

absl::StatusOr<PasswordVerifier> PostgresqlConnection::MakeVerifier(const std::string& role,
                                                                    const Secret& password) {
  const std::unique_ptr<char, decltype(&PQfreemem)> verifier(
      PQencryptPasswordConn(session_->handle(), password.Reveal().c_str(), role.c_str(),
                            dialect().has_scram() ? "scram-sha-256" : "md5"),
      &PQfreemem);
  return PasswordVerifier::Parse(verifier == nullptr ? "" : verifier.get());
}

bool PostgresqlConnection::lost() const { return session_ == nullptr || !session_->is_open(); }

std::string PostgresqlConnection::server_version() const {
  const char* version = PQparameterStatus(session_->handle(), "server_version");
  const std::vector<std::string> words = absl::StrSplit(version == nullptr ? "?" : version, ' ');
  return words[0];
}

Dialect PostgresqlConnection::dialect() const {
  return Dialect(PQserverVersion(session_->handle()), target_.user);
}

TlsState PostgresqlConnection::tls_state() const {
  const char* protocol = PQsslAttribute(session_->handle(), "protocol");
  return {.host = target_.host,
          .protocol = protocol == nullptr ? "" : protocol,
          .not_after = ExpiryOfServerCertificate(session_->handle())};
}

int PostgresqlConnection::process() const { return PQbackendPID(session_->handle()); }

template <typename Work>
absl::Status PostgresqlConnection::Run(const Work& work) {
  try {
    work();
    return absl::OkStatus();
  } catch (const pqxx::too_many_connections& error) {  // A broken_connection, it says.
    return ToStatus(sqlstate::kTooManyConnections, Text(error));
  } catch (const pqxx::broken_connection&) {
    return Lost();
  } catch (const pqxx::sql_error& error) {
    if (lost()) return Lost();
    const std::string sqlstate = SqlStateOf(error);
    read_only_ = sqlstate == sqlstate::kReadOnlySqlTransaction;
    return ToStatus(sqlstate, Text(error));
  } catch (const pqxx::serialization_failure& error) {
    return ToStatus(sqlstate::kSerializationFailure, Text(error));
  } catch (const pqxx::deadlock_detected& error) {
    return ToStatus(sqlstate::kDeadlockDetected, Text(error));
  } catch (const std::exception& error) {
    return ToStatus("", Text(error));
  }
}

absl::Status PostgresqlConnection::Lost() const {
  if (clock_.Now() >= deadline_) {
    return MakeError(
        absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
        absl::StrCat("the PostgreSQL server at ", address(), " did not answer in time"));
  }
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                   absl::StrCat("the PostgreSQL server at ", address(), " dropped the connection"));
}

}  // namespace eds
