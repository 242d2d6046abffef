// What tenants try on every engine.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/adversary/adversary_stage.h"

namespace eds {
namespace {

constexpr absl::StatusCode kRefused = absl::StatusCode::kUnauthenticated;
// Before PostgreSQL 15 readers begin so that they do not write by mistake.
constexpr char kWritable[] = "SET default_transaction_read_only TO off";
constexpr char kOwnPassword[] = "of-its-own-choice-1234";

std::vector<std::string> ChangeOwnPassword(const Engine& engine) {
  if (engine.name == "Mariadb") {
    return {absl::StrCat("SET PASSWORD = PASSWORD('", kOwnPassword, "')")};
  }
  if (engine.name == "Mysql") {
    return {absl::StrCat("ALTER USER USER() IDENTIFIED BY '", kOwnPassword, "'")};
  }
  return {kWritable, "SET ROLE NONE", absl::StrCat("ALTER ROLE $me PASSWORD '", kOwnPassword, "'")};
}

// What would make a login that cannot be used yet, $me, somebody's own.
std::vector<std::string> UseALoginMadeAhead(const Engine& engine) {
  if (engine.kind == "mysql") {
    return {"ALTER USER $me ACCOUNT UNLOCK",
            "ALTER USER $me IDENTIFIED BY 'of-its-own-choice-1234'",
            "GRANT SELECT ON $db.* TO $me",
            "GRANT PROXY ON $me TO $victim_user",
            "RENAME USER $me TO intruder",
            "SHOW CREATE USER $me",
            "SHOW GRANTS FOR $me",
            "CREATE DEFINER = $me VIEW $db.by_another AS SELECT 1",
            "DROP USER $me"};
  }
  return {"SET ROLE $me",
          "SET SESSION AUTHORIZATION $me",
          "ALTER ROLE $me LOGIN",
          "ALTER ROLE $me PASSWORD 'of-its-own-choice-1234'",
          "ALTER ROLE $me IN DATABASE $db SET search_path TO x",
          "ALTER ROLE $me RENAME TO intruder",
          "GRANT $me TO CURRENT_USER",
          "GRANT $owner TO $me",
          "DROP OWNED BY $me",
          "DROP ROLE $me"};
}

// Of every statement that a tenant tries.
TEST_P(RefusedAttempt, IsRefused) {
  const Attempt& attempt = GetParam().attempt;
  for (const Role role : attempt.by) {
    SCOPED_TRACE(NameOf(role));
    const auto session = LogIn(mallory(), role);
    ASSERT_NE(session, nullptr);
    if (engine().kind == "postgresql") {
      ASSERT_THAT(session->Run(kWritable), IsOk());
    }
    const absl::Status status = session->Run(Fill(attempt.sql, mallory().users.at(role))).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kAborted)) << attempt.sql;
    EXPECT_THAT(std::string(status.message()),
                testing::ContainsRegex(absl::StrCat("^\\((", attempt.refusal, ")\\) ")));
  }
}

TEST_P(Adversary, NoUserCanConnectToTheDatabaseOfAnotherTenant) {
  for (const auto& [role, user] : mallory().users) {
    EXPECT_THAT(TryLogIn(user, mallory().password, victim().database.name.text()),
                HasCode(kRefused))
        << NameOf(role);
  }
}

TEST_P(Adversary, NoUserCanConnectToTheDatabasesThatCameWithTheServer) {
  const std::vector<std::string> databases =
      engine().kind == "mysql" ? std::vector<std::string>{"mysql", "sys"}
                               : std::vector<std::string>{"postgres", "template1"};
  for (const auto& [role, user] : mallory().users) {
    for (const std::string& database : databases) {
      EXPECT_THAT(TryLogIn(user, mallory().password, database), HasCode(kRefused))
          << NameOf(role) << " in " << database;
    }
  }
}

TEST_P(Adversary, NoUserCanLogInWithoutOrWithAnothersPassword) {
  for (const auto& [role, user] : mallory().users) {
    for (const Secret& password : {Secret(), victim().password, Secret(user.name.text())}) {
      EXPECT_THAT(TryLogIn(user, password, user.database.name.text()), HasCode(kRefused))
          << NameOf(role);
    }
  }
}

TEST_P(Adversary, AUserThatIsMadeAgainElsewhereIsKeptOutOfItsOldDatabase) {
  for (const Role role : kAllRoles) {
    UserSpec user = CreateUser(NewTenant().database, role, mallory().password);
    const DatabaseSpec old = user.database;
    ASSERT_THAT(admin().DropUser(user, Soon()), IsOk());
    user.database = mallory().database;
    ASSERT_THAT(admin().CreateUser(user, mallory().password, Soon()), IsOk());
    EXPECT_NE(LogIn(user, mallory().password), nullptr);
    EXPECT_THAT(TryLogIn(user, mallory().password, old.name.text()), HasCode(kRefused))
        << NameOf(role);
    EXPECT_THAT(admin().InspectUser(user, Soon()).value(), testing::IsEmpty());
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
}

TEST_P(Adversary, ADatabaseIsClosedToThoseWhoUsedAnotherOneOfItsName) {
  const Tenant tenant = NewTenant();
  ASSERT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
  const DatabaseSpec successor = {tenant.database.name, NewName('o')};
  ASSERT_THAT(admin().CreateDatabase(successor, Soon()), IsOk());
  for (auto [role, user] : tenant.users) {
    user.database = mallory().database;
    ASSERT_THAT(admin().CreateUser(user, tenant.password, Soon()), IsOk());
    EXPECT_THAT(TryLogIn(user, tenant.password, successor.name.text()), HasCode(kRefused))
        << NameOf(role);
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
}

TEST_P(Adversary, ALoginMadeAheadIsOutOfReachUntilItIsLetIn) {
  const Tenant tenant = NewTenant();
  const Secret password = NewPassword();
  for (const Rights rights : {Rights::kNone, Rights::kGranted}) {
    const UserSpec login{NewName('u'), tenant.database};
    absl::optional<DatabaseSpec> database;
    if (rights == Rights::kGranted) database = tenant.database;
    ASSERT_THAT(admin().PrepareUser(login.name, database, password, Soon()), IsOk());
    for (const auto& [role, user] : tenant.users) {
      const auto session = LogIn(user, tenant.password);
      ASSERT_NE(session, nullptr);
      for (const std::string& statement : UseALoginMadeAhead(engine())) {
        EXPECT_THAT(session->Run(Fill(statement, login)), HasCode(absl::StatusCode::kAborted))
            << NameOf(role) << ": " << statement;
      }
    }
    EXPECT_THAT(TryLogIn(login, password, tenant.database.name.text()), HasCode(kRefused));
    ASSERT_THAT(admin().AdmitUser(login, rights, Soon()), IsOk());
    EXPECT_NE(LogIn(login, password), nullptr);
    EXPECT_THAT(admin().InspectUser(login, Soon()).value(), testing::IsEmpty());
  }
}

// It cannot be prevented.
TEST_P(Adversary, AUserThatChangesItsOwnPasswordIsPutRightByARotation) {
  const Secret own(kOwnPassword);
  const Secret rotated = NewPassword();
  for (const Role role : kAllRoles) {
    const UserSpec user = CreateUser(mallory().database, role, mallory().password);
    const auto session = LogIn(user, mallory().password);
    ASSERT_NE(session, nullptr);
    for (const std::string& statement : ChangeOwnPassword(engine())) {
      ASSERT_THAT(session->Run(Fill(statement, user)), IsOk());
    }
    EXPECT_NE(LogIn(user, own), nullptr);
    EXPECT_THAT(admin().SetUserPassword(user.name, rotated, Soon()), IsOk());
    EXPECT_NE(LogIn(user, rotated), nullptr);
    EXPECT_THAT(TryLogIn(user, own, user.database.name.text()), HasCode(kRefused));
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
}

}  // namespace
}  // namespace eds
