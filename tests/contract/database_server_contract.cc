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
    ASSERT_THAT(started, IsOk());
    server_ = *std::move(started);
  }
  installation_ = Identifier::Parse("d" + RandomBase32(random_, 7));
  auto opened = Open();
  ASSERT_THAT(opened, IsOk());
  admin_ = *std::move(opened);
}

void DatabaseServerContract::TearDown() {
  admin_.reset();
  if (HasFailure()) server_.reset();  // The next test gets one that nobody has meddled with.
}

absl::StatusOr<std::unique_ptr<DatabaseServer>> DatabaseServerContract::Open() {
  return server().Open(server().config(), Soon());
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

UserSpec DatabaseServerContract::CreateUser(const DatabaseSpec& database, const Secret& password) {
  UserSpec user = NewUserSpec(database);
  EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
  return user;
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

bool DatabaseServerContract::IsEnded(ClientSession& session) {
  return session.Ping().code() == absl::StatusCode::kUnavailable;
}

}  // namespace eds
