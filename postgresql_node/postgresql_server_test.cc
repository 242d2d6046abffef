#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_server_fixture.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

class PostgresqlServerTest : public PostgresqlServerFixture {};

INSTANTIATE_TEST_SUITE_P(As, PostgresqlServerTest, BothAdmins(), NameOfAdmin);

TEST_P(PostgresqlServerTest, OnlyTheOwnerAndItsUsersMayConnect) {
  const DatabaseSpec database = CreateDatabase();
  const UserSpec user = CreateUser(database);
  EXPECT_EQ(Ask(absl::Substitute("SELECT has_database_privilege('public', '$0', 'CONNECT')",
                                 database.name.text())),
            "f");
  EXPECT_EQ(Ask(absl::Substitute("SELECT rolcanlogin FROM pg_roles WHERE rolname = '$0'",
                                 database.owner.text())),
            "f");
  EXPECT_NE(LogIn(user), nullptr);
}

TEST_P(PostgresqlServerTest, PasswordsAreKeptAsScramVerifiers) {
  if (major_version_ < 10) GTEST_SKIP() << "from 10 on";
  const UserSpec user = CreateUser(CreateDatabase());
  EXPECT_THAT(Ask(absl::Substitute("SELECT rolpassword FROM pg_authid WHERE rolname = '$0'",
                                   user.name.text())),
              HasSubstr("SCRAM-SHA-256$4096:"));
}

TEST_P(PostgresqlServerTest, NamesEachPrivilegeThatTheAdministratorLacks) {
  const Login login = {.port = server_->port(), .user = NewName('a').text(), .password = password_};
  Do(absl::StrCat("CREATE ROLE ", login.user, " LOGIN PASSWORD '", password_.Reveal(), "'"));
  const auto expect_missing = [&](const std::string& statements) {
    const auto opened = OpenAs(login);
    EXPECT_THAT(opened, FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
    EXPECT_THAT(std::string(opened.status().message()), HasSubstr("as a superuser: " + statements));
  };
  const std::string alter = absl::StrCat("ALTER ROLE ", login.user, " ");
  const std::string grant = absl::StrCat("GRANT pg_signal_backend TO ", login.user);
  expect_missing(alter + "CREATEDB CREATEROLE; " + grant);
  Do(alter + "CREATEDB");
  expect_missing(alter + "CREATEROLE; " + grant);
  Do(alter + "CREATEROLE");
  expect_missing(grant);
  Do(grant);
  EXPECT_THAT(OpenAs(login), IsOk());
}

TEST_P(PostgresqlServerTest, TellsARefusedPasswordFromARefusedRole) {
  Login login = {.port = server_->port(), .user = NewName('a').text(), .password = password_};
  Do(absl::StrCat("CREATE ROLE ", login.user, " NOLOGIN PASSWORD '", password_.Reveal(), "'"));
  const auto refused_role = OpenAs(login);
  EXPECT_THAT(refused_role, FailsWith(kMendIt, Reason::kAdminLoginRefused));
  EXPECT_THAT(std::string(refused_role.status().message()), HasSubstr("pg_hba.conf"));
  login.password = RandomPassword(random_);
  const auto refused_password = OpenAs(login);
  EXPECT_THAT(refused_password, FailsWith(kMendIt, Reason::kAdminLoginRefused));
  EXPECT_THAT(std::string(refused_password.status().message()), Not(HasSubstr("pg_hba.conf")));
  login.password = Secret();
  EXPECT_THAT(OpenAs(login), FailsWith(kMendIt, Reason::kAdminLoginRefused));
}

TEST_P(PostgresqlServerTest, WorksFromTemplate1WhereThereIsNoDatabasePostgres) {
  admin_.reset();
  Do("ALTER DATABASE postgres RENAME TO renamed", "template1");
  const auto opened = OpenAs(minimal_);
  EXPECT_THAT(opened, IsOk());
  if (opened.ok()) {
    EXPECT_THAT((*opened)->Probe(Soon()), IsOk());
  }
  Do("ALTER DATABASE renamed RENAME TO postgres", "template1");
}

TEST_P(PostgresqlServerTest, AStatementThatOutlivesItsDeadlineIsCancelledOnTheServer) {
  const UserSpec user = CreateUser(CreateDatabase());
  const auto blocker = server_->Connect(server_->admin());
  ASSERT_THAT(blocker, IsOk());
  ASSERT_THAT((*blocker)->Run("BEGIN"), IsOk());
  ASSERT_THAT((*blocker)->Run(absl::StrCat("ALTER ROLE ", user.name.text(), " CONNECTION LIMIT 9")),
              IsOk());
  const absl::Time deadline = absl::Now() + absl::Milliseconds(500);
  EXPECT_THAT(admin_->SetUserPassword(user.name, password_, deadline),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
  EXPECT_LT(absl::Now(), deadline + absl::Seconds(2));
  EXPECT_EQ(Ask("SELECT count(*) FROM pg_stat_activity "
                "WHERE application_name = 'eds postgresql_node' AND state = 'active'"),
            "0");
  ASSERT_THAT((*blocker)->Run("ROLLBACK"), IsOk());
  EXPECT_THAT(admin_->SetUserPassword(user.name, password_, Soon()), IsOk());
}

TEST_P(PostgresqlServerTest, CarriesOnAfterItsOwnSessionsWereEnded) {
  Do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
     "WHERE application_name = 'eds postgresql_node'");
  EXPECT_THAT(admin_->Probe(Soon()), IsOk());
}

TEST_P(PostgresqlServerTest, CreateDatabaseReplacesWhatACrashDuringADropLeft) {
  const DatabaseSpec database = CreateDatabase();
  Do(absl::Substitute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '$0'",
                      database.name.text()));
  EXPECT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
  EXPECT_NE(LogIn(CreateUser(database)), nullptr);
  EXPECT_EQ(Ask(absl::Substitute("SELECT datconnlimit FROM pg_database WHERE datname = '$0'",
                                 database.name.text())),
            "-1");
}

TEST_P(PostgresqlServerTest, DropDatabaseDropsWhatACrashDuringADropLeft) {
  const DatabaseSpec database = CreateDatabase();
  Do(absl::Substitute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '$0'",
                      database.name.text()));
  EXPECT_THAT(admin_->DropDatabase(database, Soon()), IsOk());
  EXPECT_FALSE(Exists(database.owner));
}

TEST_P(PostgresqlServerTest, CreateDatabaseReopensWhatADropOnlyClosed) {
  const DatabaseSpec database = CreateDatabase();
  Do(absl::Substitute("ALTER DATABASE $0 ALLOW_CONNECTIONS false", database.name.text()));
  EXPECT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
  EXPECT_NE(LogIn(CreateUser(database)), nullptr);
}

TEST_P(PostgresqlServerTest, DropUserHandsOverWhatItMadeInItsOwnName) {
  const DatabaseSpec database = CreateDatabase();
  const UserSpec dropped = CreateUser(database);
  const auto session = LogIn(dropped);
  ASSERT_NE(session, nullptr);
  for (const std::string& sql :
       {absl::Substitute("CREATE SCHEMA mine; GRANT ALL ON SCHEMA mine TO $0", dropped.name.text()),
        std::string("SET ROLE NONE"), std::string("CREATE TABLE mine.t (n int)"),
        std::string("CREATE FUNCTION mine.f() RETURNS int LANGUAGE sql SECURITY DEFINER "
                    "AS 'SELECT 1'")}) {
    ASSERT_THAT(session->Run(sql), IsOk()) << sql;
  }
  EXPECT_THAT(admin_->DropUser(dropped, Soon()), IsOk());
  EXPECT_FALSE(Exists(dropped.name));
  EXPECT_EQ(Ask("SELECT tableowner FROM pg_tables WHERE tablename = 't'", database.name.text()),
            database.owner.text());
  EXPECT_EQ(Ask("SELECT proowner::regrole FROM pg_proc WHERE proname = 'f'", database.name.text()),
            database.owner.text());
  const auto other = LogIn(CreateUser(database));
  ASSERT_NE(other, nullptr);
  EXPECT_THAT(other->Run("INSERT INTO mine.t VALUES (1)"), IsOk());
}

TEST_P(PostgresqlServerTest, DropUserNamesWhatItOwnsInADatabaseThatIsNotIts) {
  const UserSpec user = CreateUser(CreateDatabase());
  const std::string table = "t" + user.name.text();
  const auto session = LogIn(user, "postgres");
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->Run(absl::StrCat("CREATE TABLE public.", table, " (n int)")), IsOk());
  const absl::Status status = admin_->DropUser(user, Soon());
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kUserOwnsObjects));
  EXPECT_THAT(std::string(status.message()), HasSubstr(table));
  EXPECT_THAT(std::string(status.message()), HasSubstr("database postgres"));
  EXPECT_EQ(Ask(absl::Substitute("SELECT rolcanlogin FROM pg_roles WHERE rolname = '$0'",
                                 user.name.text())),
            "f");
  EXPECT_EQ(Ask(absl::Substitute("SELECT tableowner FROM pg_tables WHERE tablename = '$0'", table)),
            user.name.text());
  Do(absl::StrCat("DROP TABLE public.", table));
  EXPECT_THAT(admin_->DropUser(user, Soon()), IsOk());
  EXPECT_FALSE(Exists(user.name));
}

TEST_P(PostgresqlServerTest, DropUserTakesBackWhatItWasGrantedElsewhere) {
  const UserSpec user = CreateUser(CreateDatabase());
  const DatabaseSpec other = CreateDatabase();
  const auto neighbour = LogIn(CreateUser(other));
  ASSERT_NE(neighbour, nullptr);
  for (const std::string& sql : {std::string("CREATE TABLE shared (n int)"),
                                 absl::StrCat("GRANT SELECT ON shared TO ", user.name.text()),
                                 absl::Substitute("GRANT CONNECT ON DATABASE $0 TO $1",
                                                  other.name.text(), user.name.text())}) {
    ASSERT_THAT(neighbour->Run(sql), IsOk()) << sql;
  }
  EXPECT_THAT(admin_->DropUser(user, Soon()), IsOk());
  EXPECT_FALSE(Exists(user.name));
  EXPECT_THAT(neighbour->Run("SELECT * FROM shared"), IsOk());
}

// A tenant may set what it likes for its own database, and all who connect get it.
TEST_P(PostgresqlServerTest, WhatATenantSetsForItsDatabaseDoesNotReachTheAdministrator) {
  const DatabaseSpec database = CreateDatabase();
  const UserSpec user = CreateUser(database);
  const auto session = LogIn(user);
  ASSERT_NE(session, nullptr);
  const std::string trap =
      "RETURNS $0 LANGUAGE plpgsql SET search_path = evil AS "
      "$$$$BEGIN INSERT INTO evil.caught VALUES (session_user); RETURN $1; END$$$$";
  for (const std::string& sql :
       {absl::StrCat("CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC, ", user.name.text()),
        std::string("CREATE TABLE evil.caught (who text); "
                    "GRANT ALL ON evil.caught TO PUBLIC"),
        "CREATE FUNCTION evil.set_config(text, text, boolean) " +
            absl::Substitute(trap, "text", "NULL"),
        "CREATE FUNCTION evil.current_setting(text) " + absl::Substitute(trap, "text", "NULL"),
        "CREATE FUNCTION evil.pg_is_in_recovery() " + absl::Substitute(trap, "boolean", "false"),
        absl::Substitute("ALTER DATABASE $0 SET search_path = evil, pg_catalog",
                         database.name.text()),
        absl::Substitute("ALTER DATABASE $0 SET default_transaction_read_only = on",
                         database.name.text()),
        absl::Substitute("ALTER DATABASE $0 SET statement_timeout = 1", database.name.text()),
        std::string("SET ROLE NONE"), std::string("CREATE TABLE evil.t (n int)"),
        std::string("RESET ROLE"),
        absl::Substitute("REVOKE ALL ON DATABASE $0 FROM $1", database.name.text(),
                         database.owner.text())}) {
    ASSERT_THAT(session->Run(sql), IsOk()) << sql;
  }
  EXPECT_THAT(admin_->DropUser(user, Soon()), IsOk());
  Do(absl::Substitute("ALTER DATABASE $0 RESET ALL", database.name.text()));
  EXPECT_EQ(Ask("SELECT count(*) FROM evil.caught", database.name.text()), "0");
  EXPECT_EQ(Ask("SELECT tableowner FROM pg_tables WHERE tablename = 't' AND schemaname = 'evil'",
                database.name.text()),
            database.owner.text());
}

TEST_P(PostgresqlServerTest, DropDatabaseDoesNotLetSessionsComeBack) {
  const DatabaseSpec database = CreateDatabase();
  const UserSpec user = CreateUser(database);
  const auto session = LogIn(user);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(admin_->DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(session->Run("SELECT 1"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(Exists(database.owner));
  EXPECT_THAT(admin_->DropUser(user, Soon()), IsOk());
}

TEST_P(PostgresqlServerTest, OnlyASuperuserEndsTheSessionOfASuperuser) {
  const DatabaseSpec database = CreateDatabase();
  Login login = server_->admin();
  login.database = database.name.text();
  auto session = server_->Connect(login);
  ASSERT_THAT(session, IsOk());
  const absl::Status status = admin_->DropDatabase(database, Soon());
  if (GetParam().minimal) {
    EXPECT_THAT(status, FailsWith(absl::StatusCode::kInternal, Reason::kServerError));
    EXPECT_THAT(std::string(status.message()), HasSubstr("end the superuser's session"));
    EXPECT_THAT((*session)->Run("SELECT 1"), IsOk());
    session->reset();
  }
  EXPECT_THAT(admin_->DropDatabase(database, Soon()), IsOk());
}

TEST_P(PostgresqlServerTest, AnotherAdministratorCarriesOn) {
  if (major_version_ >= 16) GTEST_SKIP() << "from 16 on, only with ADMIN on the roles";
  const DatabaseSpec database = CreateDatabase();
  const UserSpec user = CreateUser(database);
  const auto another = OpenAs(GetParam().minimal ? server_->admin() : minimal_);
  ASSERT_THAT(another, IsOk());
  EXPECT_THAT((*another)->CreateUser(user, password_, Soon()), IsOk());
  EXPECT_THAT((*another)->DropUser(user, Soon()), IsOk());
  EXPECT_THAT((*another)->DropDatabase(database, Soon()), IsOk());
  EXPECT_FALSE(Exists(user.name));
  EXPECT_FALSE(Exists(database.owner));
}

TEST_P(PostgresqlServerTest, AnErrorNeverHoldsAVerifier) {
  const UserSpec user = {NewName('u'), {NewName('d'), NewName('o')}};
  EXPECT_THAT(admin_->CreateUser(user, password_, Soon()).ToString(), Not(HasSubstr("SCRAM")));
  EXPECT_THAT(admin_->SetUserPassword(user.name, password_, Soon()).ToString(),
              Not(HasSubstr("SCRAM")));
}

TEST_P(PostgresqlServerTest, DiagnoseWarnsThatEverybodyCanEnterTheDatabasePostgres) {
  EXPECT_THAT(admin_->Diagnose(Soon()), Contains(Field(&Finding::check, "isolation")));
}

}  // namespace
}  // namespace eds
