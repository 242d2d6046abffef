#ifndef EDS_MYSQL_NODE_MYSQL_SESSIONS_H_
#define EDS_MYSQL_NODE_MYSQL_SESSIONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/identifier.h"
#include "mysql_node/mysql_connection.h"

namespace eds {

// Ends a session. Does not wait. OK if it is gone.
absl::Status KillSession(MysqlConnection& connection, absl::string_view id);

// Ends the sessions of a user and waits until none is left: kDeadlineExceeded if
// that takes longer than the connection's deadline, as a long rollback may.
absl::Status EndSessionsOfUser(MysqlConnection& connection, const Identifier& user);

// Ends the sessions on a database. Does not wait: DROP DATABASE does.
absl::Status EndSessionsOnDatabase(MysqlConnection& connection, const Identifier& database);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_SESSIONS_H_
