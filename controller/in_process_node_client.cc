#include "controller/in_process_node_client.h"

#include <utility>

#include "common/status_macros.h"
#include "node/creation_options.h"
#include "node/wire.h"

namespace eds {
namespace {

absl::StatusOr<DatabaseSpec> ToSpec(const DatabaseOnServer& database) {
  ASSIGN_OR_RETURN(Identifier name, Identifier::ParseExisting(database.name));
  ASSIGN_OR_RETURN(Identifier owner, Identifier::Parse(database.owner));
  return DatabaseSpec{.name = name, .owner = owner, .options = FromProto(database.options)};
}

absl::StatusOr<UserSpec> ToSpec(const UserOnServer& user) {
  ASSIGN_OR_RETURN(Identifier name, Identifier::Parse(user.name));
  ASSIGN_OR_RETURN(DatabaseSpec database, ToSpec(user.database));
  return UserSpec{.name = name,
                  .database = database,
                  .role = FromProto(user.role),
                  .options = FromProto(user.options),
                  .has_second_password = user.has_second_password};
}

absl::StatusOr<std::vector<node::v1::Deviation>> Deviations(
    const absl::StatusOr<std::vector<Deviation>>& found) {
  RETURN_IF_ERROR(found.status());
  std::vector<node::v1::Deviation> deviations;
  for (const Deviation& deviation : *found) deviations.push_back(ToDeviation(deviation));
  return deviations;
}

}  // namespace

absl::Status InProcessNodeClient::CreateDatabase(const DatabaseOnServer& database,
                                                 absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return servers_.at(database.node)->CreateDatabase(spec, deadline);
}

absl::Status InProcessNodeClient::AdoptDatabase(const DatabaseOnServer& database,
                                                const std::string& expected_owner,
                                                absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return servers_.at(database.node)->AdoptDatabase(spec, expected_owner, deadline);
}

absl::Status InProcessNodeClient::DropDatabase(const DatabaseOnServer& database,
                                               absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return servers_.at(database.node)->DropDatabase(spec, deadline);
}

absl::Status InProcessNodeClient::CreateUser(const UserOnServer& user, const Passwords& passwords,
                                             absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)->CreateUser(spec, passwords, deadline);
}

absl::Status InProcessNodeClient::PrepareUser(const LoginOnServer& login,
                                              const DatabaseOnServer* database,
                                              const Secret& password, absl::Time deadline) {
  ASSIGN_OR_RETURN(const Identifier user, Identifier::Parse(login.name));
  absl::optional<DatabaseSpec> spec;
  if (database != nullptr) {
    ASSIGN_OR_RETURN(spec, ToSpec(*database));
  }
  return servers_.at(login.node)->PrepareUser(user, spec, password, deadline);
}

absl::Status InProcessNodeClient::AdmitUser(const UserOnServer& user, bool has_rights,
                                            absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)
      ->AdmitUser(spec, has_rights ? Rights::kGranted : Rights::kNone, deadline);
}

absl::Status InProcessNodeClient::SetUserPassword(const UserOnServer& user,
                                                  const Passwords& passwords, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)->SetUserPassword(spec.name, passwords, deadline);
}

absl::Status InProcessNodeClient::LockUser(const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return servers_.at(user.database.node)->LockUser(spec.name, deadline);
}

absl::Status InProcessNodeClient::DropUser(const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const Identifier name, Identifier::Parse(user.name));
  absl::optional<DatabaseSpec> database;
  if (!user.database.name.empty()) {
    ASSIGN_OR_RETURN(database, ToSpec(user.database));
  }
  return servers_.at(user.database.node)->DropUser(name, database, deadline);
}

absl::Status InProcessNodeClient::SetAdminPassword(const std::string& node, int64_t, int64_t,
                                                   absl::Time deadline) {
  return servers_.at(node)->SetAdminPassword(deadline);
}

absl::StatusOr<ObjectsOnServer> InProcessNodeClient::ListObjects(const std::string& node,
                                                                 const std::string& installation,
                                                                 absl::Time deadline) {
  ASSIGN_OR_RETURN(const Identifier prefix, Identifier::ParsePart(installation));
  ASSIGN_OR_RETURN(Inventory inventory, servers_.at(node)->ListObjects(prefix, deadline));
  return ObjectsOnServer{.databases = std::move(inventory.databases),
                         .users = std::move(inventory.users)};
}

absl::StatusOr<std::vector<node::v1::Deviation>> InProcessNodeClient::InspectDatabase(
    const DatabaseOnServer& database, absl::Time deadline) {
  ASSIGN_OR_RETURN(const DatabaseSpec spec, ToSpec(database));
  return Deviations(servers_.at(database.node)->InspectDatabase(spec, deadline));
}

absl::StatusOr<std::vector<node::v1::Deviation>> InProcessNodeClient::InspectUser(
    const UserOnServer& user, absl::Time deadline) {
  ASSIGN_OR_RETURN(const UserSpec spec, ToSpec(user));
  return Deviations(servers_.at(user.database.node)->InspectUser(spec, deadline));
}

}  // namespace eds
