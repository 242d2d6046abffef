#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_ADOPTION_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_ADOPTION_H_

#include <string>

#include "absl/status/status.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// DatabaseServer::AdoptDatabase, on one connection, in one transaction.
//
// All that `expected_owner` owns in the database goes to the database's new owner role,
// and what it had been granted on those things with it: of its rights there it keeps what
// other owners have granted it, and it cannot connect. Privileges on the database itself
// are taken back from all who are not users of ours. The sessions of those who could not
// connect any more end. What other roles own in the database stays theirs.
//
// Beside an owner that is another than expected, these are reasons to refuse
// (kOwnerMismatch): it is a superuser, or the administrator; it owns things that no single
// database holds, which REASSIGN OWNED would move too; something of its cannot be handed
// over; the database is the server's own, or takes no connections.
//
// kAdminPrivilegeMissing if the administrator may not act as the old owner, or connect to
// the database, with the statement that lets it. Where it can, it makes itself a member
// of the old owner, for as long as the transaction takes.
absl::Status AdoptDatabase(PostgresqlConnection& connection, const DatabaseSpec& database,
                           const std::string& expected_owner);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_ADOPTION_H_
