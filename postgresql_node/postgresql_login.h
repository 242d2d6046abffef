#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_LOGIN_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_LOGIN_H_

#include <postgresql/libpq-fe.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "common/secret.h"
#include "node/admin_passwords.h"
#include "node/tls_options.h"

namespace eds {

// Who logs in where.
struct PostgresqlTarget {
  std::string host;  // A name, an address, or the folder of a Unix socket.
  int port = 0;
  std::string user;
  AdminPasswords* passwords = nullptr;  // Must outlive what is opened with it.
  std::string database;
  std::string session_name = "eds postgresql_node";  // As others see it.
  std::string settings = {};  // As in "-c lock_timeout=1s": whatever the database has set.
  TlsOptions tls = {};

  // As in "db.example.com:5432".
  std::string address() const;
};

struct EndSession {
  void operator()(PGconn* session) const { PQfinish(session); }
};
using PostgresqlSession = std::unique_ptr<PGconn, EndSession>;

// Logs in, waiting for `patience` at the most, and not beyond `deadline`. Nothing in
// this process's environment or home folder chooses the server, the user, the password
// or the certificates: to that end, libpq's variables are removed from the environment.
//
// libpq tells why a login failed as text alone. We let it use no words: asked for
// SQLSTATEs, it reports the server's error as "FATAL:  28P01" in whatever language.
// An error without a SQLSTATE is one of the network, which only a person reads.
//
// Errors, besides those of ToStatus: kUnavailable (kServerUnreachable);
// kDeadlineExceeded (kServerTimeout); kFailedPrecondition (kServerMismatch) if what
// answers there is no PostgreSQL server, or (kServerTlsFailed) if the connection cannot be
// protected as target.tls asks for. The password is sent only once it is.
absl::StatusOr<PostgresqlSession> LogIn(const PostgresqlTarget& target, absl::Duration patience,
                                        absl::Time deadline, Clock& clock);

// Empty if the connection is not encrypted.
absl::optional<absl::Time> ExpiryOfServerCertificate(PGconn* session);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_LOGIN_H_
