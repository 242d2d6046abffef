// What a tenant tries on MariaDB.

#include "tests/adversary/mysql_adversary.h"
#include "tests/adversary/mysql_attempts.h"

namespace eds {
namespace {

INSTANTIATE_TEST_SUITE_P(Accounts, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Mariadb(),
                                                      MysqlAttemptsOnAccounts(Mariadb()))),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Databases, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Mariadb(), MysqlAttemptsOnDatabases())),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Server, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Mariadb(),
                                                      MysqlAttemptsOnTheServer(Mariadb()))),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Mariadb, Adversary, testing::Values(Mariadb()));
INSTANTIATE_TEST_SUITE_P(Mariadb, MysqlAdversary, testing::Values(Mariadb()));

}  // namespace
}  // namespace eds
