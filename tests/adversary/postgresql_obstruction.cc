// Tenants that keep a transaction open, or leave a setting, to hold up the removal of
// themselves or of others.

#include <memory>
#include <string>
#include <vector>

#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/adversary/postgresql_adversary.h"

namespace eds {
namespace {

class PostgresqlObstruction : public PostgresqlAdversary {
 protected:
  // Of a transaction that stays open as long as the session.
  std::unique_ptr<SqlSession> Hold(const UserSpec& user, const Secret& password,
                                   const std::vector<std::string>& statements) {
    auto session = LogIn(user, password);
    if (session == nullptr) return nullptr;
    EXPECT_THAT(session->Run("BEGIN"), IsOk());
    for (const std::string& statement : statements) {
      EXPECT_THAT(session->Run(Fill(statement, user)), IsOk()) << statement;
    }
    return session;
  }
};

TEST_F(PostgresqlObstruction, ChangingItsOwnPasswordDoesNotHoldUpTheLockOfAUser) {
  const UserSpec user = CreateUser(mallory().database, Role::kReadWrite, mallory().password);
  const auto session = Hold(user, mallory().password, {"ALTER ROLE $me PASSWORD 'x'"});
  EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(session->Run("COMMIT"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
}

TEST_F(PostgresqlObstruction, AlteringItsDatabaseDoesNotHoldUpTheDropOfIt) {
  const Tenant tenant = NewTenant();
  const auto session = Hold(tenant.users.at(Role::kOwner), tenant.password,
                            {"ALTER DATABASE $db CONNECTION LIMIT 50", "LOCK TABLE shared"});
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
}

TEST_F(PostgresqlObstruction, AStrangersSettingsForADatabaseDoNotHoldUpTheDropOfIt) {
  const Tenant tenant = NewTenant();
  const auto session =
      Hold(mallory().users.at(Role::kReadWrite), mallory().password,
           {"ALTER ROLE $me IN DATABASE " + tenant.database.name.text() + " SET work_mem TO 64"});
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
}

TEST_F(PostgresqlObstruction, AStrangersOpenGrantDoesNotHoldUpTheRemovalOfAUser) {
  const Tenant tenant = NewTenant();
  const UserSpec user = tenant.users.at(Role::kReadWrite);
  const auto session =
      Hold(mallory().users.at(Role::kOwner), mallory().password,
           {"CREATE TABLE bait (n int)", "GRANT SELECT ON bait TO " + user.name.text()});
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
}

TEST_F(PostgresqlObstruction, AStrangersGrantDoesNotHoldUpTheRemovalOfAUserOrADatabase) {
  const Tenant tenant = NewTenant();
  const auto session = LogIn(mallory());
  ASSERT_THAT(session->Run("CREATE TABLE lure (n int)"), IsOk());
  ASSERT_THAT(session->Run("GRANT SELECT ON lure TO " + tenant.database.owner.text()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    for (const char* const statement :
         {"GRANT ALL ON lure TO ", "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ",
          "GRANT CREATE ON SCHEMA public TO "}) {
      ASSERT_THAT(session->Run(statement + user.name.text()), IsOk()) << statement;
    }
    ASSERT_THAT(session->Run(Fill("GRANT ALL ON DATABASE $db TO ", mallory().users.at(role)) +
                             user.name.text()),
                IsOk());
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  EXPECT_THAT(admin().InspectDatabase(mallory().database, Soon()).value(), testing::IsEmpty());
}

TEST_F(PostgresqlObstruction, ChangingItsOwnPasswordDoesNotHoldUpTheRotationOfIt) {
  const UserSpec user = CreateUser(mallory().database, Role::kReadWrite, mallory().password);
  const auto session = Hold(user, mallory().password, {"ALTER ROLE $me PASSWORD 'x'"});
  const Secret rotated = NewPassword();
  EXPECT_THAT(admin().SetUserPassword(user.name, rotated, Soon()), IsOk());
  EXPECT_NE(LogIn(user, rotated), nullptr);
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
}

// It cannot be prevented: it may be an honest migration.
TEST_F(PostgresqlObstruction, AStrangerWhoChangesWhatItGrantedHoldsUpARemovalUntilItIsDone) {
  const UserSpec user = CreateUser(victim().database, Role::kReadWrite, victim().password);
  ASSERT_THAT(LogIn(mallory())->Run("CREATE TABLE granted (n int)"), IsOk());
  ASSERT_THAT(LogIn(mallory())->Run("GRANT SELECT ON granted TO " + user.name.text()), IsOk());
  auto session = Hold(mallory().users.at(Role::kOwner), mallory().password,
                      {"ALTER TABLE granted ADD COLUMN m int"});
  EXPECT_THAT(admin().DropUser(user, Soon()),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
  EXPECT_THAT(TryLogIn(user, victim().password, user.database.name.text()),
              HasCode(absl::StatusCode::kUnauthenticated));
  session.reset();
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
}

TEST_F(PostgresqlObstruction, ADatabaseThatItsOwnerClosesIsWorkedInAllTheSame) {
  const Tenant tenant = NewTenant();
  const UserSpec& owner = tenant.users.at(Role::kOwner);
  const auto session = LogIn(tenant);
  for (const char* const statement :
       {"CREATE TABLE late (n int)", "REVOKE ALL ON DATABASE $db FROM $owner",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC", "ALTER DATABASE $db CONNECTION LIMIT 0"}) {
    ASSERT_THAT(session->Run(Fill(statement, owner)), IsOk()) << statement;
  }
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().CreateUser(user, tenant.password, Soon()), IsOk());
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
}

TEST_F(PostgresqlObstruction, ADatabaseThatItsOwnerMadeATemplateIsDropped) {
  if (server_version() < 90500) GTEST_SKIP() << "owners cannot do that";
  const Tenant tenant = NewTenant();
  const UserSpec& owner = tenant.users.at(Role::kOwner);
  ASSERT_THAT(LogIn(tenant)->Run(Fill("ALTER DATABASE $db IS_TEMPLATE true", owner)), IsOk());
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
}

TEST_F(PostgresqlObstruction, SettingsOfADatabaseDoNotHoldUpTheWorkOfTheAdministrator) {
  const Tenant tenant = NewTenant();
  const UserSpec& owner = tenant.users.at(Role::kOwner);
  std::vector<std::string> settings = {"statement_timeout TO 1",
                                       "lock_timeout TO 1",
                                       "default_transaction_read_only TO on",
                                       "default_transaction_isolation TO serializable",
                                       "search_path TO public, pg_catalog",
                                       "standard_conforming_strings TO off",
                                       "client_encoding TO 'LATIN1'",
                                       "DateStyle TO 'German'",
                                       "role TO " + tenant.database.owner.text(),
                                       "row_security TO off",
                                       "quote_all_identifiers TO on",
                                       "client_min_messages TO debug5",
                                       "idle_in_transaction_session_timeout TO 1",
                                       "idle_session_timeout TO 1",
                                       "transaction_timeout TO 1"};
  const auto session = LogIn(tenant);
  for (const std::string& setting : settings) {
    const auto status = session->Run(Fill("ALTER DATABASE $db SET " + setting, owner));
    if (!status.ok()) {
      EXPECT_THAT(std::string(status.status().message()), testing::HasSubstr("(42704)"));
    }
  }
  ASSERT_THAT(session->Run("CREATE TABLE late (n int)"), IsOk());
  CreateUser(tenant.database, Role::kReadWrite, tenant.password);
  EXPECT_THAT(admin().InspectDatabase(tenant.database, Soon()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().InspectUser(user, Soon()), IsOk());
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
}

}  // namespace
}  // namespace eds
