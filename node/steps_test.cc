#include "node/steps.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "node/fake_database_server.h"

namespace eds {
namespace {

using absl::StatusCode;

node::v1::CreateUserRequest CreateUser() {
  node::v1::CreateUserRequest request;
  request.set_user("ua1");
  request.set_database("da1");
  request.set_owner("oa1");
  request.set_password("pw");
  return request;
}

void ExpectBadField(const absl::Status& status, const std::string& field) {
  EXPECT_THAT(status, FailsWith(StatusCode::kInvalidArgument, Reason::kInvalidField));
  EXPECT_TRUE(absl::StartsWith(status.message(), field + ": ")) << status;
}

TEST(StepsTest, EachFieldIsCheckedByItsName) {
  const v1::Kind kind = v1::KIND_POSTGRESQL;
  EXPECT_THAT(ToStep(kind, CreateUser()), IsOk());
  auto request = CreateUser();
  request.set_user("U");
  ExpectBadField(ToStep(kind, request).status(), "user");
  request = CreateUser();
  request.set_database("");
  ExpectBadField(ToStep(kind, request).status(), "database");
  request = CreateUser();
  request.set_owner("o\"a");
  ExpectBadField(ToStep(kind, request).status(), "owner");
  ExpectBadField(ToStep(kind, node::v1::LockUserRequest()).status(), "user");
  ExpectBadField(ToStep(kind, node::v1::DropUserRequest()).status(), "user");
  ExpectBadField(ToStep(kind, node::v1::DropDatabaseRequest()).status(), "database");
  ExpectBadField(ToStep(kind, node::v1::SetUserPasswordRequest()).status(), "user");
}

TEST(StepsTest, ABadPasswordIsNotRepeated) {
  for (const std::string& password : {std::string(), std::string("hunter\n"),
                                      std::string("hunter\0", 7), std::string(513, 'h')}) {
    auto request = CreateUser();
    request.set_password(password);
    const absl::Status status = ToStep(v1::KIND_POSTGRESQL, request).status();
    ExpectBadField(status, "password");
    EXPECT_FALSE(absl::StrContains(status.message(), "hunter")) << status;
  }
}

TEST(StepsTest, OnlyAnEngineWithRolesNeedsAnOwner) {
  auto request = CreateUser();
  request.clear_owner();
  ExpectBadField(ToStep(v1::KIND_POSTGRESQL, request).status(), "owner");
  EXPECT_THAT(ToStep(v1::KIND_MYSQL, request), IsOk());
}

TEST(StepsTest, ALoginMadeAheadMayBeOfNoDatabase) {
  const v1::Kind kind = v1::KIND_POSTGRESQL;
  node::v1::PrepareUserRequest prepare;
  prepare.set_user("ua1");
  prepare.set_password("pw");
  EXPECT_THAT(ToStep(kind, prepare), IsOk());
  prepare.set_owner("oa1");
  ExpectBadField(ToStep(kind, prepare).status(), "database");
  prepare.set_database("da1");
  EXPECT_THAT(ToStep(kind, prepare), IsOk());
  node::v1::DropUserRequest drop;
  drop.set_user("ua1");
  EXPECT_THAT(ToStep(kind, drop), IsOk());
  drop.set_database("da1");
  ExpectBadField(ToStep(kind, drop).status(), "owner");
}

TEST(StepsTest, ALoginIsLetInToADatabaseWithTheRightsOfAnOwnerAtTheMost) {
  const v1::Kind kind = v1::KIND_POSTGRESQL;
  node::v1::AdmitUserRequest request;
  request.set_user("ua1");
  ExpectBadField(ToStep(kind, request).status(), "database");
  request.set_database("da1");
  request.set_owner("oa1");
  request.set_has_rights(true);
  EXPECT_THAT(ToStep(kind, request), IsOk());
  request.set_role(v1::User::ROLE_READ_ONLY);
  ExpectBadField(ToStep(kind, request).status(), "has_rights");
  request.set_has_rights(false);
  EXPECT_THAT(ToStep(kind, request), IsOk());
}

TEST(StepsTest, AStepIsDoneOnTheServerThatItIsGiven) {
  SystemClock clock;
  const ServerConfig config{.hosts = {"db"}};
  FakeDatabaseServer database(clock, config);
  const auto server = database.Open(config, absl::InfiniteFuture());
  ASSERT_THAT(server, IsOk());
  node::v1::CreateDatabaseRequest request;
  request.set_database("da1");
  request.set_owner("oa1");
  const auto step = ToStep(v1::KIND_POSTGRESQL, request);
  ASSERT_THAT(step, IsOk());
  EXPECT_EQ(step->object, "da1");
  EXPECT_THAT(step->run(**server, absl::InfiniteFuture()), IsOk());
  EXPECT_TRUE(database.HasDatabase("da1"));
}

}  // namespace
}  // namespace eds
