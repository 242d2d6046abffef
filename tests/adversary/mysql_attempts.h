#ifndef EDS_TESTS_ADVERSARY_MYSQL_ATTEMPTS_H_
#define EDS_TESTS_ADVERSARY_MYSQL_ATTEMPTS_H_

#include <vector>

#include "tests/adversary/adversary_stage.h"

namespace eds {

// Those of both MySQL and MariaDB, and of either.
std::vector<Attempt> MysqlAttemptsOnAccounts(const Engine& engine);
std::vector<Attempt> MysqlAttemptsOnDatabases();
std::vector<Attempt> MysqlAttemptsOnTheServer(const Engine& engine);

}  // namespace eds

#endif  // EDS_TESTS_ADVERSARY_MYSQL_ATTEMPTS_H_
