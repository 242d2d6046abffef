#include "postgresql_node/postgresql_errors.h"

#include <string>

#include "common/error.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

struct Expectation {
  std::string sqlstate;
  absl::StatusCode code;
  Reason reason;
};

class SqlStates : public testing::TestWithParam<Expectation> {};

TEST_P(SqlStates, MeanWhatTheTableSays) {
  const absl::Status status = ToStatus(GetParam().sqlstate, "text of the server");
  EXPECT_EQ(status.code(), GetParam().code) << status;
  EXPECT_EQ(ReasonOf(status), ReasonName(GetParam().reason));
  EXPECT_EQ(SqlStateOf(status), GetParam().sqlstate);
  EXPECT_NE(status.message().find("text of the server"), absl::string_view::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, SqlStates,
    testing::Values(
        Expectation{"08006", absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
        Expectation{"08P01", absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
        Expectation{"57P01", absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
        Expectation{"57P02", absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
        Expectation{"57P03", absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
        Expectation{"57P05", absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
        Expectation{"25P03", absl::StatusCode::kUnavailable, Reason::kServerUnreachable},
        Expectation{"57014", absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout},
        Expectation{"55P03", absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout},
        Expectation{"25P04", absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout},
        Expectation{"28P01", absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused},
        Expectation{"28000", absl::StatusCode::kFailedPrecondition, Reason::kAdminLoginRefused},
        Expectation{"42501", absl::StatusCode::kFailedPrecondition, Reason::kAdminPrivilegeMissing},
        Expectation{"25006", absl::StatusCode::kFailedPrecondition, Reason::kServerReadOnly},
        Expectation{"2BP01", absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects},
        Expectation{"53000", absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
        Expectation{"53100", absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
        Expectation{"53200", absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
        Expectation{"53300", absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
        Expectation{"53400", absl::StatusCode::kResourceExhausted, Reason::kServerOverloaded},
        Expectation{"55006", absl::StatusCode::kInternal, Reason::kServerError},
        Expectation{"3D000", absl::StatusCode::kNotFound, Reason::kDatabaseNotFound}),
    [](const auto& info) { return info.param.sqlstate; });

TEST(ToStatus, AnUnknownSqlStateIsAnInternalErrorThatNamesIt) {
  const absl::Status status = ToStatus("22012", "division by zero");
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(HasReason(status, Reason::kServerError));
  EXPECT_EQ(ErrorMetadataOf(status, "native_code"), "22012");
}

TEST(ToStatus, AnErrorWithoutSqlStateIsInternal) {
  EXPECT_EQ(ToStatus("", "?").code(), absl::StatusCode::kInternal);
}

TEST(ToStatus, SaysWhereToLookWhenTheRulesOfTheServerRefuseTheLogin) {
  EXPECT_NE(ToStatus("28000", "refused").message().find("pg_hba.conf"), absl::string_view::npos);
  EXPECT_EQ(ToStatus("28P01", "refused").message().find("pg_hba.conf"), absl::string_view::npos);
}

TEST(IsCollision, KnowsThoseThatPassByThemselves) {
  for (const char* sqlstate :
       {"XX000", "40001", "40P01", "23505", "42704", "3D000", "3F000", "42P01"}) {
    EXPECT_TRUE(IsCollision(ToStatus(sqlstate, ""))) << sqlstate;
  }
  for (const char* sqlstate : {"", "42501", "57014", "08006", "42P04", "55006"}) {
    EXPECT_FALSE(IsCollision(ToStatus(sqlstate, ""))) << sqlstate;
  }
  EXPECT_FALSE(IsCollision(absl::OkStatus()));
}

}  // namespace
}  // namespace eds
