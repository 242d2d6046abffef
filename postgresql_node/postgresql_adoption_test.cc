#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_server_fixture.h"

namespace eds {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PostgresqlAdoptionTest : public PostgresqlServerFixture {
 protected:
  // Somebody's database, and who that is.
  struct Foreign {
    DatabaseSpec database;
    std::string owner;
  };

  Foreign CreateForeign() {
    const std::string random = RandomBase32(random_, 12);
    Foreign foreign = {{*Identifier::ParseExisting(absl::StrCat("shop_", random, "-1")),
                        *Identifier::Parse(absl::StrCat("o", random))},
                       absl::StrCat("Old \"", random, "\"")};
    Do(absl::StrCat("CREATE ROLE ", Quoted(foreign.owner), " LOGIN PASSWORD '", password_.Reveal(),
                    "'"));
    Do(absl::StrCat("CREATE DATABASE ", Quoted(foreign), " OWNER ", Quoted(foreign.owner)));
    // From 16 on, only who made a role can make itself a member.
    if (major_version_ >= 16 && GetParam().minimal) LetMinimalAdminAct(foreign);
    return foreign;
  }
  static void LetMinimalAdminAct(const Foreign& foreign) {
    Do(absl::StrCat("GRANT ", Quoted(foreign.owner), " TO ", minimal_.user));
  }

  static std::string Quoted(const std::string& name) {
    return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
  }
  static std::string Quoted(const Foreign& foreign) { return Quoted(foreign.database.name.text()); }

  static void DoIn(const Foreign& foreign, const std::string& sql) {
    Do(absl::StrCat("SET ROLE ", Quoted(foreign.owner), "; ", sql), foreign.database.name.text());
  }
  absl::Status Adopt(const Foreign& foreign) {
    return admin_->AdoptDatabase(foreign.database, foreign.owner, Soon());
  }
  static std::string OwnerOf(const Foreign& foreign) {
    return Ask(
        absl::Substitute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '$0'",
                         foreign.database.name.text()));
  }
  void ExpectRefused(const Foreign& foreign, const std::string& why) {
    const absl::Status status = Adopt(foreign);
    EXPECT_THAT(status, FailsWith(kMendIt, Reason::kOwnerMismatch));
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
    EXPECT_EQ(OwnerOf(foreign), foreign.owner);
    EXPECT_FALSE(Exists(foreign.database.owner));
    EXPECT_EQ(Memberships(foreign), major_version_ >= 16 && GetParam().minimal ? "1" : "0");
  }
  // Of administrators, in the old owner.
  static std::string Memberships(const Foreign& foreign) {
    return Ask(absl::StrCat("SELECT count(*) FROM pg_auth_members WHERE roleid = '",
                            Quoted(foreign.owner), "'::regrole"));
  }
};

INSTANTIATE_TEST_SUITE_P(As, PostgresqlAdoptionTest, BothAdmins(), NameOfAdmin);

TEST_P(PostgresqlAdoptionTest, HandsOverEveryKindOfThing) {
  const Foreign foreign = CreateForeign();
  DoIn(foreign,
       "CREATE SCHEMA one; CREATE FUNCTION one.f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  // The function is older than its schema.
  DoIn(foreign, "CREATE SCHEMA \"Two Words\"; ALTER FUNCTION one.f() SET SCHEMA \"Two Words\"");
  DoIn(foreign,
       "CREATE TABLE t (n serial PRIMARY KEY); CREATE VIEW v AS SELECT n FROM t; "
       "CREATE TYPE e AS ENUM ('a'); CREATE MATERIALIZED VIEW m AS SELECT 1; SELECT lo_create(0)");
  EXPECT_THAT(Adopt(foreign), IsOk());
  EXPECT_EQ(OwnerOf(foreign), foreign.database.owner.text());
  EXPECT_EQ(
      Ask(absl::StrCat("SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = '",
                       Quoted(foreign.owner), "'::regrole")),
      "0");
  const auto session = LogIn(CreateUser(foreign.database));
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->Run("INSERT INTO t DEFAULT VALUES"), IsOk());
  EXPECT_THAT(session->Run("DROP SCHEMA \"Two Words\" CASCADE"), IsOk());
}

TEST_P(PostgresqlAdoptionTest, TheAdministratorIsNoMemberOfTheOldOwnerAfterwards) {
  const Foreign foreign = CreateForeign();
  const std::string before = Memberships(foreign);
  EXPECT_THAT(Adopt(foreign), IsOk());
  EXPECT_EQ(Memberships(foreign), before);
}

TEST_P(PostgresqlAdoptionTest, ItsOldOwnerStaysWithWhatItHasElsewhere) {
  const Foreign foreign = CreateForeign();
  const std::string table = "kept_" + foreign.database.owner.text();
  Do(absl::Substitute("CREATE TABLE $0 (n int); ALTER TABLE $0 OWNER TO $1", table,
                      Quoted(foreign.owner)));
  EXPECT_THAT(Adopt(foreign), IsOk());
  EXPECT_EQ(Ask(absl::Substitute("SELECT tableowner FROM pg_tables WHERE tablename = '$0'", table)),
            foreign.owner);
}

TEST_P(PostgresqlAdoptionTest, TakesBackWhatOthersMayDoWithTheDatabaseAndEndsTheirSessions) {
  const Foreign foreign = CreateForeign();
  const std::string reader = NewName('r').text();
  Do(absl::StrCat("CREATE ROLE ", reader, " LOGIN PASSWORD '", password_.Reveal(), "'"));
  DoIn(foreign, absl::Substitute("GRANT CONNECT ON DATABASE $0 TO $1; CREATE TABLE t (n int); "
                                 "GRANT SELECT ON t TO $1",
                                 Quoted(foreign), reader));
  auto session = server_->Connect({.port = server_->port(),
                                   .user = reader,
                                   .password = password_,
                                   .database = foreign.database.name.text()});
  ASSERT_THAT(session, IsOk());
  EXPECT_THAT((*session)->Run("SELECT * FROM t"), IsOk());
  EXPECT_THAT(Adopt(foreign), IsOk());
  EXPECT_THAT((*session)->Run("SELECT * FROM t"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Ask(absl::Substitute("SELECT datacl FROM pg_database WHERE datname = '$0'",
                                 foreign.database.name.text())),
            absl::Substitute("{$0=CTc/$0}", foreign.database.owner.text()));
}

TEST_P(PostgresqlAdoptionTest, RefusesAnOwnerWhoHasMoreThanTheDatabase) {
  const Foreign foreign = CreateForeign();
  const std::string another = "another-" + foreign.database.owner.text();
  Do(absl::StrCat("CREATE DATABASE ", Quoted(another), " OWNER ", Quoted(foreign.owner)));
  ExpectRefused(foreign, "owns database " + another);
  Do(absl::StrCat("DROP DATABASE ", Quoted(another)));
  EXPECT_THAT(Adopt(foreign), IsOk());
}

TEST_P(PostgresqlAdoptionTest, RefusesAnOwnerWhoIsASuperuserOrTheAdministrator) {
  const Foreign foreign = CreateForeign();
  Do(absl::StrCat("ALTER ROLE ", Quoted(foreign.owner), " SUPERUSER"));
  ExpectRefused(foreign, "a superuser");

  Foreign own = CreateForeign();
  own.owner = GetParam().minimal ? minimal_.user : server_->admin().user;
  Do(absl::StrCat("ALTER DATABASE ", Quoted(own), " OWNER TO ", own.owner));
  EXPECT_THAT(Adopt(own), FailsWith(kMendIt, Reason::kOwnerMismatch));
  EXPECT_EQ(OwnerOf(own), own.owner);
}

TEST_P(PostgresqlAdoptionTest, RefusesTheServersOwnDatabases) {
  for (const char* const name : {"postgres", "template1"}) {
    const Foreign own = {{*Identifier::Parse(name), NewName('o')}, "postgres"};
    EXPECT_THAT(Adopt(own), FailsWith(kMendIt, Reason::kOwnerMismatch)) << name;
  }
}

TEST_P(PostgresqlAdoptionTest, RefusesADatabaseThatTakesNoConnections) {
  const Foreign foreign = CreateForeign();
  Do(absl::StrCat("ALTER DATABASE ", Quoted(foreign), " ALLOW_CONNECTIONS false"));
  ExpectRefused(foreign, "takes no connections");
}

// A function in a schema where the new owner may not create any.
TEST_P(PostgresqlAdoptionTest, ChangesNothingIfSomethingCannotBeHandedOver) {
  if (!GetParam().minimal) GTEST_SKIP() << "a superuser can hand over everything";
  const Foreign foreign = CreateForeign();
  Do(absl::StrCat("CREATE SCHEMA theirs; GRANT ALL ON SCHEMA theirs TO ", Quoted(foreign.owner)),
     foreign.database.name.text());
  DoIn(foreign, "CREATE FUNCTION theirs.f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  ExpectRefused(foreign, "schema theirs");
  Do("DROP SCHEMA theirs CASCADE", foreign.database.name.text());
  EXPECT_THAT(Adopt(foreign), IsOk());
}

TEST_P(PostgresqlAdoptionTest, NamesTheGrantThatIsMissing) {
  if (!GetParam().minimal) GTEST_SKIP() << "a superuser needs none";
  const Foreign foreign = CreateForeign();
  Do(absl::StrCat("REVOKE ALL ON DATABASE ", Quoted(foreign), " FROM PUBLIC"));
  Do(absl::StrCat("REVOKE ", Quoted(foreign.owner), " FROM ", minimal_.user));
  const std::string connect =
      absl::StrCat("GRANT CONNECT ON DATABASE ", Quoted(foreign), " TO ", minimal_.user);
  absl::Status status = Adopt(foreign);
  EXPECT_THAT(status, FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
  EXPECT_THAT(std::string(status.message()), HasSubstr(connect));
  Do(connect);
  if (major_version_ >= 16) {
    status = Adopt(foreign);
    EXPECT_THAT(status, FailsWith(kMendIt, Reason::kAdminPrivilegeMissing));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(absl::StrCat("GRANT ", Quoted(foreign.owner), " TO ", minimal_.user)));
    EXPECT_FALSE(Exists(foreign.database.owner));
    LetMinimalAdminAct(foreign);
  }
  EXPECT_THAT(Adopt(foreign), IsOk());
  EXPECT_THAT(*admin_->InspectDatabase(foreign.database, Soon()), IsEmpty());
}

TEST_P(PostgresqlAdoptionTest, CompletesWhatAnotherHalfDid) {
  const Foreign foreign = CreateForeign();
  EXPECT_THAT(Adopt(foreign), IsOk());
  Do(
      absl::Substitute("GRANT CONNECT ON DATABASE $0 TO PUBLIC; ALTER DATABASE $0 "
                       "ALLOW_CONNECTIONS false CONNECTION LIMIT 3",
                       Quoted(foreign)));
  EXPECT_THAT(Adopt(foreign), IsOk());
  EXPECT_THAT(*admin_->InspectDatabase(foreign.database, Soon()), IsEmpty());
}

}  // namespace
}  // namespace eds
