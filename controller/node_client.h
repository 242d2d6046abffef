#ifndef EDS_CONTROLLER_NODE_CLIENT_H_
#define EDS_CONTROLLER_NODE_CLIENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/secret.h"

namespace eds {

// A database on the server of a node, by the names it has there.
struct DatabaseOnServer {
  std::string node;
  std::string name;
  std::string owner;
};

struct UserOnServer {
  std::string name;
  DatabaseOnServer database;
};

// Has nodes carry out steps; see proto/eds/node/v1/agent.proto for what each does
// and returns. Blocks until the outcome is known or `deadline` has passed.
// Thread-safe.
class NodeClient {
 public:
  virtual ~NodeClient() = default;

  virtual absl::Status CreateDatabase(const DatabaseOnServer& database, absl::Time deadline) = 0;
  virtual absl::Status DropDatabase(const DatabaseOnServer& database, absl::Time deadline) = 0;
  virtual absl::Status CreateUser(const UserOnServer& user, const Secret& password,
                                  absl::Time deadline) = 0;
  virtual absl::Status SetUserPassword(const UserOnServer& user, const Secret& password,
                                       absl::Time deadline) = 0;
  virtual absl::Status LockUser(const UserOnServer& user, absl::Time deadline) = 0;
  virtual absl::Status DropUser(const UserOnServer& user, absl::Time deadline) = 0;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_NODE_CLIENT_H_
