#include "node/fake_administrator.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/identifier.h"
#include "common/status_macros.h"

namespace eds {
namespace {

absl::Status DatabaseMissing(const Identifier& database) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kDatabaseNotFound,
                   absl::StrCat("there is no database ", database.text()));
}

absl::Status UserMissing(const Identifier& user) {
  return MakeError(absl::StatusCode::kNotFound, Reason::kUserNotFound,
                   absl::StrCat("there is no user ", user.text()));
}

absl::Status Precondition(Reason reason, absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message);
}

bool IsOf(const Identifier& installation, const std::string& name) {
  return name.size() > 1 && absl::StartsWith(name.substr(1), installation.text());
}

}  // namespace

absl::StatusOr<ServerInfo> FakeDatabaseServer::Administrator::Probe(absl::Time deadline) {
  ServerInfo info;
  RETURN_IF_ERROR(Take(Step::kProbe, deadline, [&] {
    info = server_.info_;
    info.address = address_;
    return absl::OkStatus();
  }));
  return info;
}

absl::Status FakeDatabaseServer::Administrator::CreateDatabase(const DatabaseSpec& database,
                                                               absl::Time deadline) {
  return Change(Step::kCreateDatabase, deadline, [&] {
    server_.owners_.insert(database.owner.text());
    Database& stored = server_.databases_[database.name.text()];
    stored.owner = database.owner.text();
    stored.connection_limit = database.options.connection_limit;
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::AdoptDatabase(const DatabaseSpec& database,
                                                              const std::string& expected_owner,
                                                              absl::Time deadline) {
  return Change(Step::kAdoptDatabase, deadline, [&] {
    const auto found = server_.databases_.find(database.name.text());
    if (found == server_.databases_.end()) return DatabaseMissing(database.name);
    std::string& owner = found->second.owner;
    if (owner != expected_owner && owner != database.owner.text()) {
      return Precondition(Reason::kOwnerMismatch,
                          absl::StrCat(database.name.text(), " belongs to ", owner));
    }
    server_.TakeFrom(owner, database.name.text());
    owner = database.owner.text();
    server_.owners_.insert(owner);
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::DropDatabase(const DatabaseSpec& database,
                                                             absl::Time deadline) {
  return Change(Step::kDropDatabase, deadline, [&] {
    server_.DropTables(database.name.text());
    server_.owners_.erase(database.owner.text());
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::CreateUser(const UserSpec& user,
                                                           const Passwords& passwords,
                                                           absl::Time deadline) {
  return Change(Step::kCreateUser, deadline, [&] {
    if (!server_.databases_.contains(user.database.name.text())) {
      return DatabaseMissing(user.database.name);
    }
    User& stored = server_.users_[user.name.text()];
    stored.database = user.database.name.text();
    stored.passwords = passwords;
    stored.role = user.role;
    stored.options = user.options;
    stored.locked = false;
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::PrepareUser(
    const Identifier& user, const absl::optional<DatabaseSpec>& database, const Secret& password,
    absl::Time deadline) {
  return Change(Step::kPrepareUser, deadline, [&] {
    if (database && !server_.databases_.contains(database->name.text())) {
      return DatabaseMissing(database->name);
    }
    server_.Lock(user.text());
    server_.users_[user.text()] = {
        .database = database ? database->name.text() : "", .passwords = password, .locked = true};
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::AdmitUser(const UserSpec& user, Rights rights,
                                                          absl::Time deadline) {
  return Change(Step::kAdmitUser, deadline, [&] {
    const auto found = server_.users_.find(user.name.text());
    if (found == server_.users_.end()) return UserMissing(user.name);
    if (!server_.databases_.contains(user.database.name.text())) {
      return DatabaseMissing(user.database.name);
    }
    User& stored = found->second;
    if (rights == Rights::kNone) stored.database = user.database.name.text();
    stored.role = user.role;
    stored.options = user.options;
    stored.locked = false;
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::SetUserPassword(const Identifier& user,
                                                                const Passwords& passwords,
                                                                absl::Time deadline) {
  return Change(Step::kSetUserPassword, deadline, [&] {
    const auto found = server_.users_.find(user.text());
    if (found == server_.users_.end()) return UserMissing(user);
    found->second.passwords = passwords;
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::LockUser(const Identifier& user,
                                                         absl::Time deadline) {
  return Change(Step::kLockUser, deadline, [&] {
    server_.Lock(user.text());
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::DropUser(const Identifier& user,
                                                         const absl::optional<DatabaseSpec>&,
                                                         absl::Time deadline) {
  return Change(Step::kDropUser, deadline, [&] {
    server_.Lock(user.text());
    const auto found = server_.users_.find(user.text());
    if (found == server_.users_.end()) return absl::OkStatus();
    const std::string& object = found->second.owned_object;
    if (!object.empty()) {
      return WithViolation(
          Precondition(Reason::kUserOwnsObjects, absl::StrCat("the user owns ", object)),
          "OWNED_OBJECT", object, "drop it, or give it to another user");
    }
    server_.users_.erase(found);
    return absl::OkStatus();
  });
}

absl::Status FakeDatabaseServer::Administrator::SetAdminPassword(absl::Time deadline) {
  if (!next_password_) {
    return Precondition(Reason::kNodeNotConfigured, "there is no next password");
  }
  return Change(Step::kSetAdminPassword, deadline, [&] {
    server_.admin_passwords_[user_] = *next_password_;
    return absl::OkStatus();
  });
}

absl::StatusOr<Inventory> FakeDatabaseServer::Administrator::ListObjects(
    const Identifier& installation, absl::Time deadline) {
  Inventory inventory;
  RETURN_IF_ERROR(Take(Step::kListObjects, deadline, [&] {
    for (const auto& [name, ignored] : server_.databases_) {
      if (IsOf(installation, name)) inventory.databases.push_back(name);
    }
    for (const auto& [name, ignored] : server_.users_) {
      if (IsOf(installation, name)) inventory.users.push_back(name);
    }
    for (const std::string& name : server_.owners_) {
      if (IsOf(installation, name)) inventory.users.push_back(name);
    }
    return absl::OkStatus();
  }));
  return inventory;
}

absl::StatusOr<std::vector<Deviation>> FakeDatabaseServer::Administrator::InspectDatabase(
    const DatabaseSpec& database, absl::Time deadline) {
  std::vector<Deviation> deviations;
  RETURN_IF_ERROR(Take(Step::kInspectDatabase, deadline, [&] {
    deviations = server_.Inspect(database);
    return absl::OkStatus();
  }));
  return deviations;
}

absl::StatusOr<std::vector<Deviation>> FakeDatabaseServer::Administrator::InspectUser(
    const UserSpec& user, absl::Time deadline) {
  std::vector<Deviation> deviations;
  RETURN_IF_ERROR(Take(Step::kInspectUser, deadline, [&] {
    deviations = server_.Inspect(user);
    return absl::OkStatus();
  }));
  return deviations;
}

std::vector<Finding> FakeDatabaseServer::Administrator::Diagnose(absl::Time deadline) {
  const absl::Status status = Take(Step::kDiagnose, deadline, [] { return absl::OkStatus(); });
  if (status.ok()) return {{Finding::Severity::kOk, "connection", "the server answers", ""}};
  return {{Finding::Severity::kError, "connection", std::string(status.message()),
           "see that the server runs"}};
}

absl::Status FakeDatabaseServer::Administrator::Take(Step step, absl::Time deadline,
                                                     const Action& action) {
  return server_.Take(step, deadline, [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(server_.mutex_) {
    RETURN_IF_ERROR(server_.TakeClaim(claim_, *this));
    return action();
  });
}

absl::Status FakeDatabaseServer::Administrator::Change(Step step, absl::Time deadline,
                                                       const Action& action) {
  return Take(step, deadline, [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(server_.mutex_) {
    RETURN_IF_ERROR(server_.CheckWritable());
    return action();
  });
}

}  // namespace eds
