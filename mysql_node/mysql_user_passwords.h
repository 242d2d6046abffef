#ifndef EDS_MYSQL_NODE_MYSQL_USER_PASSWORDS_H_
#define EDS_MYSQL_NODE_MYSQL_USER_PASSWORDS_H_

#include <vector>

#include "absl/status/status.h"
#include "common/identifier.h"
#include "common/random.h"
#include "common/secret.h"
#include "mysql_node/mysql_connection.h"
#include "mysql_node/mysql_password.h"
#include "mysql_node/mysql_version.h"

namespace eds {

// kFailedPrecondition (kOptionUnsupported) if a release knows fewer passwords at a time.
absl::Status CheckTakesPasswords(const MysqlVersion& version, const Passwords& passwords);

// What a user is created with. If these are not all of `passwords`, SetMysqlPasswords is to
// follow.
std::vector<MysqlVerifier> FirstVerifiers(const MysqlVersion& version, const Passwords& passwords,
                                          RandomSource& random);

// Lets a user log in with `passwords`, and with no other. None of them that it logs in with
// already is refused meanwhile. kNotFound (kUserNotFound).
absl::Status SetMysqlPasswords(MysqlConnection& connection, const Identifier& user,
                               const Passwords& passwords, RandomSource& random);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_USER_PASSWORDS_H_
