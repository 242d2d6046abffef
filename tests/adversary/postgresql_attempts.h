#ifndef EDS_TESTS_ADVERSARY_POSTGRESQL_ATTEMPTS_H_
#define EDS_TESTS_ADVERSARY_POSTGRESQL_ATTEMPTS_H_

#include <vector>

#include "tests/adversary/adversary_stage.h"

namespace eds {

// To be somebody else, or more than a tenant; to touch others' roles.
std::vector<Attempt> PostgresqlAttemptsOnRoles();
// To touch others' databases, or what its own is kept within.
std::vector<Attempt> PostgresqlAttemptsOnDatabases();
// To reach the server's files, settings, catalogs and sessions.
std::vector<Attempt> PostgresqlAttemptsOnTheServer();

}  // namespace eds

#endif  // EDS_TESTS_ADVERSARY_POSTGRESQL_ATTEMPTS_H_
