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
#include "mysql_node/mysql_version.h"
#include "node/database_server.h"

struct st_mysql;  // libmariadb's MYSQL.

namespace eds {

// One connection of the administrator's. Not thread-safe.
class MysqlConnection {
 public:
  using Rows = std::vector<std::vector<std::string>>;  // NULL is an empty text.

  // Logs in to `host`, refuses servers that are too old, and gives the session its
  // settings. `config` and `clock` must outlive the connection.
  static absl::StatusOr<std::unique_ptr<MysqlConnection>> Connect(const ServerConfig& config,
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
  absl::Status CheckWritable();

  // Whether it is of no further use.
  bool broken() const { return broken_; }

  const MysqlVersion& version() const { return *version_; }
  const std::string& address() const { return address_; }  // `host:port`.

 private:
  struct Closer {
    void operator()(st_mysql* handle) const;
  };
  using Handle = std::unique_ptr<st_mysql, Closer>;

  MysqlConnection(const ServerConfig& config, std::string host, std::string address, Clock& clock,
                  Handle handle);

  static absl::StatusOr<Handle> LogIn(const ServerConfig& config, const std::string& host,
                                      absl::Duration timeout);

  absl::Status SetUp();
  bool AwaitAnswer();
  absl::Status TakeError();
  absl::Status KillStatement();
  absl::StatusOr<Rows> ReadRows();

  const ServerConfig& config_;
  const std::string host_;
  const std::string address_;
  Clock& clock_;
  Handle handle_;
  absl::optional<MysqlVersion> version_;  // Set once it is known.
  absl::Time deadline_;
  bool broken_ = false;
};

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_CONNECTION_H_
