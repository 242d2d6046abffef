#include "mysql_node/mysql_errors.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>

#include <string>

#include "common/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kMysql = MysqlFlavour::kMysql;
constexpr auto kMariadb = MysqlFlavour::kMariadb;

absl::Status ErrorOf(unsigned int code, absl::optional<MysqlFlavour> flavour = kMariadb) {
  return MysqlError({.code = code, .sqlstate = "HY000", .message = "text"}, flavour);
}

struct Expectation {
  unsigned int native_code;
  absl::StatusCode code;
  Reason reason;
};

const Expectation kExpectations[] = {
    {CR_CONNECTION_ERROR, absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
    {CR_UNKNOWN_HOST, absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
    {CR_SERVER_GONE_ERROR, absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
    {CR_SERVER_LOST, absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
    {ER_SERVER_SHUTDOWN, absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
    {CR_VERSION_ERROR, absl::StatusCode::kFailedPrecondition, Reason::kServerMismatch},
    {ER_QUERY_INTERRUPTED, absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout},
    {ER_LOCK_WAIT_TIMEOUT, absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout},
    {ER_CON_COUNT_ERROR, absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
    {ER_USER_LIMIT_REACHED, absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
    {ER_DISK_FULL, absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
    {ER_ACCESS_DENIED_ERROR, absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused},
    {ER_DBACCESS_DENIED_ERROR, absl::StatusCode::kFailedPrecondition,
     Reason::kAdminPrivilegeMissing},
    {ER_SPECIFIC_ACCESS_DENIED_ERROR, absl::StatusCode::kFailedPrecondition,
     Reason::kAdminPrivilegeMissing},
    {ER_KILL_DENIED_ERROR, absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing},
    {ER_READ_ONLY_MODE, absl::StatusCode::kFailedPrecondition, Reason::kServerReadOnly},
};

TEST(MysqlErrors, EachHasItsCodeAndReason) {
  for (const Expectation& expected : kExpectations) {
    const absl::Status status = ErrorOf(expected.native_code);
    EXPECT_EQ(status.code(), expected.code) << expected.native_code;
    EXPECT_TRUE(HasReason(status, expected.reason)) << expected.native_code << " " << status;
  }
}

TEST(MysqlErrors, AnUnknownOneIsInternalWithTheNativeCodeAttached) {
  const absl::Status status = ErrorOf(9999);
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(HasReason(status, Reason::kServerError));
  EXPECT_EQ(ErrorMetadataOf(status, "native_code"), "9999");
  EXPECT_EQ(ErrorMetadataOf(status, "sqlstate"), "HY000");
  EXPECT_TRUE(IsMysqlError(status, 9999));
  EXPECT_FALSE(IsMysqlError(status, 999));
  EXPECT_FALSE(IsMysqlError(absl::OkStatus(), 9999));
}

TEST(MysqlErrors, UserExistsOrIsMissingIsNotGuessed) {
  EXPECT_EQ(ErrorOf(ER_CANNOT_USER).code(), absl::StatusCode::kInternal);
}

TEST(MysqlErrors, NumbersThatTheFlavoursUseApartAreNotConfused) {
  EXPECT_TRUE(
      HasReason(ErrorOf(kErCannotUserReferencedAsDefiner, kMysql), Reason::kUserOwnsObjects));
  EXPECT_TRUE(HasReason(ErrorOf(kErCannotUserReferencedAsDefiner, kMariadb), Reason::kServerError));
  EXPECT_TRUE(HasReason(ErrorOf(kErClientInteractionTimeout, kMysql), Reason::kServerUnreachable));
  EXPECT_TRUE(HasReason(ErrorOf(kErClientInteractionTimeout, kMariadb), Reason::kServerError));
}

TEST(MysqlErrors, LoginsAreJudgedBeforeTheFlavourIsKnown) {
  for (const unsigned int code : {kErAccountHasBeenLocked, unsigned{ER_ACCOUNT_HAS_BEEN_LOCKED}}) {
    EXPECT_TRUE(HasReason(ErrorOf(code, absl::nullopt), Reason::kAdminLoginRefused)) << code;
  }
}

TEST(MysqlErrors, MessagesAreOneLineAndNeverRepeatAStatement) {
  const absl::Status broken =
      MysqlError({.code = 9999, .sqlstate = "", .message = "one\ntwo"}, kMysql);
  EXPECT_EQ(broken.message(), "the server reported an error: one two (9999)");
  const absl::Status syntax = MysqlError(
      {.code = ER_PARSE_ERROR, .sqlstate = "42000", .message = "syntax near '*ABCD'"}, kMysql);
  EXPECT_THAT(std::string(syntax.message()), Not(HasSubstr("ABCD")));
}

}  // namespace
}  // namespace eds
