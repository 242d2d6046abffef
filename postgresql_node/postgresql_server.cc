#include "postgresql_node/postgresql_server.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "node/admin_passwords.h"
#include "node/connection_pool.h"
#include "node/tls_finding.h"
#include "postgresql_node/postgresql_admin.h"
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

// How long those who get into each other's way try again. Of any number of them, one gets
// through each time.
constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr absl::Duration kFirstPause = absl::Milliseconds(4);
constexpr absl::Duration kLongestPause = absl::Milliseconds(100);

class PostgresqlServer final : public DatabaseServer {
 public:
  PostgresqlServer(const ServerConfig& config, Clock& clock, RandomSource& random)
      : clock_(clock),
        random_(random),
        next_password_(config.next_password),
        passwords_(config.password, config.next_password),
        installation_(Identifier::ParsePart(config.claim.installation)),
        pool_(static_cast<size_t>(config.pool_size), clock,
              [this, config, &clock](absl::Time deadline) {
                return Connect(config, clock, deadline);
              }) {}

  // Before anything is claimed.
  absl::Status Check(const ServerConfig& config, Clock& clock, absl::Time deadline) {
    ASSIGN_OR_RETURN(const auto connection,
                     ConnectToWritable(config, passwords_, deadline, clock, watchdog_));
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

  absl::Status PrepareUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                           const Secret& password, absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::PrepareUser(connection, user, database, password);
    });
  }

  absl::Status AdmitUser(const UserSpec& user, Rights rights, absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::AdmitUser(connection, user, rights);
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

  absl::Status DropUser(const Identifier& user, const absl::optional<DatabaseSpec>& database,
                        absl::Time deadline) override {
    return Run(deadline, [&](PostgresqlConnection& connection) {
      return eds::DropUser(connection, user, database);
    });
  }

  absl::Status SetAdminPassword(absl::Time deadline) override {
    if (!next_password_) return NoNextPassword();
    RETURN_IF_ERROR(Run(deadline, [this](PostgresqlConnection& connection) {
      return SetPostgresqlAdminPassword(connection, *next_password_);
    }));
    passwords_.Prefer(*next_password_);
    return absl::OkStatus();
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
          findings.insert(
              findings.begin(),
              {{Finding::Severity::kOk, "version",
                absl::StrCat("PostgreSQL ", connection.server_version()), ""},
               FindingOnPrivileges(administrator),
               FindingOnSchemas(administrator, connection.dialect()),
               FindingOnTls(connection.tls_state(), connection.tls_mode(), absl::Now())});
          if (installation_.ok()) {
            ASSIGN_OR_RETURN(Finding on_roles,
                             FindingOnRoles(connection, administrator, *installation_));
            findings.push_back(std::move(on_roles));
          }
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
    ASSIGN_OR_RETURN(auto connection,
                     ConnectToWritable(config, passwords_, deadline, clock, watchdog_));
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
    const absl::Time last_attempt = std::min(deadline, clock_.Now() + kPatience);
    bool may_have_moved = true;
    absl::Duration pause = kFirstPause;
    while (true) {
      absl::Status status = pool_.Run(deadline, [&](PostgresqlConnection& connection) {
        connection.set_deadline(deadline);
        return step(connection);
      });
      if (HasReason(status, Reason::kServerReadOnly) && may_have_moved) {
        may_have_moved = false;
        pool_.CloseIdle();
      } else if (IsCollision(status) && clock_.Now() + pause < last_attempt) {
        SleepUpTo(pause);
        pause = std::min(pause * 2, kLongestPause);
      } else {
        return status;
      }
    }
  }

  // So that those who collided do not meet again.
  void SleepUpTo(absl::Duration pause) {
    uint8_t random;
    random_.Fill({&random, 1});
    absl::SleepFor(pause * (random / 255.0));
  }

  Clock& clock_;
  RandomSource& random_;
  const absl::optional<Secret> next_password_;
  AdminPasswords passwords_;
  const absl::StatusOr<Identifier> installation_;  // An error if none has been told.
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
