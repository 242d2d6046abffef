#include "tests/simulation/server_connection.h"

#include <utility>

#include "absl/memory/memory.h"
#include "common/status_macros.h"

namespace eds::simulation {
namespace {

constexpr absl::Time kNever = absl::InfiniteFuture();

}  // namespace

absl::StatusOr<std::unique_ptr<ServerConnection>> ServerConnection::Open(
    SimulatedServer& server, const std::shared_ptr<Process>& agent, const ServerConfig& config,
    absl::Time deadline) {
  // Shared with the statement, which may be carried out later than we wait.
  const auto opened = std::make_shared<std::unique_ptr<DatabaseServer>>();
  Statement statement{.kind = Statement::Kind::kClaim, .object = server.host()};
  statement.whole = [&server, opened, config]() -> absl::Status {
    ASSIGN_OR_RETURN(*opened, server.fake().Open(config, kNever));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(server.Run(agent, std::move(statement), deadline));
  return absl::WrapUnique(new ServerConnection(server, agent, std::move(*opened)));
}

absl::Status ServerConnection::Run(Statement::Kind kind, const std::string& object,
                                   absl::Time deadline, Call whole, std::function<void()> half) {
  Statement statement{.kind = kind, .object = object};
  statement.whole = [administrator = administrator_, whole = std::move(whole)] {
    return whole(*administrator);
  };
  if (half) {
    // Only if the server would let the agent do it.
    statement.half = [administrator = administrator_, half = std::move(half)] {
      if (!administrator->Probe(kNever).ok()) return false;
      half();
      return true;
    };
  }
  return server_.Run(agent_, std::move(statement), deadline);
}

template <typename Answer>
absl::StatusOr<Answer> ServerConnection::Look(
    const std::string& object, absl::Time deadline,
    std::function<absl::StatusOr<Answer>(DatabaseServer&)> look) {
  // Shared with the statement, which may be carried out later than we wait.
  auto answer = std::make_shared<Answer>();
  RETURN_IF_ERROR(Run(Statement::Kind::kLook, object, deadline,
                      [answer, look](DatabaseServer& server) -> absl::Status {
                        ASSIGN_OR_RETURN(*answer, look(server));
                        return absl::OkStatus();
                      }));
  return std::move(*answer);
}

absl::StatusOr<ServerInfo> ServerConnection::Probe(absl::Time deadline) {
  return Look<ServerInfo>("server", deadline,
                          [](DatabaseServer& server) { return server.Probe(kNever); });
}

absl::Status ServerConnection::CreateDatabase(const DatabaseSpec& database, absl::Time deadline) {
  return Run(
      Statement::Kind::kCreateDatabase, database.name.text(), deadline,
      [database](DatabaseServer& server) { return server.CreateDatabase(database, kNever); },
      [&server = server_, database] { server.fake().CreateOwnerAlone(database); });
}

absl::Status ServerConnection::AdoptDatabase(const DatabaseSpec& database,
                                             const std::string& expected_owner,
                                             absl::Time deadline) {
  // One transaction, or on engines without owners nothing at all.
  return Run(Statement::Kind::kAdoptDatabase, database.name.text(), deadline,
             [database, expected_owner](DatabaseServer& server) {
               return server.AdoptDatabase(database, expected_owner, kNever);
             });
}

absl::Status ServerConnection::DropDatabase(const DatabaseSpec& database, absl::Time deadline) {
  return Run(
      Statement::Kind::kDropDatabase, database.name.text(), deadline,
      [database](DatabaseServer& server) { return server.DropDatabase(database, kNever); },
      [&server = server_, database] { server.fake().DropDatabaseAlone(database); });
}

absl::Status ServerConnection::CreateUser(const UserSpec& user, const Passwords& passwords,
                                          absl::Time deadline) {
  return Run(
      Statement::Kind::kCreateUser, user.name.text(), deadline,
      [user, passwords](DatabaseServer& server) {
        return server.CreateUser(user, passwords, kNever);
      },
      [&server = server_, user] { server.fake().CreateUserAlone(user.name); });
}

absl::Status ServerConnection::PrepareUser(const Identifier& user,
                                           const absl::optional<DatabaseSpec>& database,
                                           const Secret& password, absl::Time deadline) {
  return Run(
      Statement::Kind::kCreateUser, user.text(), deadline,
      [user, database, password](DatabaseServer& server) {
        return server.PrepareUser(user, database, password, kNever);
      },
      [&server = server_, user] { server.fake().CreateUserAlone(user); });
}

absl::Status ServerConnection::AdmitUser(const UserSpec& user, Rights rights, absl::Time deadline) {
  return Run(
      Statement::Kind::kChangeUser, user.name.text(), deadline,
      [user, rights](DatabaseServer& server) { return server.AdmitUser(user, rights, kNever); });
}

absl::Status ServerConnection::SetUserPassword(const Identifier& user, const Passwords& passwords,
                                               absl::Time deadline) {
  return Run(Statement::Kind::kChangeUser, user.text(), deadline,
             [user, passwords](DatabaseServer& server) {
               return server.SetUserPassword(user, passwords, kNever);
             });
}

absl::Status ServerConnection::LockUser(const Identifier& user, absl::Time deadline) {
  return Run(Statement::Kind::kLockUser, user.text(), deadline,
             [user](DatabaseServer& server) { return server.LockUser(user, kNever); });
}

absl::Status ServerConnection::DropUser(const Identifier& user,
                                        const absl::optional<DatabaseSpec>& database,
                                        absl::Time deadline) {
  return Run(
      Statement::Kind::kDropUser, user.text(), deadline,
      [user, database](DatabaseServer& server) { return server.DropUser(user, database, kNever); },
      [&server = server_, user] { server.fake().LockAlone(user); });
}

absl::Status ServerConnection::SetAdminPassword(absl::Time deadline) {
  return Run(Statement::Kind::kChangeUser, "administrator", deadline,
             [](DatabaseServer& server) { return server.SetAdminPassword(kNever); });
}

absl::StatusOr<Inventory> ServerConnection::ListObjects(const Identifier& installation,
                                                        absl::Time deadline) {
  return Look<Inventory>("objects", deadline, [installation](DatabaseServer& server) {
    return server.ListObjects(installation, kNever);
  });
}

absl::StatusOr<std::vector<Deviation>> ServerConnection::InspectDatabase(
    const DatabaseSpec& database, absl::Time deadline) {
  return Look<std::vector<Deviation>>(
      database.name.text(), deadline,
      [database](DatabaseServer& server) { return server.InspectDatabase(database, kNever); });
}

absl::StatusOr<std::vector<Deviation>> ServerConnection::InspectUser(const UserSpec& user,
                                                                     absl::Time deadline) {
  return Look<std::vector<Deviation>>(user.name.text(), deadline, [user](DatabaseServer& server) {
    return server.InspectUser(user, kNever);
  });
}

std::vector<Finding> ServerConnection::Diagnose(absl::Time) { return {}; }

}  // namespace eds::simulation
