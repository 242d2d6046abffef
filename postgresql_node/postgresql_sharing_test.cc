// How users of one database share what is in it, beyond what the contract of all engines
// says.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_groups.h"
#include "postgresql_node/postgresql_server_fixture.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

class PostgresqlSharingTest : public PostgresqlServerFixture {
 protected:
  UserSpec CreateUser(const DatabaseSpec& database, Role role = Role::kOwner) {
    const UserSpec user = {NewName('u'), database, role};
    EXPECT_THAT(admin_->CreateUser(user, password_, Soon()), IsOk());
    return user;
  }
  std::vector<Deviation> Inspect(const UserSpec& user) {
    const auto deviations = admin_->InspectUser(user, Soon());
    EXPECT_THAT(deviations, IsOk());
    return deviations.value_or(std::vector<Deviation>());
  }
  // Whether the schema public of new databases is a superuser's, and stays open to all.
  static bool KeepsPublicOpen() { return GetParam().minimal && major_version_ < 15; }
  // Lets `user` create in its own name, in a schema `open`.
  static void OpenSchema(SqlSession& owner, const UserSpec& user) {
    ASSERT_THAT(owner.Run("CREATE SCHEMA open"), IsOk());
    ASSERT_THAT(owner.Run("GRANT USAGE, CREATE ON SCHEMA open TO " + user.name.text()), IsOk());
  }
};

INSTANTIATE_TEST_SUITE_P(As, PostgresqlSharingTest, BothAdmins(), NameOfAdmin);

TEST_P(PostgresqlSharingTest, SequencesAndOtherSchemasAreSharedAsWell) {
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database));
  ASSERT_NE(owner, nullptr);
  ASSERT_THAT(owner->Run("CREATE TABLE early (id serial, n int)"), IsOk());
  ASSERT_THAT(owner->Run("CREATE SCHEMA s"), IsOk());
  const auto writer = LogIn(CreateUser(database, Role::kReadWrite));
  const auto reader = LogIn(CreateUser(database, Role::kReadOnly));
  ASSERT_TRUE(writer != nullptr && reader != nullptr);
  ASSERT_THAT(owner->Run("CREATE TABLE s.late (id serial, n int)"), IsOk());
  for (const std::string& table : {std::string("early"), std::string("s.late")}) {
    EXPECT_THAT(writer->Run("INSERT INTO " + table + " (n) VALUES (1)"), IsOk());
    EXPECT_THAT(writer->Run("UPDATE " + table + " SET n = 2"), IsOk());
    EXPECT_THAT(reader->Run("SELECT * FROM " + table), IsOk());
    EXPECT_THAT(reader->Run("SELECT last_value FROM " + table + "_id_seq"), IsOk());
    EXPECT_THAT(reader->Run("SELECT nextval('" + table + "_id_seq')"), Not(IsOk()));
    EXPECT_THAT(writer->Run("DELETE FROM " + table), IsOk());
  }
}

TEST_P(PostgresqlSharingTest, SchemasToComeAreShared) {
  if (major_version_ < 10) GTEST_SKIP() << "from 10 on";
  const DatabaseSpec database = CreateDatabase();
  const auto writer = LogIn(CreateUser(database, Role::kReadWrite));
  const auto owner = LogIn(CreateUser(database));
  ASSERT_TRUE(owner != nullptr && writer != nullptr);
  ASSERT_THAT(owner->Run("CREATE SCHEMA late"), IsOk());
  ASSERT_THAT(owner->Run("CREATE TABLE late.t (n int)"), IsOk());
  EXPECT_THAT(writer->Run("INSERT INTO late.t VALUES (1)"), IsOk());
}

TEST_P(PostgresqlSharingTest, AWriterChangesRowsAloneAndAReaderNothing) {
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database));
  ASSERT_NE(owner, nullptr);
  ASSERT_THAT(owner->Run("CREATE TABLE t (n int)"), IsOk());
  for (const Role role : {Role::kReadWrite, Role::kReadOnly}) {
    const auto session = LogIn(CreateUser(database, role));
    ASSERT_NE(session, nullptr);
    // Keeps mistakes short alone; what counts is what the user may do.
    ASSERT_THAT(session->Run("SET default_transaction_read_only = off"), IsOk());
    for (const char* const sql :
         {"TRUNCATE t", "ALTER TABLE t ADD m int", "DROP TABLE t", "CREATE INDEX ON t (n)",
          "CREATE SCHEMA mine", "SET ROLE postgres", "COMMENT ON TABLE t IS 'mine'"}) {
      EXPECT_THAT(session->Run(sql), Not(IsOk())) << sql;
    }
    EXPECT_THAT(session->Run("SET ROLE " + database.owner.text()), Not(IsOk()));
    EXPECT_EQ(session->Run("CREATE TEMPORARY TABLE mine (n int)").ok(), role == Role::kReadWrite);
    EXPECT_EQ(session->Run("INSERT INTO t VALUES (1)").ok(), role == Role::kReadWrite);
  }
}

TEST_P(PostgresqlSharingTest, OnlyOwnersCreateInTheSchemaPublicWhereTheAdministratorCanClose) {
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database));
  ASSERT_NE(owner, nullptr);
  EXPECT_THAT(owner->Run("CREATE TABLE public.t (n int)"), IsOk());
  for (const Role role : {Role::kReadWrite, Role::kReadOnly}) {
    const auto session = LogIn(CreateUser(database, role));
    ASSERT_NE(session, nullptr);
    // A mistake of a reader's is stopped everywhere.
    EXPECT_EQ(session->Run("CREATE TABLE public.a (n int)").ok(),
              KeepsPublicOpen() && role == Role::kReadWrite);
    ASSERT_THAT(session->Run("SET default_transaction_read_only = off"), IsOk());
    EXPECT_EQ(session
                  ->Run(absl::StrCat("CREATE FUNCTION public.f", role == Role::kReadOnly,
                                     "() RETURNS int LANGUAGE sql AS 'SELECT 1'"))
                  .ok(),
              KeepsPublicOpen());
  }
  const auto findings = admin_->Diagnose(Soon());
  const auto warning = Field(&Finding::severity, Finding::Severity::kWarning);
  const auto of_schemas = testing::AllOf(Field(&Finding::check, "schemas"), warning);
  if (KeepsPublicOpen()) {
    EXPECT_THAT(findings, Contains(of_schemas));
  } else {
    EXPECT_THAT(findings, Not(Contains(of_schemas)));
  }
}

TEST_P(PostgresqlSharingTest, TheOwnerOfTheSchemaPublicOfTemplate0ClosesIt) {
  if (!KeepsPublicOpen() || major_version_ < 10) GTEST_SKIP() << "it is closed anyway";
  const auto give = [](const std::string& owner) {
    Do("ALTER DATABASE template0 ALLOW_CONNECTIONS true");
    Do("ALTER SCHEMA public OWNER TO " + owner, "template0");
    Do("ALTER DATABASE template0 ALLOW_CONNECTIONS false");
  };
  give(minimal_.user);
  const DatabaseSpec database = CreateDatabase();
  const auto owner = LogIn(CreateUser(database));
  const auto writer = LogIn(CreateUser(database, Role::kReadWrite));
  give("postgres");
  ASSERT_TRUE(owner != nullptr && writer != nullptr);
  EXPECT_THAT(owner->Run("CREATE TABLE public.t (n int)"), IsOk());
  EXPECT_THAT(writer->Run("INSERT INTO t VALUES (1)"), IsOk());
  EXPECT_THAT(writer->Run("CREATE TABLE public.mine (n int)"), Not(IsOk()));
}

TEST_P(PostgresqlSharingTest, WhatAUserMakesInItsOwnNameIsForAll) {
  const DatabaseSpec database = CreateDatabase();
  const UserSpec maker = CreateUser(database);
  const UserSpec reader = CreateUser(database, Role::kReadOnly);
  const auto session = LogIn(maker);
  ASSERT_NE(session, nullptr);
  OpenSchema(*session, maker);
  ASSERT_THAT(session->Run("SET ROLE NONE"), IsOk());
  ASSERT_THAT(session->Run("CREATE TABLE open.own (n int)"), IsOk());
  if (major_version_ >= 15) {
    // There nobody can, unless an owner lets him.
    EXPECT_THAT(Inspect(reader), Not(IsEmpty()));
    EXPECT_THAT(admin_->CreateUser(reader, password_, Soon()), IsOk());
  }
  EXPECT_THAT(Inspect(reader), IsEmpty());
  const auto other = LogIn(CreateUser(database));
  const auto reading = LogIn(reader);
  const auto writer = LogIn(CreateUser(database, Role::kReadWrite));
  ASSERT_TRUE(other != nullptr && writer != nullptr && reading != nullptr);
  EXPECT_THAT(other->Run("INSERT INTO open.own VALUES (1)"), IsOk());
  EXPECT_THAT(writer->Run("INSERT INTO open.own VALUES (1)"), IsOk());
  EXPECT_THAT(reading->Run("SELECT * FROM open.own"), IsOk());
  EXPECT_THAT(reading->Run("DELETE FROM open.own"), Not(IsOk()));
  EXPECT_EQ(Ask(absl::Substitute("SELECT count(*) FROM pg_auth_members m JOIN pg_roles r "
                                 "ON r.oid = m.roleid WHERE r.rolname = '$0' "
                                 "AND pg_has_role(m.member, m.roleid, 'USAGE')",
                                 maker.name.text())),
            "0")
      << "the administrator speaks for a user no longer than it must";
}

TEST_P(PostgresqlSharingTest, ARepeatGivesBackWhatAnOwnerTook) {
  const DatabaseSpec database = CreateDatabase();
  const UserSpec reader = CreateUser(database, Role::kReadOnly);
  const auto owner = LogIn(CreateUser(database));
  ASSERT_NE(owner, nullptr);
  const std::string group = GroupOf(database, Role::kReadOnly).text();
  ASSERT_THAT(owner->Run("CREATE SCHEMA s"), IsOk());
  ASSERT_THAT(owner->Run("CREATE TABLE s.t (n int)"), IsOk());
  if (major_version_ < 10) {
    EXPECT_THAT(admin_->CreateUser(reader, password_, Soon()), IsOk());
  }
  for (const std::string& sql :
       {"REVOKE ALL ON s.t FROM " + group, "REVOKE ALL ON SCHEMA s FROM " + group,
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM " + group,
        absl::Substitute("REVOKE ALL ON DATABASE $0 FROM $1", database.name.text(), group)}) {
    ASSERT_THAT(owner->Run(sql), IsOk()) << sql;
    EXPECT_EQ(Inspect(reader).size(), 1) << sql;
    EXPECT_THAT(admin_->CreateUser(reader, password_, Soon()), IsOk()) << sql;
    EXPECT_THAT(Inspect(reader), IsEmpty()) << sql;
  }
}

TEST_P(PostgresqlSharingTest, ARepeatLeavesTheMembershipOfTheRoleAlone) {
  const DatabaseSpec database = CreateDatabase();
  CreateUser(database, Role::kReadWrite);
  const UserSpec reader = CreateUser(database, Role::kReadOnly);
  const std::string as = GetParam().minimal ? minimal_.user : "postgres";
  for (const Role role : {Role::kOwner, Role::kReadWrite}) {
    Do(absl::Substitute("SET ROLE $0; GRANT $1 TO $2; RESET ROLE", as,
                        GroupOf(database, role).text(), reader.name.text()));
  }
  EXPECT_EQ(Inspect(reader).size(), 2);
  EXPECT_THAT(admin_->CreateUser(reader, password_, Soon()), IsOk());
  EXPECT_THAT(Inspect(reader), IsEmpty());
}

TEST_P(PostgresqlSharingTest, ATenantDoesNotKeepTheAdministratorOut) {
  DatabaseSpec database = {NewName('d'), NewName('o')};
  database.options.connection_limit = 1;
  ASSERT_THAT(admin_->CreateDatabase(database, Soon()), IsOk());
  const auto owner = LogIn(CreateUser(database));
  ASSERT_NE(owner, nullptr);
  ASSERT_THAT(owner->Run(absl::Substitute("REVOKE ALL ON DATABASE $0 FROM $1", database.name.text(),
                                          database.owner.text())),
              IsOk());
  const UserSpec reader = CreateUser(database, Role::kReadOnly);
  EXPECT_EQ(Ask(absl::Substitute("SELECT datconnlimit FROM pg_database WHERE datname = '$0'",
                                 database.name.text())),
            "1");
  EXPECT_THAT(admin_->DropUser(reader, Soon()), IsOk());
}

TEST_P(PostgresqlSharingTest, GroupsThatCanDoTooMuchAreFound) {
  const DatabaseSpec database = CreateDatabase();
  CreateUser(database, Role::kReadWrite);
  Do("ALTER ROLE " + GroupOf(database, Role::kReadWrite).text() + " LOGIN CREATEDB");
  const auto deviations = admin_->InspectDatabase(database, Soon());
  ASSERT_THAT(deviations, IsOk());
  ASSERT_EQ(deviations->size(), 2);
  for (const Deviation& deviation : *deviations) Do(deviation.remedy);
  EXPECT_THAT(admin_->InspectDatabase(database, Soon()).value(), IsEmpty());
}

}  // namespace
}  // namespace eds
