// What node/database_server.h says of a change of the administrator's own password.

#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::Not;

constexpr absl::StatusCode kMendIt = absl::StatusCode::kFailedPrecondition;

absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

// An administrator of the test's own, who is to get another password.
struct Changing {
  Changing(DatabaseServerUnderTest& server, const Secret& next) : server(server) {
    const absl::StatusOr<ServerConfig> made = server.AnotherAdmin();
    EXPECT_THAT(made, IsOk());
    if (made.ok()) config = *made;
    config.next_password = next;
  }
  ~Changing() { EXPECT_THAT(server.DropAdmin(config.user), IsOk()); }
  Changing(const Changing&) = delete;
  Changing& operator=(const Changing&) = delete;

  absl::StatusOr<std::unique_ptr<DatabaseServer>> OpenWith(
      const Secret& password, const absl::optional<Secret>& next = absl::nullopt) {
    ServerConfig changed = config;
    changed.port = server.config().port;
    changed.password = password;
    changed.next_password = next;
    return server.Open(changed, Soon());
  }
  std::unique_ptr<DatabaseServer> Open() {
    auto opened = OpenWith(config.password, config.next_password);
    EXPECT_THAT(opened, IsOk());
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  const Secret& next() const { return *config.next_password; }

  DatabaseServerUnderTest& server;
  ServerConfig config;
};

TEST_P(DatabaseServerContract, TheNewPasswordReplacesTheOld) {
  Changing changing(server(), NewPassword());
  const auto admin = changing.Open();
  ASSERT_NE(admin, nullptr);
  ASSERT_THAT(admin->SetAdminPassword(Soon()), IsOk());
  EXPECT_THAT(changing.OpenWith(changing.next()), IsOk());
  EXPECT_THAT(changing.OpenWith(changing.config.password),
              FailsWith(kMendIt, Reason::kAdminLoginRefused));
  EXPECT_THAT(admin->Probe(Soon()), IsOk()) << "a session that was open goes on";
}

TEST_P(DatabaseServerContract, NewLoginsOfTheSameServerUseIt) {
  Changing changing(server(), NewPassword());
  const auto admin = changing.Open();
  ASSERT_NE(admin, nullptr);
  ASSERT_THAT(admin->SetAdminPassword(Soon()), IsOk());
  const DatabaseSpec database = NewDatabaseSpec();
  const UserSpec user = NewUserSpec(database);
  EXPECT_THAT(admin->CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin->CreateUser(user, NewPassword(), Soon()), IsOk());
  ASSERT_THAT(server().Restart(), IsOk());
  EXPECT_THAT(admin->DropUser(user, Soon()), IsOk());
  EXPECT_THAT(admin->DropDatabase(database, Soon()), IsOk());
}

TEST_P(DatabaseServerContract, BothAreTriedWhicheverTheServerHas) {
  Changing changing(server(), NewPassword());
  EXPECT_THAT(changing.OpenWith(changing.config.password, changing.next()), IsOk());
  EXPECT_THAT(changing.OpenWith(changing.next(), changing.config.password), IsOk());
}

TEST_P(DatabaseServerContract, AServerThatWasOpenedBeforeFindsTheNewOne) {
  Changing changing(server(), NewPassword());
  const auto earlier = changing.Open();
  const auto admin = changing.Open();
  ASSERT_NE(earlier, nullptr);
  ASSERT_NE(admin, nullptr);
  ASSERT_THAT(admin->SetAdminPassword(Soon()), IsOk());
  ASSERT_THAT(server().Restart(), IsOk());
  EXPECT_THAT(earlier->Probe(Soon()), IsOk());
}

TEST_P(DatabaseServerContract, ARepeatIsOk) {
  Changing changing(server(), NewPassword());
  const auto admin = changing.Open();
  ASSERT_NE(admin, nullptr);
  EXPECT_THAT(admin->SetAdminPassword(Soon()), IsOk());
  EXPECT_THAT(admin->SetAdminPassword(Soon()), IsOk());
  EXPECT_THAT(changing.OpenWith(changing.next()), IsOk());
}

TEST_P(DatabaseServerContract, WithoutANextPasswordThereIsNothingToChange) {
  Changing changing(server(), NewPassword());
  const auto admin = changing.OpenWith(changing.config.password);
  ASSERT_THAT(admin, IsOk());
  EXPECT_THAT((*admin)->SetAdminPassword(Soon()), FailsWith(kMendIt, Reason::kNodeNotConfigured));
  EXPECT_THAT(changing.OpenWith(changing.config.password), IsOk());
}

TEST_P(DatabaseServerContract, NeitherReachesTheLogsOfTheServer) {
  Changing changing(server(), NewPassword());
  const auto admin = changing.Open();
  ASSERT_NE(admin, nullptr);
  EXPECT_THAT(admin->SetAdminPassword(Soon()), IsOk());
  EXPECT_THAT(changing.OpenWith(changing.config.password), Not(IsOk()));
  const std::string logs = server().ReadLogs();
  EXPECT_EQ(logs.find(changing.config.password.Reveal()), std::string::npos);
  EXPECT_EQ(logs.find(changing.next().Reveal()), std::string::npos);
}

}  // namespace
}  // namespace eds
