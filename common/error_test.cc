#include "common/error.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "common/grpc_status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(ErrorTest, DetailsCrossGrpcAndComeBack) {
  const absl::Status sent = WithViolation(
      WithRetryAfter(MakeError(absl::StatusCode::kFailedPrecondition, Reason::kNodeNotConfigured,
                               "mysql/user is not set", {{"node", "mysql_node"}}),
                     absl::Milliseconds(1500)),
      "NODE", "nodes/mysql_node", "mysql/user is not set");
  const absl::Status received = FromGrpcStatus(ToGrpcStatus(sent));
  EXPECT_EQ(received.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(received.message(), "mysql/user is not set");
  EXPECT_TRUE(HasReason(received, Reason::kNodeNotConfigured));
  EXPECT_EQ(ErrorMetadataOf(received, "node"), "mysql_node");
  EXPECT_EQ(RetryAfterOf(received), absl::Milliseconds(1500));
  EXPECT_EQ(received, sent);
}

TEST(ErrorTest, InvalidFieldNamesTheField) {
  const grpc::Status status = ToGrpcStatus(InvalidField("database.kind", "is required"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  google::rpc::Status rpc;
  ASSERT_TRUE(rpc.ParseFromString(status.error_details()));
  bool named = false;
  for (const auto& detail : rpc.details()) {
    google::rpc::BadRequest bad_request;
    if (detail.UnpackTo(&bad_request)) {
      ASSERT_EQ(bad_request.field_violations_size(), 1);
      EXPECT_EQ(bad_request.field_violations(0).field(), "database.kind");
      named = true;
    }
  }
  EXPECT_TRUE(named);
}

TEST(ErrorTest, EveryGrpcErrorCarriesAReason) {
  const absl::Status bare = absl::InternalError("boom");
  EXPECT_EQ(ReasonOf(FromGrpcStatus(ToGrpcStatus(bare))), "INTERNAL");
}

TEST(ErrorTest, ContextKeepsTheDetails) {
  const absl::Status status =
      WithContext(InvalidField("mysql/port", "must be between 1 and 65535"), "mysql_node");
  EXPECT_EQ(status.message(), "mysql_node: mysql/port: must be between 1 and 65535");
  EXPECT_TRUE(HasReason(status, Reason::kInvalidField));
}

TEST(ErrorTest, ReasonsAreDistinctAndDocumented) {
  std::ifstream file("docs/errors.md");
  std::stringstream page;
  page << file.rdbuf();
  std::set<std::string> names;
  for (const Reason reason : AllReasons()) {
    const std::string name(ReasonName(reason));
    EXPECT_TRUE(names.insert(name).second) << name << " stands twice";
    EXPECT_NE(page.str().find("`" + name + "`"), std::string::npos)
        << name << " is missing from docs/errors.md";
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(Reason::kInternal) + 1);
}

}  // namespace
}  // namespace eds
