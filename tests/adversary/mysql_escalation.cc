// What tenants try on MySQL and MariaDB that takes more than one statement.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/adversary/mysql_adversary.h"

namespace eds {
namespace {

using ::testing::ContainsRegex;
using ::testing::IsEmpty;

constexpr absl::StatusCode kRefused = absl::StatusCode::kUnauthenticated;

std::string ValueOf(SqlSession& session, const std::string& sql) {
  const auto rows = session.Run(sql);
  EXPECT_THAT(rows, IsOk()) << sql;
  return rows.ok() && !rows->empty() ? rows->at(0).at(0).value_or("NULL") : "";
}

TEST_P(MysqlAdversary, NobodySeesTheDatabasesTablesStatementsAndGrantsOfOthers) {
  for (const Role role : kAllRoles) {
    const UserSpec& user = mallory().users.at(role);
    const auto session = LogIn(mallory(), role);
    for (const char* const sql :
         {"SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN "
          "('$db', 'information_schema', 'performance_schema')",
          "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN "
          "('$db', 'information_schema', 'performance_schema')",
          "SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER <> '$me'",
          "SELECT count(*) FROM information_schema.USER_PRIVILEGES WHERE GRANTEE NOT LIKE '%$me%'",
          "SELECT count(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE NOT LIKE "
          "'%$me%'"}) {
      EXPECT_EQ(ValueOf(*session, Fill(sql, user)), "0") << sql << NameOf(role);
    }
    EXPECT_EQ(ValueOf(*session, "SELECT LOAD_FILE('/etc/hostname')"), "NULL");
  }
}

// `_` and `%` are wildcards in grants.
TEST_P(MysqlAdversary, AnOwnerOfANameWithAWildcardReachesNoOtherDatabase) {
  const std::string suffix = NewName('x').text();
  const DatabaseSpec database = {*Identifier::ParseExisting("d_" + suffix), NewName('o')};
  const std::string neighbour = "dx" + suffix;
  ASSERT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  Do("CREATE DATABASE " + neighbour);
  for (const Role role : kAllRoles) {
    const UserSpec user = CreateUser(database, role, mallory().password);
    EXPECT_NE(LogIn(user, mallory().password), nullptr);
    EXPECT_THAT(TryLogIn(user, mallory().password, neighbour), HasCode(kRefused));
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
  Do("DROP DATABASE " + neighbour);
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
}

TEST_P(MysqlAdversary, NoPrivilegeIsLeftOfADroppedUserAndItsDatabase) {
  const Tenant tenant = NewTenant();
  const UserSpec& owner = tenant.users.at(Role::kOwner);
  const auto session = LogIn(tenant);
  // Which grants its maker privileges on it.
  ASSERT_THAT(session->Run("CREATE PROCEDURE mine() SELECT 1"), IsOk());
  ASSERT_THAT(session->Run("DROP PROCEDURE mine"), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  for (const char* const table : {"db", "tables_priv", "columns_priv", "procs_priv"}) {
    EXPECT_EQ(
        Ask(Fill(absl::Substitute(
                     "SELECT count(*) FROM mysql.$0 WHERE Db = '$$db' OR User = '$$me'", table),
                 owner)),
        "0")
        << table;
  }
}

// It cannot be prevented: a user is to be dropped with its database, and no name is used twice.
TEST_P(MysqlAdversary, PrivilegesOfAUserOutliveItsDatabaseUntilItIsDropped) {
  const Tenant tenant = NewTenant();
  const UserSpec& user = tenant.users.at(Role::kReadOnly);
  ASSERT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  ASSERT_THAT(admin().CreateDatabase(tenant.database, Soon()), IsOk());
  EXPECT_NE(LogIn(user, tenant.password), nullptr);
  EXPECT_THAT(admin().LockUser(user.name, Soon()), IsOk());
  EXPECT_THAT(TryLogIn(user, tenant.password, user.database.name.text()), HasCode(kRefused));
}

TEST_P(MysqlAdversary, ARoutineRunsWithTheRightsOfItsDefinerAndNoMore) {
  const Tenant tenant = NewTenant();
  const auto session = LogIn(tenant);
  ASSERT_THAT(session->Run(Fill("CREATE PROCEDURE probe() SQL SECURITY DEFINER "
                                "SELECT * FROM $victim_db.shared",
                                tenant.users.at(Role::kOwner))),
              IsOk());
  ASSERT_THAT(
      session->Run("CREATE PROCEDURE invoke() SQL SECURITY INVOKER SELECT * FROM mysql.user"),
      IsOk());
  for (const char* const call : {"CALL probe()", "CALL invoke()"}) {
    const auto status = LogIn(tenant, Role::kReadWrite)->Run(call).status();
    EXPECT_THAT(std::string(status.message()), ContainsRegex("^\\((1044|1142)\\)")) << call;
  }
}

TEST_P(MysqlAdversary, AViewOfARemovedUserNeitherBreaksNorServesItsSuccessorOfTheSameName) {
  const Tenant tenant = NewTenant();
  const UserSpec& owner = tenant.users.at(Role::kOwner);
  ASSERT_THAT(LogIn(tenant)->Run("CREATE VIEW seen AS SELECT n FROM shared"), IsOk());
  EXPECT_THAT(admin().DropUser(owner, Soon()),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects));
  EXPECT_THAT(TryLogIn(owner, tenant.password, tenant.database.name.text()), HasCode(kRefused));
  EXPECT_EQ(ValueOf(*LogIn(tenant, Role::kReadOnly), "SELECT count(*) FROM seen"), "1");
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(owner, Soon()), IsOk());
}

TEST_P(MysqlAdversary, NeitherLocksNorTheirNamesKeepTheAgentFromItsServer) {
  const auto session = LogIn(mallory(), Role::kReadOnly);
  for (const char* const scope : {"claim", "claim/confirmed", "claim/0/0", "claim/0/n"}) {
    ASSERT_THAT(
        session->Run(absl::Substitute("SELECT GET_LOCK('eds/$0/$1', 0)", installation(), scope)),
        IsOk());
  }
  EXPECT_THAT(admin().Probe(Soon()), IsOk());
  const auto second = Open(installation());
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT((*second)->Probe(Soon()), IsOk());
  EXPECT_THAT(session->Run("SELECT 1"), IsOk());
}

// Of whoever guesses the names before the agent comes.
TEST_P(MysqlAdversary, LocksThatWereTakenFirstDoNotKeepAnAgentOut) {
  const auto session = LogIn(mallory(), Role::kReadOnly);
  const std::string installation = "7" + NewName('x').text().substr(9, 7);
  for (const char* const scope : {"claim", "claim/confirmed"}) {
    ASSERT_EQ(
        ValueOf(*session, absl::Substitute("SELECT GET_LOCK('eds/$0/$1', 0)", installation, scope)),
        "1");
  }
  EXPECT_THAT(Open(installation), IsOk());
}

TEST_P(MysqlAdversary, AnOpenTransactionDoesNotHoldUpARemoval) {
  const Tenant tenant = NewTenant();
  std::vector<std::unique_ptr<SqlSession>> sessions;
  for (const Role role : {Role::kOwner, Role::kReadWrite}) {
    sessions.push_back(LogIn(tenant, role));
    ASSERT_THAT(sessions.back()->Run("BEGIN"), IsOk());
    ASSERT_THAT(sessions.back()->Run("INSERT INTO shared VALUES (7)"), IsOk());
  }
  EXPECT_THAT(admin().DropUser(tenant.users.at(Role::kReadWrite), Soon()), IsOk());
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
}

TEST_P(MysqlAdversary, AUserCannotLiftItsLimitOfConnections) {
  UserSpec user = {.name = NewName('u'), .database = mallory().database, .role = Role::kReadWrite};
  user.options.connection_limit = 1;
  ASSERT_THAT(admin().CreateUser(user, mallory().password, Soon()), IsOk());
  const auto session = LogIn(user, mallory().password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->Run("SET SESSION max_user_connections = 0"),
              HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(TryLogIn(user, mallory().password, user.database.name.text()), HasCode(kRefused));
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
}

// It cannot be prevented.
TEST_P(MysqlAdversary, AUserCanLiftItsStatementTimeoutForASession) {
  if (GetParam().name != "Mariadb") GTEST_SKIP() << "MySQL's users have none";
  UserSpec user = {.name = NewName('u'), .database = mallory().database, .role = Role::kReadOnly};
  user.options.statement_timeout = absl::Milliseconds(100);
  ASSERT_THAT(admin().CreateUser(user, mallory().password, Soon()), IsOk());
  const auto session = LogIn(user, mallory().password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->Run("SELECT SLEEP(0.3)"), HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(session->Run("SET SESSION max_statement_time = 0"), IsOk());
  EXPECT_THAT(session->Run("SELECT SLEEP(0.3)"), IsOk());
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
}

TEST_P(MysqlAdversary, AnAnonymousAccountIsReported) {
  Do("CREATE USER ''@'198.51.100.1'");
  std::string found;
  for (const Finding& finding : admin().Diagnose(Soon())) {
    if (finding.severity != Finding::Severity::kOk) absl::StrAppend(&found, finding.detail, "\n");
  }
  EXPECT_THAT(found, testing::HasSubstr("198.51.100.1"));
  Do("DROP USER ''@'198.51.100.1'");
}

// It cannot be prevented.
TEST_P(MysqlAdversary, APreparedTransactionHoldsUpTheDropOfItsDatabaseUntilItIsRolledBack) {
  if (GetParam().name == "Mariadb" && server_version() < 100600) {
    GTEST_SKIP() << "the server would not let go of the drop either";
  }
  const Tenant tenant = NewTenant();
  const auto session = LogIn(tenant);
  for (const char* const sql :
       {"XA START 'held'", "INSERT INTO shared VALUES (7)", "XA END 'held'", "XA PREPARE 'held'"}) {
    ASSERT_THAT(session->Run(sql), IsOk());
  }
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  }
  const absl::Status held = admin().DropDatabase(tenant.database, Soon());
  if (!held.ok()) {
    EXPECT_THAT(held, FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
    Do("XA ROLLBACK 'held'");
  }
  EXPECT_THAT(admin().DropDatabase(tenant.database, Soon()), IsOk());
}

}  // namespace
}  // namespace eds
