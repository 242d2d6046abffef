#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_CONNECTION_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/identifier.h"
#include "common/secret.h"
#include "node/tls_finding.h"
#include "postgresql_node/postgresql_dialect.h"
#include "postgresql_node/postgresql_login.h"
#include "postgresql_node/postgresql_password.h"
#include "postgresql_node/socket_watchdog.h"

namespace eds {

// The administrator's session in one database. It never reconnects by itself. Not
// thread-safe. The exceptions of libpqxx end here.
//
// Each call ends before the deadline set last: a statement that takes longer is
// cancelled on the server, and if the server does not answer even then, the session
// is broken. Either is kDeadlineExceeded (kServerTimeout).
class PostgresqlConnection {
 public:
  using Row = std::vector<std::string>;  // As text; NULL is empty.
  using Rows = std::vector<Row>;

  // `clock` and `watchdog` must outlive the connection. For errors see LogIn; also
  // kFailedPrecondition (kServerTooOld).
  static absl::StatusOr<std::unique_ptr<PostgresqlConnection>> Open(PostgresqlTarget target,
                                                                    absl::Duration patience,
                                                                    absl::Time deadline,
                                                                    Clock& clock,
                                                                    SocketWatchdog& watchdog);
  ~PostgresqlConnection();

  PostgresqlConnection(const PostgresqlConnection&) = delete;
  PostgresqlConnection& operator=(const PostgresqlConnection&) = delete;

  void set_deadline(absl::Time deadline) { deadline_ = deadline; }

  // Several statements in `sql` run as one transaction.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<Rows> Query(const std::string& sql);

  // Made here, so that the password never travels.
  absl::StatusOr<PasswordVerifier> MakeVerifier(const Identifier& user, const Secret& password);

  // The same for the administrator; whether the login took a password; and whether another
  // one with `password` is let in.
  absl::StatusOr<PasswordVerifier> MakeOwnVerifier(const Secret& password);
  bool used_password() const;
  absl::Status TryPassword(const Secret& password);

  // A session of the same administrator in another database, which a tenant owns. What
  // `check` fails is closed.
  absl::StatusOr<std::unique_ptr<PostgresqlConnection>> OpenTenant(const std::string& database);
  void OnOpenTenant(std::function<absl::Status(PostgresqlConnection& tenant)> check) {
    check_tenant_ = std::move(check);
  }

  // Whether it is lost, or its server takes no changes any more.
  bool broken() const { return read_only_ || lost(); }

  TlsState tls_state() const;
  TlsMode tls_mode() const { return target_.tls.ModeFor(target_.host); }

  const std::string& database() const { return target_.database; }
  std::string address() const { return target_.address(); }
  // As in "15.4".
  std::string server_version() const;
  Dialect dialect() const;
  // The server's process for this session.
  int process() const;

 private:
  class Session;

  PostgresqlConnection(PostgresqlTarget target, absl::Duration patience, absl::Time deadline,
                       Clock& clock, SocketWatchdog& watchdog);

  absl::Status Adopt(PostgresqlSession session);
  absl::StatusOr<PasswordVerifier> MakeVerifier(const std::string& role, const Secret& password);
  absl::Status CheckVersion() const;

  // Where exceptions stop.
  template <typename Work>
  absl::Status Run(const Work& work);
  bool lost() const;
  absl::Status Lost() const;

  absl::StatusOr<Rows> Send(const std::string& sql);

  // Lets the server cancel what is still running shortly before the deadline. Says so
  // only when the limit last set is no longer near: most steps cost no round trip.
  absl::Status LimitStatements();

  const PostgresqlTarget target_;
  const absl::Duration patience_;
  Clock& clock_;
  SocketWatchdog& watchdog_;
  absl::Time deadline_;
  absl::Duration statement_timeout_ = absl::ZeroDuration();  // As set; zero: not yet.
  std::function<absl::Status(PostgresqlConnection&)> check_tenant_;
  std::unique_ptr<Session> session_;
  bool read_only_ = false;
};

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_CONNECTION_H_
