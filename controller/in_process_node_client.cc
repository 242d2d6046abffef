#include "controller/in_process_node_client.h"

#include "common/status_macros.h"

namespace eds {
namespace {

absl::StatusOr<DatabaseSpec> ToSpec(const DatabaseOnServer& database) {
  ASSIGN_OR_RETURN(Identifier name, Identifier::Parse(database.name));
  ASSIGN_OR_RETURN(Identifier owner, Identifier::Parse(database.owner));
  return DatabaseSpec{.name = name, .owner = owner};
}

absl::StatusOr<UserSpec> ToSpec(const UserOnServer& user) {
  ASSIGN_OR_RETURN(Identifier name, Identifier::Parse(user.name));
  ASSIGN_OR_RETURN(DatabaseSpec database, ToSpec(user.database));
  return UserSpec{.name = name, .database = database};
}

}  // namespace

absl::Status InProcessNodeClient::CreateDatabase(const DatabaseOnServer& database,
                                                 absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return servers_.at(database.node)->CreateDatabase(spec, deadline);
}

absl::Status InProcessNodeClient::DropDatabase(const DatabaseOnServer& database,
                                               absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return servers_.at(database.node)->DropDatabase(spec, deadline);
}

absl::Status InProcessNodeClient::CreateUser(const UserOnServer& user, const Secret& password,
                                             absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)->CreateUser(spec, password, deadline);
}

absl::Status InProcessNodeClient::SetUserPassword(const UserOnServer& user, const Secret& password,
                                                  absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)->SetUserPassword(spec.name, password, deadline);
}

absl::Status InProcessNodeClient::LockUser(const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)->LockUser(spec.name, deadline);
}

absl::Status InProcessNodeClient::DropUser(const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)->DropUser(spec, deadline);
}

}  // namespace eds
