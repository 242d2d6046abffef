#include "postgresql_node/postgresql_server.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "node/connection_pool.h"
#include "postgresql_node/postgresql_adoption.h"
#include "postgresql_node/postgresql_claim.h"
#include "postgresql_node/postgresql_connection.h"
#include "postgresql_node/postgresql_databases.h"
#include "postgresql_node/postgresql_diagnosis.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_hosts.h"
#include "postgresql_node/postgresql_inspection.h"
#include "postgresql_node/postgresql_sql.h"
#include "postgresql_node/postgresql_users.h"
#include "postgresql_node/socket_watchdog.h"

namespace eds {
namespace {

constexpr int kAttempts = 8;

class PostgresqlServer final : public DatabaseServer {
 public:
  PostgresqlServer(const ServerConfig& config, Clock& clock, RandomSource& random)
      : random_(random),
        pool_(static_cast<size_t>(config.pool_size), clock,
              [this, config, &clock](absl::Time deadline) {
                return Connect(config, clock, deadline);
              }) {}

  // Before anything is claimed.
  absl::Status Check(const ServerConfig& config, Clock& clock, absl::Time deadline) {
    ASSIGN_OR_RETURN(const auto connection, ConnectToWritable(config, deadline, clock, watchdog_));
    ASSIGN_OR_RETURN(const Administrator administrator, ReadAdministrator(*connection));
    return CheckPrivileges(administrator);
  }

  absl::StatusOr<ServerInfo> Probe(absl::Time deadline) override {
    ServerInfo info;
    RETURN_IF_ERROR(Run(deadline, [&](PostgresqlConnection& connection) -> absl::Status {
      ASSIGN_OR_RETURN(const Rows rows,
                       connection.Query(sql::SelectIdentity(connection.dialect())));
      info = {"PostgreSQL", connection.server_version(), rows.at(0).at(0), connection.address()};
      return absl::OkStatus();
    }));
    return info;
  }

  absl::Status CreateDatabase(const DatabaseSpec& database, absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::CreateDatabase(connection, database);
    });
  }

  absl::Status AdoptDatabase(const DatabaseSpec& database, const std::string& expected_owner,
                             absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::AdoptDatabase(connection, database, expected_owner);
    });
  }

  absl::Status DropDatabase(const DatabaseSpec& database, absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::DropDatabase(connection, database);
    });
  }

  absl::Status CreateUser(const UserSpec& user, const Passwords& passwords,
                          absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::CreateUser(connection, user, passwords.current);
    });
  }

  absl::Status SetUserPassword(const Identifier& user, const Passwords& passwords,
                               absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::SetUserPassword(connection, user, passwords.current);
    });
  }

  absl::Status LockUser(const Identifier& user, absl::Time deadline) override {
    return Run(deadline,
               [&](PostgresqlConnection& connection) { return eds::LockUser(connection, user); });
  }

  absl::Status DropUser(const UserSpec& user, absl::Time deadline) override {
    return Run(deadline,
               [&](PostgresqlConnection& connection) { return eds::DropUser(connection, user); });
  }

  absl::StatusOr<Inventory> ListObjects(const Identifier& installation,
                                        absl::Time deadline) override {
    Rows rows;
    RETURN_IF_ERROR(Run(deadline, [&](PostgresqlConnection& connection) -> absl::Status {
      ASSIGN_OR_RETURN(rows, connection.Query(sql::SelectObjects(installation)));
      return absl::OkStatus();
    }));
    Inventory inventory;
    for (Row& row : rows) {
      (row.at(0) == "database" ? inventory.databases : inventory.users)
          .push_back(std::move(row.at(1)));
    }
    return inventory;
  }

  absl::StatusOr<std::vector<Deviation>> InspectDatabase(const DatabaseSpec& database,
                                                         absl::Time deadline) override {
    return Inspect(deadline, [&](PostgresqlConnection& connection) {
      return eds::InspectDatabase(connection, database);
    });
  }

  absl::StatusOr<std::vector<Deviation>> InspectUser(const UserSpec& user,
                                                     absl::Time deadline) override {
    return Inspect(deadline, [&](PostgresqlConnection& connection) {
      return eds::InspectUser(connection, user);
    });
  }

  std::vector<Finding> Diagnose(absl::Time deadline) override {
    std::vector<Finding> findings;
    const absl::Status status =
        Run(deadline, [&](PostgresqlConnection& connection) -> absl::Status {
          ASSIGN_OR_RETURN(const Administrator administrator, ReadAdministrator(connection));
          ASSIGN_OR_RETURN(const Surroundings surroundings, ReadSurroundings(connection));
          findings = FindingsOn(surroundings, connection.database());
          findings.insert(findings.begin(),
                          {{Finding::Severity::kOk, "version",
                            absl::StrCat("PostgreSQL ", connection.server_version()), ""},
                           FindingOnPrivileges(administrator)});
          return absl::OkStatus();
        });
    findings.insert(findings.begin(), FindingOnConnection(status));
    return findings;
  }

 private:
  using Row = PostgresqlConnection::Row;
  using Rows = PostgresqlConnection::Rows;

  absl::StatusOr<std::unique_ptr<PostgresqlConnection>> Connect(const ServerConfig& config,
                                                                Clock& clock, absl::Time deadline) {
    ASSIGN_OR_RETURN(auto connection, ConnectToWritable(config, deadline, clock, watchdog_));
    RETURN_IF_ERROR(TakeClaim(*connection, config.claim, clock));
    return connection;
  }

  template <typename Step>
  absl::StatusOr<std::vector<Deviation>> Inspect(absl::Time deadline, const Step& step) {
    std::vector<Deviation> deviations;
    RETURN_IF_ERROR(Run(deadline, [&](PostgresqlConnection& connection) -> absl::Status {
      ASSIGN_OR_RETURN(deviations, step(connection));
      return absl::OkStatus();
    }));
    return deviations;
  }

  // Runs `step` on a connection; again if it collided with another, or if its server
  // has become a standby and another of the hosts may have taken over.
  absl::Status Run(absl::Time deadline,
                   const std::function<absl::Status(PostgresqlConnection&)>& step) {
    absl::Status status;
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
      status = pool_.Run(deadline, [&](PostgresqlConnection& connection) {
        connection.set_deadline(deadline);
        return step(connection);
      });
      if (HasReason(status, Reason::kServerReadOnly) && attempt == 1) {
        pool_.CloseIdle();
      } else if (IsCollision(status)) {
        Pause(attempt);
      } else {
        break;
      }
    }
    return status;
  }

  // Some milliseconds, so that those who collided do not meet again.
  void Pause(int attempt) {
    uint8_t random;
    random_.Fill({&random, 1});
    absl::SleepFor(absl::Milliseconds(4 * attempt) * (random / 255.0));
  }

  RandomSource& random_;
  SocketWatchdog watchdog_;
  ConnectionPool<PostgresqlConnection> pool_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenPostgresqlServer(const ServerConfig& config,
                                                                     Clock& clock,
                                                                     RandomSource& random,
                                                                     absl::Time deadline) {
  auto server = std::make_unique<PostgresqlServer>(config, clock, random);
  RETURN_IF_ERROR(server->Check(config, clock, deadline));
  RETURN_IF_ERROR(server->Probe(deadline).status());
  return server;
}

}  // namespace eds
