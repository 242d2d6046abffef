#ifndef EDS_MYSQL_NODE_MYSQL_LOGIN_H_
#define EDS_MYSQL_NODE_MYSQL_LOGIN_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/secret.h"
#include "mysql_node/mysql_version.h"
#include "node/database_server.h"

struct st_mysql;  // libmariadb's MYSQL.

namespace eds {

struct CloseMysqlSession {
  void operator()(st_mysql* session) const;
};
using MysqlSession = std::unique_ptr<st_mysql, CloseMysqlSession>;

// Logs in to `host` as `config` says, but with `password`, giving each wait for the server
// `timeout`. The password itself is never sent in clear, and no statement reaches a server that is
// not protected as config.tls asks for: kFailedPrecondition (kServerTlsFailed).
absl::StatusOr<MysqlSession> LogInToMysql(const ServerConfig& config, const std::string& host,
                                          const Secret& password, absl::Duration timeout);

// The error that `session` reported last.
absl::Status LastMysqlError(st_mysql* session, absl::optional<MysqlFlavour> flavour);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_LOGIN_H_
