// What a tenant tries on PostgreSQL.

#include "tests/adversary/postgresql_attempts.h"

namespace eds {
namespace {

INSTANTIATE_TEST_SUITE_P(Roles, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Postgresql(), PostgresqlAttemptsOnRoles())),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Databases, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Postgresql(),
                                                      PostgresqlAttemptsOnDatabases())),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Server, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Postgresql(),
                                                      PostgresqlAttemptsOnTheServer())),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Postgresql, Adversary, testing::Values(Postgresql()));

}  // namespace
}  // namespace eds
