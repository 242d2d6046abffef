#ifndef EDS_TESTS_ADVERSARY_MYSQL_ADVERSARY_H_
#define EDS_TESTS_ADVERSARY_MYSQL_ADVERSARY_H_

#include "tests/adversary/adversary_stage.h"

namespace eds {

// To be instantiated with MySQL or MariaDB.
class MysqlAdversary : public Adversary {};

}  // namespace eds

#endif  // EDS_TESTS_ADVERSARY_MYSQL_ADVERSARY_H_
