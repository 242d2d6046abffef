// Who inherits what a dropped user owns.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_groups.h"
#include "postgresql_node/postgresql_server_fixture.h"

namespace eds {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPower =
    "CREATE FUNCTION open.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'";

class PostgresqlRemovalTest : public PostgresqlServerFixture {
 protected:
  // A session of `user` in `database`, where it owns a table in the schema `open`.
  std::unique_ptr<SqlSession> MakeItOwn(const UserSpec& user, const DatabaseSpec& database) {
    const auto host = LogIn(CreateUser(database));
    if (host == nullptr) return nullptr;
    for (const std::string& sql :
         {absl::Substitute("GRANT CONNECT ON DATABASE $0 TO $1", database.name.text(),
                           user.name.text()),
          std::string("CREATE SCHEMA open"),
          absl::StrCat("GRANT USAGE, CREATE ON SCHEMA open TO ", user.name.text())}) {
      EXPECT_THAT(host->Run(sql), IsOk()) << sql;
    }
    auto session = LogIn(user, database.name.text());
    if (session == nullptr) return nullptr;
    EXPECT_THAT(session->Run("SET default_transaction_read_only = off"), IsOk());
    EXPECT_THAT(session->Run("CREATE TABLE open.t (n int)"), IsOk());
    EXPECT_THAT(session->Run("INSERT INTO open.t VALUES (1)"), IsOk());
    return session;
  }
  static std::string OwnerOfTable(const DatabaseSpec& database) {
    return Ask("SELECT tableowner FROM pg_tables WHERE tablename = 't'", database.name.text());
  }
  static bool IsLocked(const Identifier& user) {
    return Ask(absl::Substitute("SELECT rolcanlogin FROM pg_roles WHERE rolname = '$0'",
                                user.text())) == "f";
  }
};

INSTANTIATE_TEST_SUITE_P(As, PostgresqlRemovalTest, BothAdmins(), NameOfAdmin);

TEST_P(PostgresqlRemovalTest, WhatAUserOwnsInAnotherDatabaseGoesToThatOnesOwner) {
  const UserSpec guest = CreateUser(CreateDatabase());
  const DatabaseSpec other = CreateDatabase();
  ASSERT_NE(MakeItOwn(guest, other), nullptr);
  EXPECT_THAT(admin_->DropUser(guest, Soon()), IsOk());
  EXPECT_FALSE(Exists(guest.name));
  EXPECT_EQ(OwnerOfTable(other), other.owner.text());
  EXPECT_EQ(Ask("SELECT count(*) FROM open.t", other.name.text()), "1");
}

// The other tenant never had what its owner may do: nor does what it left.
TEST_P(PostgresqlRemovalTest, AGuestLeavesNothingThatActsWithTheRightsOfItsOwner) {
  const UserSpec guest = CreateUser(CreateDatabase());
  const DatabaseSpec other = CreateDatabase();
  const auto session = MakeItOwn(guest, other);
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->Run(kPower), IsOk());
  const absl::Status status = admin_->DropUser(guest, Soon());
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kUserOwnsObjects));
  EXPECT_THAT(std::string(status.message()), HasSubstr("function open.f()"));
  EXPECT_TRUE(IsLocked(guest.name));
  EXPECT_EQ(OwnerOfTable(other), guest.name.text());
  Do("DROP FUNCTION open.f()", other.name.text());
  EXPECT_THAT(admin_->DropUser(guest, Soon()), IsOk());
}

TEST_P(PostgresqlRemovalTest, WhatAReaderOwnsGoesToTheReaders) {
  UserSpec reader = {NewName('u'), CreateDatabase(), Role::kReadOnly};
  ASSERT_THAT(admin_->CreateUser(reader, password_, Soon()), IsOk());
  const auto session = MakeItOwn(reader, reader.database);
  ASSERT_NE(session, nullptr);
  ASSERT_THAT(session->Run(kPower), IsOk());
  const std::string group = GroupOf(reader.database, Role::kReadOnly).text();
  // The heir must be allowed to create there, as the user was.
  const absl::Status refused = admin_->DropUser(reader, Soon());
  if (GetParam().minimal) {
    EXPECT_THAT(refused, FailsWith(kMendIt, Reason::kUserOwnsObjects));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("table open.t"));
    EXPECT_TRUE(IsLocked(reader.name));
    Do("GRANT CREATE ON SCHEMA open TO " + group, reader.database.name.text());
  }
  EXPECT_THAT(admin_->DropUser(reader, Soon()), IsOk());
  EXPECT_EQ(OwnerOfTable(reader.database), group);
  EXPECT_EQ(Ask("SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'f'",
                reader.database.name.text()),
            group);
  EXPECT_THAT(admin_->DropDatabase(reader.database, Soon()), IsOk());
  EXPECT_EQ(Ask(absl::StrCat("SELECT count(*) FROM pg_roles WHERE rolname = '", group, "'")), "0");
}

TEST_P(PostgresqlRemovalTest, NothingGoesToAnOwnerThatHasRightsOverTheServer) {
  for (const char* const right : {"SUPERUSER", "CREATEROLE"}) {
    const UserSpec guest = CreateUser(CreateDatabase());
    const DatabaseSpec other = CreateDatabase();
    ASSERT_NE(MakeItOwn(guest, other), nullptr);
    Do(absl::StrCat("ALTER ROLE ", other.owner.text(), " ", right));
    const absl::Status status = admin_->DropUser(guest, Soon());
    EXPECT_THAT(status, FailsWith(kMendIt, Reason::kUserOwnsObjects)) << right;
    EXPECT_TRUE(IsLocked(guest.name));
    EXPECT_EQ(OwnerOfTable(other), guest.name.text());
    Do(absl::StrCat("ALTER ROLE ", other.owner.text(), " NO", right));
    EXPECT_THAT(admin_->DropUser(guest, Soon()), IsOk());
  }
}

TEST_P(PostgresqlRemovalTest, NothingGoesToAnOwnerWhomTheAdministratorDoesNotSpeakFor) {
  const UserSpec guest = CreateUser(CreateDatabase());
  const DatabaseSpec other = CreateDatabase();
  ASSERT_NE(MakeItOwn(guest, other), nullptr);
  const std::string stranger = NewName('s').text();
  Do("CREATE ROLE " + stranger);
  Do(absl::Substitute("ALTER DATABASE $0 OWNER TO $1", other.name.text(), stranger));
  const absl::Status status = admin_->DropUser(guest, Soon());
  if (GetParam().minimal) {
    EXPECT_THAT(status, FailsWith(kMendIt, Reason::kUserOwnsObjects));
    EXPECT_TRUE(IsLocked(guest.name));
  } else {
    EXPECT_THAT(status, IsOk());
    EXPECT_EQ(OwnerOfTable(other), stranger);
  }
}

}  // namespace
}  // namespace eds
