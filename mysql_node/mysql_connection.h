#ifndef EDS_MYSQL_NODE_MYSQL_CONNECTION_H_
#define EDS_MYSQL_NODE_MYSQL_CONNECTION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "mysql_node/mysql_login.h"
#include "mysql_node/mysql_version.h"
#include "node/admin_passwords.h"
#include "node/database_server.h"

namespace eds {

// One connection of the administrator's. Not thread-safe.
class MysqlConnection {
 public:
  using Rows = std::vector<std::vector<std::string>>;  // NULL is an empty text.

  // Logs in to `host`, refuses servers that are too old, and gives the session its
  // settings. `config`, `passwords` and `clock` must outlive the connection.
  static absl::StatusOr<std::unique_ptr<MysqlConnection>> Connect(const ServerConfig& config,
                                                                  AdminPasswords& passwords,
                                                                  const std::string& host,
                                                                  Clock& clock,
                                                                  absl::Time deadline);

  // The statements that follow must end by `deadline`. One that does not is killed
  // on the server: kDeadlineExceeded, and the connection is broken.
  void SetDeadline(absl::Time deadline) { deadline_ = deadline; }

  // The rows that `statement` answers; none if it is not a query.
  absl::StatusOr<Rows> Query(const std::string& statement);
  absl::Status Execute(const std::string& statement);

  // kFailedPrecondition (kServerReadOnly) if the server cannot be written to; the
  // connection is then marked as broken, so that the next one may find another host.
  // kNotFound (kDatabaseNotFound) if there is to be a `database`, and is not.
  absl::Status CheckWritable(const absl::optional<Identifier>& database = absl::nullopt);

  // As in "TLSv1.3"; empty: it is not encrypted.
  std::string tls_version() const;

  // Whether it is of no further use.
  bool broken() const { return broken_; }

  const MysqlVersion& version() const { return *version_; }
  const std::string& host() const { return host_; }
  const std::string& address() const { return address_; }  // `host:port`.
  TlsMode tls_mode() const { return config_.tls.ModeFor(host_); }

 private:
  MysqlConnection(const ServerConfig& config, AdminPasswords& passwords, std::string host,
                  std::string address, Clock& clock, MysqlSession session);

  absl::Status SetUp();
  bool AwaitAnswer();
  absl::Status TakeError();
  absl::Status KillStatement();
  absl::StatusOr<Rows> ReadRows();

  const ServerConfig& config_;
  AdminPasswords& passwords_;
  const std::string host_;
  const std::string address_;
  Clock& clock_;
  MysqlSession session_;
  absl::optional<MysqlVersion> version_;  // Set once it is known.
  absl::Time deadline_;
  bool broken_ = false;
};

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_CONNECTION_H_
