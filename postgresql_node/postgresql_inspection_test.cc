#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/error.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "postgresql_node/postgresql_server_fixture.h"

namespace eds {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PostgresqlInspectionTest : public PostgresqlServerFixture {
 protected:
  std::vector<Deviation> Inspect(const DatabaseSpec& database) {
    const auto deviations = admin_->InspectDatabase(database, Soon());
    EXPECT_THAT(deviations, IsOk());
    return deviations.value_or(std::vector<Deviation>());
  }
  std::vector<Deviation> Inspect(const UserSpec& user) {
    const auto deviations = admin_->InspectUser(user, Soon());
    EXPECT_THAT(deviations, IsOk());
    return deviations.value_or(std::vector<Deviation>());
  }

  static std::string Fill(const std::string& sql, const UserSpec& user) {
    return absl::Substitute(sql, user.name.text(), user.database.name.text(),
                            user.database.owner.text());
  }

  // After `sql`, in which `$0` is a user, `$1` its database and `$2` that one's owner,
  // inspecting either finds one thing, which its remedy takes back.
  template <typename Object>
  void ExpectExcess(const UserSpec& user, const Object& object, const std::string& sql) {
    Do(Fill(sql, user));
    const std::vector<Deviation> deviations = Inspect(object);
    ASSERT_EQ(deviations.size(), 1) << sql;
    EXPECT_FALSE(deviations[0].missing) << sql;
    ASSERT_FALSE(deviations[0].remedy.empty()) << sql << ": " << deviations[0].detail;
    Do(deviations[0].remedy);
    EXPECT_THAT(Inspect(object), IsEmpty()) << sql;
  }
  // The same, where a repeat of the step mends it.
  template <typename Object>
  void ExpectLack(const UserSpec& user, const Object& object, const std::string& sql) {
    Do(Fill(sql, user));
    const std::vector<Deviation> deviations = Inspect(object);
    ASSERT_EQ(deviations.size(), 1) << sql;
    EXPECT_FALSE(deviations[0].missing) << sql;
    EXPECT_EQ(deviations[0].remedy, "") << sql;
    EXPECT_THAT(admin_->CreateDatabase(user.database, Soon()), IsOk());
    EXPECT_THAT(admin_->CreateUser(user, password_, Soon()), IsOk());
    EXPECT_THAT(Inspect(object), IsEmpty()) << sql;
  }
};

INSTANTIATE_TEST_SUITE_P(As, PostgresqlInspectionTest, BothAdmins(), NameOfAdmin);

TEST_P(PostgresqlInspectionTest, FindsWhatADatabaseLacks) {
  const UserSpec user = CreateUser(CreateDatabase());
  for (const char* const sql :
       {"ALTER DATABASE $1 ALLOW_CONNECTIONS false", "ALTER DATABASE $1 CONNECTION LIMIT 5"}) {
    ExpectLack(user, user.database, sql);
  }
  if (GetParam().minimal && major_version_ < 16) {
    ExpectLack(user, user.database, absl::StrCat("REVOKE $2 FROM ", minimal_.user));
  }
}

// A repeat of CreateDatabase would make it anew, and hide that its data is gone.
TEST_P(PostgresqlInspectionTest, TakesAHalfDroppedDatabaseAsMissing) {
  const UserSpec user = CreateUser(CreateDatabase());
  Do(Fill("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '$1'", user));
  const std::vector<Deviation> deviations = Inspect(user.database);
  ASSERT_EQ(deviations.size(), 1);
  EXPECT_TRUE(deviations[0].missing);
}

TEST_P(PostgresqlInspectionTest, FindsWhatIsTooMuchOnADatabase) {
  const UserSpec user = CreateUser(CreateDatabase());
  const std::string stranger = NewName('s').text();
  Do(absl::StrCat("CREATE ROLE ", stranger));
  for (const std::string& sql :
       {std::string("GRANT CONNECT ON DATABASE $1 TO PUBLIC"),
        std::string("GRANT TEMPORARY ON DATABASE $1 TO PUBLIC"),
        absl::StrCat("GRANT CONNECT ON DATABASE $1 TO ", stranger, " WITH GRANT OPTION"),
        std::string("ALTER DATABASE $1 IS_TEMPLATE true"), std::string("ALTER ROLE $2 LOGIN"),
        std::string("ALTER ROLE $2 CREATEDB"), std::string("ALTER ROLE $2 SUPERUSER"),
        absl::StrCat("GRANT ", stranger, " TO $2")}) {
    ExpectExcess(user, user.database, sql);
  }
}

TEST_P(PostgresqlInspectionTest, FindsThatADatabaseIsSomebodyElses) {
  const UserSpec user = CreateUser(CreateDatabase());
  const std::string stranger = NewName('s').text();
  Do(absl::StrCat("CREATE ROLE ", stranger));
  ExpectExcess(user, user.database, absl::StrCat("ALTER DATABASE $1 OWNER TO ", stranger));
}

TEST_P(PostgresqlInspectionTest, FindsThatTheOwnerRoleIsMissing) {
  const DatabaseSpec database = CreateDatabase();
  const DatabaseSpec without_owner = {database.name, NewName('o')};
  const std::vector<Deviation> deviations = Inspect(without_owner);
  ASSERT_EQ(deviations.size(), 2);  // And so, the one that owns it is somebody else.
  EXPECT_EQ(deviations[0].remedy, "");
  EXPECT_EQ(deviations[1].remedy,
            absl::Substitute("ALTER DATABASE \"$0\" OWNER TO \"$1\"", database.name.text(),
                             without_owner.owner.text()));
}

TEST_P(PostgresqlInspectionTest, FindsWhatAUserLacks) {
  const UserSpec user = CreateUser(CreateDatabase());
  // From 16 on, a membership ends in the name of who gave it.
  const std::string leave = absl::StrCat("SET ROLE ", GetParam().minimal ? minimal_.user : "NONE",
                                         "; REVOKE $2 FROM $0; RESET ROLE");
  for (const char* const sql :
       {"ALTER ROLE $0 NOLOGIN", "ALTER ROLE $0 INHERIT", "ALTER ROLE $0 CONNECTION LIMIT 0",
        "ALTER ROLE $0 VALID UNTIL '2001-01-01'", leave.c_str(),
        "REVOKE CONNECT ON DATABASE $1 FROM $0", "REVOKE TEMPORARY ON DATABASE $1 FROM $0",
        "ALTER ROLE $0 IN DATABASE $1 RESET role"}) {
    ExpectLack(user, user, sql);
    EXPECT_NE(LogIn(user), nullptr) << sql;
  }
}

TEST_P(PostgresqlInspectionTest, FindsWhatIsTooMuchForAUser) {
  const UserSpec user = CreateUser(CreateDatabase());
  const std::string other = CreateDatabase().name.text();
  const std::string group = NewName('g').text();
  Do(absl::StrCat("CREATE ROLE ", group));
  for (const std::string& sql :
       {std::string("ALTER ROLE $0 SUPERUSER"), std::string("ALTER ROLE $0 CREATEDB"),
        std::string("ALTER ROLE $0 CREATEROLE"), std::string("ALTER ROLE $0 REPLICATION"),
        std::string("ALTER ROLE $0 BYPASSRLS"), absl::StrCat("GRANT ", group, " TO $0"),
        std::string("GRANT pg_monitor TO $0"),
        absl::StrCat("GRANT CONNECT ON DATABASE ", other, " TO $0"),
        absl::StrCat("ALTER DATABASE ", other, " OWNER TO $0")}) {
    ExpectExcess(user, user, sql);
  }
}

TEST_P(PostgresqlInspectionTest, FindsThatAUserMayLetOthersIn) {
  const UserSpec user = CreateUser(CreateDatabase());
  Do(Fill("GRANT $2 TO $0 WITH ADMIN OPTION", user));
  const std::vector<Deviation> deviations = Inspect(user);
  ASSERT_EQ(deviations.size(), 1);
  Do(deviations[0].remedy);
  EXPECT_THAT(Inspect(user), IsEmpty());
}

TEST_P(PostgresqlInspectionTest, FindsAllOfIt) {
  const UserSpec user = CreateUser(CreateDatabase());
  Do(Fill("ALTER ROLE $0 NOLOGIN CREATEDB BYPASSRLS", user));
  const auto remedy = [](const std::string& text) {
    return testing::Field(&Deviation::remedy, text);
  };
  EXPECT_THAT(Inspect(user),
              ElementsAre(remedy(Fill("ALTER ROLE \"$0\" NOCREATEDB", user)),
                          remedy(Fill("ALTER ROLE \"$0\" NOBYPASSRLS", user)), remedy("")));
}

}  // namespace
}  // namespace eds
