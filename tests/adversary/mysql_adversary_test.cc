// What a tenant tries on MySQL.

#include "tests/adversary/mysql_adversary.h"

#include "tests/adversary/mysql_attempts.h"

namespace eds {
namespace {

INSTANTIATE_TEST_SUITE_P(Accounts, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Mysql(), MysqlAttemptsOnAccounts(Mysql()))),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Databases, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Mysql(), MysqlAttemptsOnDatabases())),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Server, RefusedAttempt,
                         testing::ValuesIn(AttemptsOn(Mysql(), MysqlAttemptsOnTheServer(Mysql()))),
                         AttemptName);
INSTANTIATE_TEST_SUITE_P(Mysql, Adversary, testing::Values(Mysql()));
INSTANTIATE_TEST_SUITE_P(Mysql, MysqlAdversary, testing::Values(Mysql()));

}  // namespace
}  // namespace eds
