// What options make of a database and a user.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_server_fixture.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PostgresqlOptionsTest : public PostgresqlServerFixture {
 protected:
  DatabaseSpec NewDatabase(DatabaseOptions options) {
    return {NewName('d'), NewName('o'), std::move(options)};
  }
  std::vector<Deviation> Inspect(const DatabaseSpec& database) {
    const auto deviations = admin_->InspectDatabase(database, Soon());
    EXPECT_THAT(deviations, IsOk());
    return deviations.value_or(std::vector<Deviation>());
  }
  static bool IsThere(const DatabaseSpec& database) {
    return Exists(database.owner) ||
           Ask(absl::Substitute("SELECT count(*) FROM pg_database WHERE datname = '$0'",
                                database.name.text())) != "0";
  }
  bool CreatesEveryExtension() const { return !GetParam().minimal; }
};

INSTANTIATE_TEST_SUITE_P(As, PostgresqlOptionsTest, BothAdmins(), NameOfAdmin);

TEST_P(PostgresqlOptionsTest, ADatabaseHasItsEncodingAndLocale) {
  const DatabaseSpec database = NewDatabase({.encoding = "LATIN1", .locale = "C"});
  ASSERT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
  EXPECT_EQ(Ask(absl::Substitute("SELECT pg_encoding_to_char(encoding) || datcollate || datctype "
                                 "FROM pg_database WHERE datname = '$0'",
                                 database.name.text())),
            "LATIN1CC");
}

TEST_P(PostgresqlOptionsTest, AnEncodingThatDoesNotGoWithTheLocaleLeavesNothingBehind) {
  const DatabaseSpec database = NewDatabase({.encoding = "LATIN1", .locale = "C.UTF-8"});
  const absl::Status status = admin_->CreateDatabase(database, Soon());
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kOptionUnsupported));
  EXPECT_THAT(std::string(status.message()), HasSubstr("LATIN1"));
  EXPECT_FALSE(IsThere(database));
}

TEST_P(PostgresqlOptionsTest, ExtensionsThatTheServerTrustsAreTheOwners) {
  const DatabaseSpec database = NewDatabase({.extensions = {"citext", "hstore"}});
  const absl::Status status = admin_->CreateDatabase(database, Soon());
  if (major_version_ < 13 && !CreatesEveryExtension()) {
    EXPECT_THAT(status, FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
    EXPECT_FALSE(IsThere(database));
    return;
  }
  ASSERT_THAT(status, IsOk());
  EXPECT_THAT(Inspect(database), IsEmpty());
  EXPECT_EQ(Ask("SELECT pg_get_userbyid(extowner) FROM pg_extension WHERE extname = 'citext'",
                database.name.text()),
            major_version_ < 13 ? "postgres" : database.owner.text());
  EXPECT_EQ(Ask("SELECT 'A'::public.citext = 'a'", database.name.text()), "t");
}

TEST_P(PostgresqlOptionsTest, ARepeatCreatesTheExtensionsThatAreMissing) {
  if (major_version_ < 13 && !CreatesEveryExtension()) GTEST_SKIP() << "it creates none";
  const DatabaseSpec database = NewDatabase({.extensions = {"citext", "hstore"}});
  ASSERT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
  Do("DROP EXTENSION hstore", database.name.text());
  EXPECT_EQ(Inspect(database).size(), 1);
  EXPECT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
  EXPECT_THAT(Inspect(database), IsEmpty());
}

TEST_P(PostgresqlOptionsTest, AnExtensionForSuperusersAloneIsRefusedToOthers) {
  const DatabaseSpec database = NewDatabase({.extensions = {"dblink"}});
  const absl::Status status = admin_->CreateDatabase(database, Soon());
  if (CreatesEveryExtension()) {
    EXPECT_THAT(status, IsOk());
    return;
  }
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
  EXPECT_THAT(std::string(status.message()), HasSubstr("dblink"));
  EXPECT_FALSE(IsThere(database));
}

TEST_P(PostgresqlOptionsTest, AnExtensionThatNeedsAnotherLeavesNothingBehind) {
  if (major_version_ < 13 && !CreatesEveryExtension()) GTEST_SKIP() << "it creates none";
  const DatabaseSpec alone = NewDatabase({.extensions = {"earthdistance"}});
  EXPECT_THAT(admin_->CreateDatabase(alone, Soon()),
              FailsWith(kMendIt, CreatesEveryExtension() || major_version_ < 13
                                     ? Reason::kOptionUnsupported
                                     : Reason::kAdminPrivilegeMissing));
  EXPECT_FALSE(IsThere(alone));
  if (!CreatesEveryExtension()) return;
  EXPECT_THAT(
      admin_->CreateDatabase(NewDatabase({.extensions = {"cube", "earthdistance"}}), Soon()),
      IsOk());
}

TEST_P(PostgresqlOptionsTest, AUserBeginsWithItsStatementTimeout) {
  UserSpec user = {NewName('u'), CreateDatabase()};
  user.options.statement_timeout = absl::Milliseconds(2500);
  for (const Role role : {Role::kOwner, Role::kReadWrite, Role::kReadOnly}) {
    user.name = NewName('u');
    user.role = role;
    ASSERT_THAT(admin_->CreateUser(user, password_, Soon()), IsOk());
    const auto session = LogIn(user);
    ASSERT_NE(session, nullptr);
    EXPECT_EQ((*session->Run("SHOW statement_timeout"))[0][0], "2500ms");
    Do(absl::Substitute("ALTER ROLE $0 IN DATABASE $1 RESET statement_timeout", user.name.text(),
                        user.database.name.text()));
    EXPECT_EQ(admin_->InspectUser(user, Soon()).value().size(), 1);
  }
}

}  // namespace
}  // namespace eds
