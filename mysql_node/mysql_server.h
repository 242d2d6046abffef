#ifndef EDS_MYSQL_NODE_MYSQL_SERVER_H_
#define EDS_MYSQL_NODE_MYSQL_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/random.h"
#include "node/database_server.h"

namespace eds {

// A DatabaseServerOpener for MySQL 5.7 and later and MariaDB 10.4 and later. `clock`
// and `random` must outlive the server.
absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenMysqlServer(const ServerConfig& config,
                                                                Clock& clock, RandomSource& random,
                                                                absl::Time deadline);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_SERVER_H_
