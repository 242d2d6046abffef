#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_SHARING_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_SHARING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/database_server.h"
#include "postgresql_node/postgresql_connection.h"

namespace eds {

// How the users of one database come to use each other's objects.
//
// Owners act as the owner role, so that all that they make is theirs together. Readers and
// writers are members of a group role each, which has been granted what is there and, by
// default privileges of those who make objects, what is to come. A group is made with its
// first user: until then nobody pays for it.
//
// Before PostgreSQL 15 everybody may create in the schema public, in his own name. An
// administrator who may change that does so. Where it may not (the schema is a
// superuser's), what users make there is shared with the groups all the same.

// Makes the group of a user that is no owner, and lets it into the database.
absl::Status EnsureGroup(PostgresqlConnection& connection, const DatabaseSpec& database, Role role);

// Whether a user of that role needs Share at all.
bool NeedsSharing(const PostgresqlConnection& connection, Role role);

// Gives the groups what they lack, on a session in the database itself. A table that is
// being created meanwhile may be overlooked: FindLacks finds it, a repeat mends it.
absl::Status Share(PostgresqlConnection& tenant, const DatabaseSpec& database);

// The statements that Share would run.
absl::StatusOr<std::vector<std::string>> FindLacks(PostgresqlConnection& tenant,
                                                   const DatabaseSpec& database);

// Keeps all but owners from creating in the schema public, where it can.
absl::Status ClosePublicSchema(PostgresqlConnection& tenant, const DatabaseSpec& database);
absl::StatusOr<bool> CanClosePublicSchema(PostgresqlConnection& tenant,
                                          const DatabaseSpec& database);
// The same of databases that have just been made, on any session.
absl::StatusOr<bool> CanCloseNewPublicSchemas(PostgresqlConnection& connection);

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_SHARING_H_
