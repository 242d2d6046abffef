#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_SERVER_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/random.h"
#include "node/database_server.h"

namespace eds {

// A DatabaseServerOpener for PostgreSQL 9.1 and later. The administrator is a superuser,
// or, from 9.6 on, has LOGIN, CREATEDB, CREATEROLE and membership in pg_signal_backend.
// `clock` and `random` must outlive the server.
absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenPostgresqlServer(const ServerConfig& config,
                                                                     Clock& clock,
                                                                     RandomSource& random,
                                                                     absl::Time deadline);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_SERVER_H_
