#include <memory>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/secret.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mysql_node/mysql_password.h"
#include "mysql_node/mysql_server_fixture.h"
#include "node/database_server.h"
#include "tests/fixtures/sql_session.h"

// What goes beyond the contract of users in tests/contract. The administrator has the
// least privileges throughout.
namespace eds {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

class MysqlUsersTest : public MysqlServerTest {
 protected:
  void SetUp() override {
    MysqlServerTest::SetUp();
    login_ = CreateAdmin(MinimalGrants());
    auto opened = Open(login_);
    ASSERT_THAT(opened, IsOk());
    admin_ = *std::move(opened);
    tenant_ = std::make_unique<Tenant>(CreateTenant(*admin_));
    ASSERT_NE(tenant_->session, nullptr);
  }

  const UserSpec& user() const { return tenant_->user; }
  const std::string& database() const { return user().database.name.text(); }
  // `$0` stands for the account, `$1` for its database.
  std::string Fill(absl::string_view sql) const {
    return absl::Substitute(sql, absl::StrCat("'", user().name.text(), "'@'%'"), database());
  }
  absl::StatusOr<Rows> RunAll(SqlSession& session, const std::vector<std::string>& statements) {
    absl::StatusOr<Rows> rows;
    for (const std::string& sql : statements) {
      rows = session.Run(Fill(sql));
      EXPECT_THAT(rows, IsOk()) << sql;
    }
    return rows;
  }
  // One object of each kind that has a definer.
  void DefineObjects() {
    RunAll(*tenant_->session,
           {"USE $1", "CREATE TABLE t (n INT)", "CREATE TABLE log (n INT)",
            "CREATE VIEW v AS SELECT n FROM t", "CREATE PROCEDURE p() INSERT INTO t VALUES (2)",
            "CREATE FUNCTION f() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM t)",
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW INSERT INTO log VALUES (NEW.n)",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1"})
        .IgnoreError();
  }
  bool CanLogIn(const Secret& password) {
    return server()
        .Connect({.port = server().port(), .user = user().name.text(), .password = password})
        .ok();
  }
  // What MySQL keeps as the user's first password and as its second one.
  std::vector<Secret> KeptPasswords() {
    const Rows rows =
        Run(absl::StrCat("SELECT authentication_string, JSON_UNQUOTE(JSON_EXTRACT(User_attributes, "
                         "'$.additional_password')) FROM mysql.user WHERE User = '",
                         user().name.text(), "'"));
    EXPECT_THAT(rows, SizeIs(1));
    return {Secret(rows.at(0)[0].value_or("")), Secret(rows.at(0)[1].value_or(""))};
  }

  Login login_;
  std::unique_ptr<DatabaseServer> admin_;
  std::unique_ptr<Tenant> tenant_;
};

std::string DetailsOf(const absl::Status& status) {
  std::string details;
  status.ForEachPayload([&details](absl::string_view, const absl::Cord& payload) {
    absl::StrAppend(&details, std::string(payload));
  });
  return details;
}

TEST_P(MysqlUsersTest, EveryKindOfDefinerIsNamedUntilTheDatabaseIsGone) {
  DefineObjects();
  const absl::Status status = admin_->DropUser(user(), Soon());
  ASSERT_THAT(status, FailsWith(kMendIt, Reason::kUserOwnsObjects));
  for (const std::string object : {"VIEW ", "PROCEDURE ", "FUNCTION ", "TRIGGER ", "EVENT "}) {
    EXPECT_THAT(DetailsOf(status), HasSubstr(object + database() + "."));
  }
  EXPECT_THAT(admin_->DropDatabase(user().database, Soon()), IsOk());
  EXPECT_THAT(admin_->DropUser(user(), Soon()), IsOk());
}

TEST_P(MysqlUsersTest, WhatALockedDefinerLeftGoesOnWorkingForOthers) {
  DefineObjects();
  ASSERT_THAT(admin_->DropUser(user(), Soon()), FailsWith(kMendIt, Reason::kUserOwnsObjects));
  const Tenant other = CreateTenantOf(*admin_, user().database);
  ASSERT_NE(other.session, nullptr);
  const auto rows =
      RunAll(*other.session, {"USE $1", "INSERT INTO t VALUES (1)", "CALL p()", "SELECT n FROM v",
                              "SELECT f(), COUNT(*), (SELECT COUNT(*) FROM log) FROM v"});
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(*rows, Rows({{"2", "2", "2"}}));
}

TEST_P(MysqlUsersTest, NoGrantOutlivesAUserAndItsDatabase) {
  DefineObjects();
  Run(Fill("GRANT SELECT (n) ON `$1`.t TO $0"));
  Run(Fill("GRANT EXECUTE ON PROCEDURE `$1`.p TO $0"));
  EXPECT_THAT(admin_->DropDatabase(user().database, Soon()), IsOk());
  EXPECT_THAT(admin_->DropUser(user(), Soon()), IsOk());
  for (const std::string table : {"db", "tables_priv", "columns_priv", "procs_priv"}) {
    EXPECT_THAT(Run(absl::StrCat("SELECT User FROM mysql.", table, " WHERE Db = '", database(),
                                 "' OR User = '", user().name.text(), "'")),
                IsEmpty())
        << table;
  }
}

TEST_P(MysqlUsersTest, AMinimalAdministratorDropsNoDefinerUnawares) {
  if (IsMariadb()) GTEST_SKIP() << "MariaDB drops a definer in silence: so it is looked for first";
  DefineObjects();
  const auto session = Connect(login_);
  const auto dropped = session->Run(Fill("DROP USER $0"));
  EXPECT_THAT(dropped, Not(IsOk()));
  EXPECT_THAT(std::string(dropped.status().message()), HasSubstr("(4006)"));
}

TEST_P(MysqlUsersTest, AMinimalAdministratorCannotTouchRootOnMysql) {
  const auto session = Connect(login_);
  const std::string root = absl::StrCat("'", server().admin().user, "'@'%'");
  // Takes nothing away where it is let.
  EXPECT_EQ(session->Run(absl::StrCat("ALTER USER ", root, " ACCOUNT UNLOCK")).ok(), IsMariadb());
}

TEST_P(MysqlUsersTest, ALoginMadeAheadIsLetInWithAllItsOptions) {
  const Secret password = RandomPassword(random_);
  for (const Rights rights : {Rights::kNone, Rights::kGranted}) {
    const UserSpec limited = {.name = NewName('u'),
                              .database = user().database,
                              .options = {.connection_limit = 3, .require_tls = true}};
    absl::optional<DatabaseSpec> own;
    if (rights == Rights::kGranted) own = limited.database;
    ASSERT_THAT(admin_->PrepareUser(limited.name, own, password, Soon()), IsOk());
    EXPECT_THAT(admin_->AdmitUser(limited, rights, Soon()), IsOk());
    EXPECT_THAT(admin_->InspectUser(limited, Soon()).value(), IsEmpty());
  }
}

TEST_P(MysqlUsersTest, AGrantToAMissingAccountMakesNone) {
  const UserSpec missing = {.name = NewName('u'), .database = user().database};
  EXPECT_THAT(admin_->AdmitUser(missing, Rights::kNone, Soon()),
              FailsWith(absl::StatusCode::kNotFound, Reason::kUserNotFound));
  EXPECT_THAT(
      Run(absl::StrCat("SELECT 1 FROM mysql.user WHERE User = '", missing.name.text(), "'")),
      IsEmpty());
}

TEST_P(MysqlUsersTest, OptionsBecomePartOfTheAccount) {
  UserSpec limited = {.name = NewName('u'),
                      .database = user().database,
                      .options = {.connection_limit = 3, .require_tls = true}};
  if (IsMariadb()) limited.options.statement_timeout = absl::Milliseconds(1'500);
  const Secret password = RandomPassword(random_);
  EXPECT_THAT(admin_->CreateUser(limited, password, Soon()), IsOk());
  const std::string shown =
      Run(absl::StrCat("SHOW CREATE USER '", limited.name.text(), "'@'%'"))[0][0].value_or("");
  EXPECT_THAT(shown, AllOf(HasSubstr("REQUIRE SSL"), HasSubstr("MAX_USER_CONNECTIONS 3")));
  EXPECT_EQ(absl::StrContains(shown, "MAX_STATEMENT_TIME 1.500000"), IsMariadb());
  const auto plaintext = server().Connect(
      {.port = server().port(), .user = limited.name.text(), .password = password});
  EXPECT_THAT(plaintext, Not(IsOk()));
}

TEST_P(MysqlUsersTest, ADatabaseHasTheCharacterSetAndCollationThatWereAskedFor) {
  const auto defaults_of = [this](const DatabaseOptions& options) {
    DatabaseSpec database = NewDatabase();
    database.options = options;
    EXPECT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
    return Run(
        absl::StrCat("SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM "
                     "information_schema.SCHEMATA WHERE SCHEMA_NAME = '",
                     database.name.text(), "'"));
  };
  EXPECT_EQ(defaults_of({.character_set = "latin2", .collation = "latin2_bin"}),
            Rows({{"latin2", "latin2_bin"}}));
  EXPECT_EQ(defaults_of({.collation = "utf8mb4_bin"}), Rows({{"utf8mb4", "utf8mb4_bin"}}));
  EXPECT_EQ(defaults_of({.character_set = "ascii"}), Rows({{"ascii", "ascii_general_ci"}}));
}

TEST_P(MysqlUsersTest, ACollationOfAnotherCharacterSetIsUnsupported) {
  DatabaseSpec database = NewDatabase();
  database.options = {.character_set = "latin1", .collation = "utf8mb4_bin"};
  EXPECT_THAT(admin_->CreateDatabase(database, Soon()),
              FailsWith(kMendIt, Reason::kOptionUnsupported));
}

TEST_P(MysqlUsersTest, OfTwoPasswordsTheNewOneIsTheFirst) {
  if (IsMariadb()) GTEST_SKIP() << "its two are equal";
  const Secret old = RandomPassword(random_);
  const Secret fresh = RandomPassword(random_);
  for (const Passwords& before : {Passwords(old), Passwords(fresh), Passwords(old, fresh)}) {
    ASSERT_THAT(admin_->SetUserPassword(user().name, before, Soon()), IsOk());
    EXPECT_THAT(admin_->SetUserPassword(user().name, {fresh, old}, Soon()), IsOk());
    const std::vector<Secret> kept = KeptPasswords();
    EXPECT_TRUE(MatchesCachingSha2(kept[0], fresh));
    EXPECT_TRUE(MatchesCachingSha2(kept[1], old));
    EXPECT_THAT(admin_->SetUserPassword(user().name, {fresh, old}, Soon()), IsOk());
    EXPECT_EQ(KeptPasswords(), kept);
  }
}

TEST_P(MysqlUsersTest, TwoPasswordsAreSetWhateverTheAccountWasLike) {
  const Secret old = RandomPassword(random_);
  const Secret fresh = RandomPassword(random_);
  std::vector<std::string> states = {"ALTER USER $0 IDENTIFIED BY 'else'",
                                     "ALTER USER $0 IDENTIFIED BY ''",
                                     "ALTER USER $0 PASSWORD EXPIRE"};
  states.push_back(IsMariadb() ? "ALTER USER $0 IDENTIFIED VIA unix_socket"
                               : "ALTER USER $0 IDENTIFIED WITH sha256_password BY 'else'");
  for (const std::string& state : states) {
    Run(Fill(state));
    EXPECT_THAT(admin_->SetUserPassword(user().name, {fresh, old}, Soon()), IsOk()) << state;
    EXPECT_TRUE(CanLogIn(fresh)) << state;
    EXPECT_TRUE(CanLogIn(old)) << state;
    EXPECT_FALSE(CanLogIn(Secret())) << state;
    EXPECT_FALSE(CanLogIn(Secret("else"))) << state;
  }
}

TEST_P(MysqlUsersTest, AnAnonymousAccountThatKeepsUsersOutIsNamed) {
  const Secret password = RandomPassword(random_);
  ASSERT_THAT(admin_->SetUserPassword(user().name, password, Soon()), IsOk());
  const auto root = Connect(server().admin());  // It keeps others out as well.
  ASSERT_THAT(root->Run("CREATE USER ''@'127.0.0.1'"), IsOk());
  const absl::Cleanup drop = [&root] {
    EXPECT_THAT(root->Run("DROP USER ''@'127.0.0.1'"), IsOk());
  };
  EXPECT_FALSE(CanLogIn(password));
  std::string warnings;
  for (const Finding& finding : admin_->Diagnose(Soon())) {
    if (finding.severity == Finding::Severity::kWarning) warnings += finding.remedy;
  }
  EXPECT_THAT(warnings, HasSubstr("DROP USER ''@'127.0.0.1'"));
}

INSTANTIATE_TEST_SUITE_P(Flavours, MysqlUsersTest, testing::ValuesIn(TestedFlavours()),
                         NameOfFlavour);

}  // namespace
}  // namespace eds
