#include "tests/contract/database_server_contract.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"

namespace eds {

void DatabaseServerContract::SetUp() {
  if (server_ == nullptr) {
    auto started = GetParam()();
    // One of the matrix that this machine has not fetched.
    if (absl::IsUnavailable(started.status())) GTEST_SKIP() << started.status().message();
    ASSERT_THAT(started, IsOk());
    server_ = *std::move(started);
  }
  installation_ = Identifier::ParsePart("7" + RandomBase32(random_, 7));
  auto opened = Open();
  ASSERT_THAT(opened, IsOk());
  admin_ = *std::move(opened);
  const auto info = admin_->Probe(Soon());
  if (info.ok()) RecordProperty("server", absl::StrCat(info->flavour, " ", info->version));
}

void DatabaseServerContract::TearDown() {
  admin_.reset();
  if (HasFailure()) server_.reset();  // The next test gets one that nobody has meddled with.
}

absl::StatusOr<std::unique_ptr<DatabaseServer>> DatabaseServerContract::Open(ServerClaim claim) {
  ServerConfig config = server().config();
  config.claim = std::move(claim);
  return server().Open(config, Soon());
}

Identifier DatabaseServerContract::NewName(char prefix) {
  return *Identifier::Parse(
      absl::StrCat(std::string(1, prefix), installation().text(), RandomBase32(random_, 16)));
}

DatabaseSpec DatabaseServerContract::CreateDatabase() {
  DatabaseSpec database = NewDatabaseSpec();
  EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  return database;
}

UserSpec DatabaseServerContract::CreateUser(const DatabaseSpec& database, const Secret& password,
                                            Role role) {
  UserSpec user = NewUserSpec(database);
  user.role = role;
  EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
  return user;
}

UserSpec DatabaseServerContract::PrepareUser(const DatabaseSpec& database, Rights rights,
                                             const Secret& password) {
  const UserSpec user = NewUserSpec(database);
  absl::optional<DatabaseSpec> own;
  if (rights == Rights::kGranted) own = database;
  EXPECT_THAT(admin().PrepareUser(user.name, own, password, Soon()), IsOk());
  return user;
}

void DatabaseServerContract::ExpectToBeAsCreateUserLeavesIt(const UserSpec& user,
                                                            const Secret& password) {
  EXPECT_THAT(Inspect(user), testing::IsEmpty());
  EXPECT_TRUE(CanLogIn(user, password));
  EXPECT_FALSE(CanLogIn(user, NewPassword()));
}

DatabaseServerContract::ForeignDatabase DatabaseServerContract::CreateForeignDatabase() {
  const std::string random = RandomBase32(random_, 12);
  const Identifier name = *Identifier::ParseExisting(absl::StrCat("d_", random, "-old"));
  const Identifier owner = *Identifier::Parse(absl::StrCat("f", random));
  ForeignDatabase foreign = {.database = {name, NewName('o')},
                             .owner = {owner, {name, owner}},
                             .password = NewPassword(),
                             .expected_owner = ""};
  const auto expected_owner = server().CreateForeignDatabase(name, owner, foreign.password);
  EXPECT_THAT(expected_owner, IsOk());
  foreign.expected_owner = expected_owner.value_or("");
  const auto session = LogIn(foreign.owner, foreign.password);
  if (session == nullptr) return foreign;
  EXPECT_THAT(session->CreateTable("t"), IsOk());
  EXPECT_THAT(session->Insert("t"), IsOk());
  return foreign;
}

bool DatabaseServerContract::CanLogIn(const UserSpec& user, const Secret& password) {
  const auto session = server().LogIn(user.name, password, user.database.name);
  if (session.ok()) return true;
  EXPECT_THAT(session, HasCode(absl::StatusCode::kUnauthenticated));
  return false;
}

std::unique_ptr<ClientSession> DatabaseServerContract::LogIn(const UserSpec& user,
                                                             const Secret& password) {
  auto session = server().LogIn(user.name, password, user.database.name);
  EXPECT_THAT(session, IsOk());
  return session.ok() ? *std::move(session) : nullptr;
}

Inventory DatabaseServerContract::ListObjects() {
  absl::StatusOr<Inventory> inventory = admin().ListObjects(installation(), Soon());
  EXPECT_THAT(inventory, IsOk());
  return inventory.value_or(Inventory());
}

std::vector<Deviation> DatabaseServerContract::Inspect(const DatabaseSpec& database) {
  const auto deviations = admin().InspectDatabase(database, Soon());
  EXPECT_THAT(deviations, IsOk());
  return deviations.value_or(std::vector<Deviation>());
}

std::vector<Deviation> DatabaseServerContract::Inspect(const UserSpec& user) {
  const auto deviations = admin().InspectUser(user, Soon());
  EXPECT_THAT(deviations, IsOk());
  return deviations.value_or(std::vector<Deviation>());
}

bool DatabaseServerContract::IsEnded(ClientSession& session) {
  return session.Ping().code() == absl::StatusCode::kUnavailable;
}

}  // namespace eds
