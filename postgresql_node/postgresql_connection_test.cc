#include "postgresql_node/postgresql_connection.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_errors.h"
#include "postgresql_node/postgresql_login.h"
#include "postgresql_node/socket_watchdog.h"
#include "tests/fixtures/postgresql_server.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PostgresqlConnectionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = PrivatePostgresqlServer::Start();
    ASSERT_THAT(started, IsOk());
    server_ = *std::move(started);
  }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    const Login login = server_->admin();
    passwords_ = std::make_unique<AdminPasswords>(login.password);
    auto opened = PostgresqlConnection::Open(
        {login.host, login.port, login.user, passwords_.get(), "postgres"}, absl::Seconds(20),
        Soon(), clock_, watchdog_);
    ASSERT_THAT(opened, IsOk());
    connection_ = *std::move(opened);
  }

  static absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

  absl::Status Raise(const std::string& sqlstate) {
    return connection_->Execute(absl::Substitute(
        "DO $$$$BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '$0'; END$$$$", sqlstate));
  }

  static inline std::unique_ptr<PrivatePostgresqlServer> server_;
  SystemClock clock_;
  SocketWatchdog watchdog_;
  std::unique_ptr<AdminPasswords> passwords_;
  std::unique_ptr<PostgresqlConnection> connection_;
};

TEST_F(PostgresqlConnectionTest, NoSqlStateThatWeKnowIsLostOnTheWay) {
  for (const absl::string_view sqlstate : {sqlstate::kReadOnlySqlTransaction,
                                           sqlstate::kDependentObjectsStillExist,
                                           sqlstate::kInvalidCatalogName,
                                           sqlstate::kUniqueViolation,
                                           sqlstate::kSerializationFailure,
                                           sqlstate::kDeadlockDetected,
                                           sqlstate::kInsufficientPrivilege,
                                           sqlstate::kUndefinedObject,
                                           sqlstate::kDuplicateObject,
                                           sqlstate::kDuplicateDatabase,
                                           sqlstate::kInsufficientResources,
                                           sqlstate::kDiskFull,
                                           sqlstate::kOutOfMemory,
                                           sqlstate::kTooManyConnections,
                                           sqlstate::kConfigurationLimitExceeded,
                                           sqlstate::kObjectInUse,
                                           sqlstate::kLockNotAvailable,
                                           sqlstate::kQueryCanceled,
                                           sqlstate::kInternalError,
                                           absl::string_view("22012")}) {
    const absl::Status status = Raise(std::string(sqlstate));
    EXPECT_EQ(SqlStateOf(status), sqlstate) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("on purpose"));
  }
}

TEST_F(PostgresqlConnectionTest, SeveralStatementsAreOneTransaction) {
  EXPECT_THAT(connection_->Execute("CREATE TABLE public.t (n int); SELECT 1 / 0"), Not(IsOk()));
  EXPECT_THAT(connection_->Execute("SELECT * FROM public.t"), Not(IsOk()));
  EXPECT_FALSE(connection_->broken());
}

TEST_F(PostgresqlConnectionTest, ALostSessionStaysLost) {
  EXPECT_THAT(connection_->Execute("SELECT pg_terminate_backend(pg_backend_pid())"),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
  EXPECT_TRUE(connection_->broken());
  EXPECT_THAT(connection_->Execute("SELECT 1"),
              FailsWith(absl::StatusCode::kUnavailable, Reason::kServerUnreachable));
  EXPECT_TRUE(connection_->broken());
}

TEST_F(PostgresqlConnectionTest, AServerThatStopsAnsweringIsGivenUpAtTheDeadline) {
  server_->Freeze();
  const absl::Time deadline = absl::Now() + absl::Milliseconds(200);
  connection_->set_deadline(deadline);
  EXPECT_THAT(connection_->Execute("SELECT 1"),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
  EXPECT_LT(absl::Now(), deadline + absl::Seconds(2));
  EXPECT_TRUE(connection_->broken());
  server_->Thaw();
}

TEST_F(PostgresqlConnectionTest, ASlowStatementIsCancelledAndTheSessionLives) {
  connection_->set_deadline(absl::Now() + absl::Milliseconds(400));
  EXPECT_THAT(connection_->Execute("SELECT pg_sleep(20)"),
              FailsWith(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout));
  EXPECT_FALSE(connection_->broken());
  connection_->set_deadline(Soon());
  EXPECT_THAT(connection_->Execute("SELECT pg_sleep(0.5)"), IsOk());
}

TEST_F(PostgresqlConnectionTest, AServerThatTakesNoChangesIsOfNoFurtherUse) {
  ASSERT_THAT(connection_->Execute("SET default_transaction_read_only = on"), IsOk());
  EXPECT_THAT(connection_->Execute("CREATE ROLE nobody"),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kServerReadOnly));
  EXPECT_TRUE(connection_->broken());
}

TEST_F(PostgresqlConnectionTest, ErrorsDoNotQuoteTheStatement) {
  const absl::Status status = connection_->Execute("CREATE ROLE u PASSWORD 'secret' GARBAGE");
  EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace eds
