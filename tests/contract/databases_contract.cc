// What node/database_server.h says of databases, of the inventory and of many calls
// at once.

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/contract/database_server_contract.h"

namespace eds {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int kThreads = 8;

// Runs `work` in several threads at once.
template <typename Work>
void InParallel(const Work& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

TEST_P(DatabaseServerContract, CreatesADatabase) {
  const DatabaseSpec database = CreateDatabase();
  EXPECT_THAT(ListObjects().databases, ElementsAre(database.name.text()));
}

TEST_P(DatabaseServerContract, RepeatedCreateOfADatabaseIsOkAndKeepsWhatIsInIt) {
  const DatabaseSpec database = CreateDatabase();
  const Secret password = NewPassword();
  const auto session = LogIn(CreateUser(database, password), password);
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->CreateTable("t"), IsOk());
  EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(session->Count("t"), IsOk());
}

TEST_P(DatabaseServerContract, CreateDatabaseCompletesWhatACrashLeftHalfDone) {
  const DatabaseSpec database = NewDatabaseSpec();
  ASSERT_THAT(server().CreateOwnerAlone(database), IsOk());
  EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
  const Secret password = NewPassword();
  EXPECT_TRUE(CanLogIn(CreateUser(database, password), password));
}

TEST_P(DatabaseServerContract, DropsADatabaseAndItsOwner) {
  const DatabaseSpec database = CreateDatabase();
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(ListObjects().databases, IsEmpty());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, DropOfAMissingDatabaseIsOk) {
  const DatabaseSpec database = CreateDatabase();
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(admin().DropDatabase(NewDatabaseSpec(), Soon()), IsOk());
}

TEST_P(DatabaseServerContract, DropDatabaseCompletesWhatACrashLeftHalfDone) {
  const DatabaseSpec database = CreateDatabase();
  ASSERT_THAT(server().DropDatabaseAlone(database), IsOk());
  EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, DropDatabaseEndsTheSessionsOnItAndNoOthers) {
  const Secret password = NewPassword();
  const DatabaseSpec dropped = CreateDatabase();
  const auto ended = LogIn(CreateUser(dropped, password), password);
  const auto other = LogIn(CreateUser(CreateDatabase(), password), password);
  ASSERT_NE(ended, nullptr);
  ASSERT_NE(other, nullptr);
  ASSERT_THAT(ended->CreateTable("t"), IsOk());
  EXPECT_THAT(admin().DropDatabase(dropped, Soon()), IsOk());
  EXPECT_TRUE(IsEnded(*ended));
  EXPECT_THAT(other->Ping(), IsOk());
}

TEST_P(DatabaseServerContract, UsersOfADroppedDatabaseCanBeDropped) {
  const Secret password = NewPassword();
  const UserSpec user = CreateUser(CreateDatabase(), password);
  const auto session = LogIn(user, password);
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->CreateTable("t"), IsOk());
  EXPECT_THAT(admin().DropDatabase(user.database, Soon()), IsOk());
  EXPECT_FALSE(CanLogIn(user, password));
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, ListsTheObjectsOfTheInstallationAlone) {
  const DatabaseSpec first = CreateDatabase();
  const DatabaseSpec second = CreateDatabase();
  const UserSpec user = CreateUser(first, NewPassword());
  // Another id, ours at another place, and one that begins as ours does.
  std::vector<DatabaseSpec> foreign;
  for (const std::string& name : {std::string("dother"), "dx" + installation().text(),
                                  "d" + installation().text().substr(0, 7) + "1"}) {
    foreign.push_back({*Identifier::Parse(name), *Identifier::Parse(name + "o")});
    ASSERT_THAT(admin().CreateDatabase(foreign.back(), Soon()), IsOk());
  }
  const Inventory inventory = ListObjects();
  EXPECT_THAT(inventory.databases, UnorderedElementsAre(first.name.text(), second.name.text()));
  if (server().has_owner_roles()) {
    EXPECT_THAT(inventory.users,
                UnorderedElementsAre(user.name.text(), first.owner.text(), second.owner.text()));
  } else {
    EXPECT_THAT(inventory.users, ElementsAre(user.name.text()));
  }
  for (const DatabaseSpec& database : foreign) {
    EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
  }
}

TEST_P(DatabaseServerContract, ManyCanCreateAndDropAtOnce) {
  std::vector<DatabaseSpec> databases;
  for (int i = 0; i < kThreads; ++i) databases.push_back(NewDatabaseSpec());
  std::vector<std::thread> threads;
  for (const DatabaseSpec& database : databases) {
    threads.emplace_back([&, this] {
      for (int round = 0; round < 2; ++round) {
        const Secret password("p" + database.name.text());
        const UserSpec user = {*Identifier::Parse("u" + database.name.text().substr(1)), database};
        EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk());
        EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk());
        EXPECT_TRUE(CanLogIn(user, password));
        EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
        EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(ListObjects().databases, IsEmpty());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

TEST_P(DatabaseServerContract, TheSameStepCanRunManyTimesAtOnce) {
  const DatabaseSpec database = NewDatabaseSpec();
  const UserSpec user = NewUserSpec(database);
  const Secret password = NewPassword();
  InParallel([&] { EXPECT_THAT(admin().CreateDatabase(database, Soon()), IsOk()); });
  InParallel([&] { EXPECT_THAT(admin().CreateUser(user, password, Soon()), IsOk()); });
  EXPECT_TRUE(CanLogIn(user, password));
  InParallel([&] { EXPECT_THAT(admin().DropUser(user, Soon()), IsOk()); });
  InParallel([&] { EXPECT_THAT(admin().DropDatabase(database, Soon()), IsOk()); });
  EXPECT_THAT(ListObjects().databases, IsEmpty());
  EXPECT_THAT(ListObjects().users, IsEmpty());
}

}  // namespace
}  // namespace eds
