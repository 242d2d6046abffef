#ifndef EDS_CONTROLLER_NODE_CLIENT_H_
#define EDS_CONTROLLER_NODE_CLIENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/secret.h"
#include "eds/node/v1/agent.pb.h"
#include "eds/v1/database.pb.h"
#include "eds/v1/user.pb.h"

namespace eds {

// A database on the server of a node, by the names it has there.
struct DatabaseOnServer {
  std::string node;
  std::string name;
  std::string owner;
  v1::DatabaseOptions options = {};
  int64_t epoch = 0;  // Of the operation: the version of the record that it began with.
};

struct UserOnServer {
  std::string name;
  DatabaseOnServer database;
  v1::User::Role role = v1::User::ROLE_OWNER;
  v1::UserOptions options = {};
  bool has_second_password = false;  // For its inspection: it is to have two at the moment.
  int64_t epoch = 0;                 // Of the operation, which may be one on the database.
};

// A login made ahead.
struct LoginOnServer {
  std::string node;
  std::string name;
  int64_t epoch = 0;
};

// What is on a server under names of this installation.
struct ObjectsOnServer {
  std::vector<std::string> databases;
  std::vector<std::string> users;  // And roles.
};

// Has nodes carry out steps; see proto/eds/node/v1/agent.proto for what each does
// and returns. Blocks until the outcome is known or `deadline` has passed.
// Thread-safe.
class NodeClient {
 public:
  virtual ~NodeClient() = default;

  virtual absl::Status CreateDatabase(const DatabaseOnServer& database, absl::Time deadline) = 0;
  virtual absl::Status AdoptDatabase(const DatabaseOnServer& database,
                                     const std::string& expected_owner, absl::Time deadline) = 0;
  virtual absl::Status DropDatabase(const DatabaseOnServer& database, absl::Time deadline) = 0;
  virtual absl::Status CreateUser(const UserOnServer& user, const Passwords& passwords,
                                  absl::Time deadline) = 0;
  // `database`: null if the login is of none yet.
  virtual absl::Status PrepareUser(const LoginOnServer& login, const DatabaseOnServer* database,
                                   const Secret& password, absl::Time deadline) = 0;
  virtual absl::Status AdmitUser(const UserOnServer& user, bool has_rights,
                                 absl::Time deadline) = 0;
  virtual absl::Status SetUserPassword(const UserOnServer& user, const Passwords& passwords,
                                       absl::Time deadline) = 0;
  virtual absl::Status LockUser(const UserOnServer& user, absl::Time deadline) = 0;
  // An empty `user.database.name`: the login is of none yet.
  virtual absl::Status DropUser(const UserOnServer& user, absl::Time deadline) = 0;

  // `revision` is that of the configuration which names the password, `epoch` that of the
  // operation.
  virtual absl::Status SetAdminPassword(const std::string& node, int64_t revision, int64_t epoch,
                                        absl::Time deadline) = 0;

  virtual absl::StatusOr<ObjectsOnServer> ListObjects(const std::string& node,
                                                      const std::string& installation,
                                                      absl::Time deadline) = 0;
  virtual absl::StatusOr<std::vector<node::v1::Deviation>> InspectDatabase(
      const DatabaseOnServer& database, absl::Time deadline) = 0;
  virtual absl::StatusOr<std::vector<node::v1::Deviation>> InspectUser(const UserOnServer& user,
                                                                       absl::Time deadline) = 0;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_NODE_CLIENT_H_
