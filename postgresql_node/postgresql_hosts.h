#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_HOSTS_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_HOSTS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "node/admin_passwords.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"
#include "postgresql_node/socket_watchdog.h"

namespace eds {

// Connects to the first of `config.hosts` that can be written to, in the database
// `postgres`, or `template1` if it is missing. kFailedPrecondition (kServerReadOnly)
// if none of those that answer can; else the error that tells most.
absl::StatusOr<std::unique_ptr<PostgresqlConnection>> ConnectToWritable(const ServerConfig& config,
                                                                        AdminPasswords& passwords,
                                                                        absl::Time deadline,
                                                                        Clock& clock,
                                                                        SocketWatchdog& watchdog);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_HOSTS_H_
