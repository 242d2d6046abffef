#ifndef EDS_TOOLS_CLI_RESOLVE_H_
#define EDS_TOOLS_CLI_RESOLVE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "eds/v1/database_service.pb.h"
#include "tools/cli/client.h"

namespace eds::cli {

// `nodes/{node}` for an id, or what is one already.
std::string NodeName(const std::string& word);
std::string ConfigName(const std::string& word);

// Every database, or user, that `request` asks for, but at most `limit`; 0: no limit.
absl::StatusOr<v1::ListDatabasesResponse> ListAllDatabases(Client& client,
                                                           v1::ListDatabasesRequest request,
                                                           size_t limit);
absl::StatusOr<v1::ListUsersResponse> ListAllUsers(Client& client, const std::string& database,
                                                   size_t limit);

// The database that a person means: `databases/{database}` or a display name.
absl::StatusOr<v1::Database> FindDatabase(Client& client, const std::string& word);
// The deleted one that he means; kFailedPrecondition if several had this display name.
absl::StatusOr<v1::Database> FindDeletedDatabase(Client& client, const std::string& word);
// Its resource name alone; asks for nothing if `word` is one.
absl::StatusOr<std::string> FindDatabaseName(Client& client, const std::string& word);

// The resource name of a user: `database` is that, and `user` empty; or `database`
// is as above, and `user` the user's id, resource name or name on the server.
absl::StatusOr<std::string> FindUserName(Client& client, const std::string& database,
                                         const std::string& user);

}  // namespace eds::cli

#endif  // EDS_TOOLS_CLI_RESOLVE_H_
