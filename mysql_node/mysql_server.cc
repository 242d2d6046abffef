#include "mysql_node/mysql_server.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "mysql_node/mysql_admin.h"
#include "mysql_node/mysql_adoption.h"
#include "mysql_node/mysql_claim.h"
#include "mysql_node/mysql_connection.h"
#include "mysql_node/mysql_diagnosis.h"
#include "mysql_node/mysql_inspection.h"
#include "mysql_node/mysql_sessions.h"
#include "mysql_node/mysql_sql.h"
#include "mysql_node/mysql_user_passwords.h"
#include "mysql_node/mysql_users.h"
#include "node/admin_passwords.h"
#include "node/connection_pool.h"

namespace eds {
namespace {

using Pool = ConnectionPool<MysqlConnection>;

// How much the failure of one host says: that of a server which answered says more
// than that of one which cannot be reached.
int Weight(const absl::Status& status) {
  if (status.ok()) return 0;
  if (status.code() == absl::StatusCode::kUnavailable ||
      status.code() == absl::StatusCode::kDeadlineExceeded) {
    return 1;
  }
  return HasReason(status, Reason::kServerReadOnly) ? 2 : 3;
}

absl::StatusOr<std::unique_ptr<MysqlConnection>> ConnectWritable(const ServerConfig& config,
                                                                 AdminPasswords& passwords,
                                                                 Clock& clock,
                                                                 absl::Time deadline) {
  absl::Status failure;
  for (const std::string& host : config.hosts) {
    auto connection = MysqlConnection::Connect(config, passwords, host, clock, deadline);
    const absl::Status status =
        connection.ok() ? (*connection)->CheckWritable() : connection.status();
    if (status.ok()) return connection;
    if (Weight(status) > Weight(failure)) failure = status;
  }
  return failure;
}

absl::StatusOr<ServerInfo> Describe(MysqlConnection& connection) {
  const MysqlVersion& version = connection.version();
  ASSIGN_OR_RETURN(const auto identity,
                   connection.Query(mysql_sql::SelectIdentity(version.flavour)));
  if (identity.size() != 1) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing,
                     "the administrator lacks SELECT ON mysql.*: the server cannot be identified");
  }
  return ServerInfo{.flavour = std::string(FlavourName(version.flavour)),
                    .version = version.text,
                    .identity = identity[0][0],
                    .address = connection.address()};
}

class MysqlServer final : public DatabaseServer {
 public:
  MysqlServer(const ServerConfig& config, Clock& clock, RandomSource& random)
      : config_(config),
        passwords_(config.password, config.next_password),
        clock_(clock),
        random_(random),
        claim_(config_.claim, clock,
               [this](absl::Time deadline) { return ConnectAsAdministrator(deadline); }),
        pool_(config_.pool_size, clock,
              [this](absl::Time deadline) { return ConnectToWork(deadline); }) {}

  absl::Status CheckAdministrator(absl::Time deadline) { return Run(deadline, CheckPrivileges); }

  absl::StatusOr<ServerInfo> Probe(absl::Time deadline) override;
  absl::Status CreateDatabase(const DatabaseSpec& database, absl::Time deadline) override;
  absl::Status AdoptDatabase(const DatabaseSpec& database, const std::string& expected_owner,
                             absl::Time deadline) override;
  absl::Status DropDatabase(const DatabaseSpec& database, absl::Time deadline) override;
  absl::Status CreateUser(const UserSpec& user, const Passwords& passwords,
                          absl::Time deadline) override;
  absl::Status PrepareUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                           const Secret& password, absl::Time deadline) override;
  absl::Status AdmitUser(const UserSpec& user, Rights rights, absl::Time deadline) override;
  absl::Status SetUserPassword(const Identifier& user, const Passwords& passwords,
                               absl::Time deadline) override;
  absl::Status LockUser(const Identifier& user, absl::Time deadline) override;
  absl::Status DropUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                        absl::Time deadline) override;
  absl::Status SetAdminPassword(absl::Time deadline) override;
  absl::StatusOr<Inventory> ListObjects(const Identifier& installation,
                                        absl::Time deadline) override;
  absl::StatusOr<std::vector<Deviation>> InspectDatabase(const DatabaseSpec& database,
                                                         absl::Time deadline) override;
  absl::StatusOr<std::vector<Deviation>> InspectUser(const UserSpec& user,
                                                     absl::Time deadline) override;
  std::vector<Finding> Diagnose(absl::Time deadline) override;

 private:
  // Runs `step` on a connection to a server that can be written to. An administrator
  // passes read_only by, so each step looks before it writes; and if the server has
  // become read-only since, another host may have taken over.
  absl::Status Run(absl::Time deadline, const Pool::Step& step) {
    return RunIn(absl::nullopt, deadline, step);
  }
  // The same for what needs `database` to be there, in the same look.
  absl::Status RunIn(const absl::optional<Identifier>& database, absl::Time deadline,
                     const Pool::Step& step);

  // Connects and checks the administrator's privileges.
  absl::StatusOr<std::unique_ptr<MysqlConnection>> ConnectAsAdministrator(absl::Time deadline);
  // Connects and joins, or takes, the claim.
  absl::StatusOr<std::unique_ptr<MysqlConnection>> ConnectToWork(absl::Time deadline);

  const ServerConfig config_;
  AdminPasswords passwords_;
  Clock& clock_;
  RandomSource& random_;
  MysqlClaim claim_;  // Outlives the sessions that work under it.
  Pool pool_;
};

absl::StatusOr<std::unique_ptr<MysqlConnection>> MysqlServer::ConnectAsAdministrator(
    absl::Time deadline) {
  ASSIGN_OR_RETURN(auto connection, ConnectWritable(config_, passwords_, clock_, deadline));
  RETURN_IF_ERROR(CheckPrivileges(*connection));
  return connection;
}

absl::StatusOr<std::unique_ptr<MysqlConnection>> MysqlServer::ConnectToWork(absl::Time deadline) {
  ASSIGN_OR_RETURN(auto connection, ConnectWritable(config_, passwords_, clock_, deadline));
  RETURN_IF_ERROR(claim_.Admit(*connection, deadline));
  return connection;
}

absl::Status MysqlServer::RunIn(const absl::optional<Identifier>& database, absl::Time deadline,
                                const Pool::Step& step) {
  const auto guarded = [&database, deadline, &step](MysqlConnection& connection) -> absl::Status {
    connection.SetDeadline(deadline);
    RETURN_IF_ERROR(connection.CheckWritable(database));
    return step(connection);
  };
  const absl::Status status = pool_.Run(deadline, guarded);
  if (!HasReason(status, Reason::kServerReadOnly)) return status;
  pool_.CloseIdle();
  return pool_.Run(deadline, guarded);
}

absl::StatusOr<ServerInfo> MysqlServer::Probe(absl::Time deadline) {
  ServerInfo info;
  RETURN_IF_ERROR(Run(deadline, [&](MysqlConnection& connection) -> absl::Status {
    RETURN_IF_ERROR(claim_.Ensure(connection, deadline));
    ASSIGN_OR_RETURN(info, Describe(connection));
    return absl::OkStatus();
  }));
  return info;
}

absl::Status MysqlServer::CreateDatabase(const DatabaseSpec& database, absl::Time deadline) {
  return Run(deadline, [&database](MysqlConnection& connection) {
    return connection.Execute(mysql_sql::CreateDatabase(database));
  });
}

absl::Status MysqlServer::AdoptDatabase(const DatabaseSpec& database,
                                        const std::string& expected_owner, absl::Time deadline) {
  return Run(deadline, [&](MysqlConnection& connection) {
    return AdoptMysqlDatabase(connection, database, expected_owner);
  });
}

absl::Status MysqlServer::DropDatabase(const DatabaseSpec& database, absl::Time deadline) {
  return Run(deadline, [&database](MysqlConnection& connection) -> absl::Status {
    RETURN_IF_ERROR(EndSessionsOnDatabase(connection, database.name));
    return connection.Execute(mysql_sql::DropDatabase(database.name));
  });
}

absl::Status MysqlServer::CreateUser(const UserSpec& user, const Passwords& passwords,
                                     absl::Time deadline) {
  return RunIn(user.database.name, deadline, [&](MysqlConnection& connection) {
    return CreateMysqlUser(connection, user, passwords, random_);
  });
}

absl::Status MysqlServer::PrepareUser(const Identifier& user,
                                      const absl::optional<DatabaseSpec>& database,
                                      const Secret& password, absl::Time deadline) {
  absl::optional<Identifier> name;
  if (database) name = database->name;
  return RunIn(name, deadline, [&](MysqlConnection& connection) {
    return PrepareMysqlUser(connection, user, database, password, random_);
  });
}

absl::Status MysqlServer::AdmitUser(const UserSpec& user, Rights rights, absl::Time deadline) {
  // What it has rights in was there.
  absl::optional<Identifier> database;
  if (rights == Rights::kNone) database = user.database.name;
  return RunIn(database, deadline, [&](MysqlConnection& connection) {
    return AdmitMysqlUser(connection, user, rights);
  });
}

absl::Status MysqlServer::SetUserPassword(const Identifier& user, const Passwords& passwords,
                                          absl::Time deadline) {
  return Run(deadline, [&](MysqlConnection& connection) {
    return SetMysqlPasswords(connection, user, passwords, random_);
  });
}

absl::Status MysqlServer::LockUser(const Identifier& user, absl::Time deadline) {
  return Run(deadline,
             [&user](MysqlConnection& connection) { return LockMysqlUser(connection, user); });
}

absl::Status MysqlServer::DropUser(const Identifier& user,
                                   const absl::optional<DatabaseSpec>& database,
                                   absl::Time deadline) {
  return Run(deadline, [&](MysqlConnection& connection) {
    return DropMysqlUser(connection, user, database);
  });
}

absl::Status MysqlServer::SetAdminPassword(absl::Time deadline) {
  if (!config_.next_password) return NoNextPassword();
  const Secret& next = *config_.next_password;
  RETURN_IF_ERROR(Run(deadline, [&](MysqlConnection& connection) {
    return SetMysqlAdminPassword(connection, next, random_);
  }));
  AdminPasswords alone(next);
  const absl::Status proof = ConnectWritable(config_, alone, clock_, deadline).status();
  if (HasReason(proof, Reason::kAdminLoginRefused)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kAdminPasswordNotChangeable,
                     absl::StrCat("the server has taken a new password of the administrator, and "
                                  "does not let it in: ",
                                  proof.message()));
  }
  RETURN_IF_ERROR(proof);
  passwords_.Prefer(next);
  return absl::OkStatus();
}

absl::StatusOr<Inventory> MysqlServer::ListObjects(const Identifier& installation,
                                                   absl::Time deadline) {
  Inventory inventory;
  // Names that are no identifiers are not ours, whatever they look like.
  const auto keep_ours = [](const MysqlConnection::Rows& rows) {
    std::vector<std::string> names;
    for (const auto& row : rows) {
      if (Identifier::Parse(row[0]).ok()) names.push_back(row[0]);
    }
    return names;
  };
  RETURN_IF_ERROR(Run(deadline, [&](MysqlConnection& connection) -> absl::Status {
    ASSIGN_OR_RETURN(const auto databases,
                     connection.Query(mysql_sql::SelectDatabases(installation)));
    ASSIGN_OR_RETURN(const auto users, connection.Query(mysql_sql::SelectUsers(installation)));
    inventory = {.databases = keep_ours(databases), .users = keep_ours(users)};
    return absl::OkStatus();
  }));
  return inventory;
}

absl::StatusOr<std::vector<Deviation>> MysqlServer::InspectDatabase(const DatabaseSpec& database,
                                                                    absl::Time deadline) {
  std::vector<Deviation> deviations;
  RETURN_IF_ERROR(Run(deadline, [&](MysqlConnection& connection) -> absl::Status {
    ASSIGN_OR_RETURN(deviations, InspectMysqlDatabase(connection, database));
    return absl::OkStatus();
  }));
  return deviations;
}

absl::StatusOr<std::vector<Deviation>> MysqlServer::InspectUser(const UserSpec& user,
                                                                absl::Time deadline) {
  std::vector<Deviation> deviations;
  RETURN_IF_ERROR(Run(deadline, [&](MysqlConnection& connection) -> absl::Status {
    ASSIGN_OR_RETURN(deviations, InspectMysqlUser(connection, user));
    return absl::OkStatus();
  }));
  return deviations;
}

std::vector<Finding> MysqlServer::Diagnose(absl::Time deadline) {
  std::vector<Finding> findings;
  const absl::Status status = Run(deadline, [&findings](MysqlConnection& connection) {
    findings = DiagnoseMysql(connection);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    findings = {{Finding::Severity::kError, "connection", std::string(status.message()),
                 "check host, port, user and pass, and that the server runs"}};
  }
  return findings;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenMysqlServer(const ServerConfig& config,
                                                                Clock& clock, RandomSource& random,
                                                                absl::Time deadline) {
  auto server = std::make_unique<MysqlServer>(config, clock, random);
  RETURN_IF_ERROR(server->CheckAdministrator(deadline));
  return server;
}

}  // namespace eds
