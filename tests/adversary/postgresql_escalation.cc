// Tenants that would have others, above all the administrator, do their work.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/adversary/postgresql_adversary.h"

namespace eds {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PostgresqlEscalation : public PostgresqlAdversary {
 protected:
  static void RunAll(SqlSession& session, const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) {
      EXPECT_THAT(session.Run(statement), IsOk()) << statement;
    }
  }

  static std::string ValueOf(SqlSession& session, const std::string& sql) {
    const auto rows = session.Run(sql);
    EXPECT_THAT(rows, IsOk()) << sql;
    return rows.ok() && !rows->empty() ? rows->at(0).at(0).value_or("") : "";
  }
};

TEST_F(PostgresqlEscalation, ADefinersFunctionRunsAsTheOwnerRoleOnceItsMakerIsGone) {
  const Tenant tenant = NewTenant();
  const auto session = LogIn(tenant);
  RunAll(*session,
         {"CREATE SCHEMA own",
          Fill("GRANT ALL ON SCHEMA own TO $me", tenant.users.at(Role::kOwner)), "SET ROLE NONE",
          "CREATE FUNCTION own.whoami() RETURNS text LANGUAGE sql SECURITY DEFINER AS "
          "'SELECT current_user::text'",
          "CREATE TABLE own.t (n int)"});
  ASSERT_THAT(admin().DropUser(tenant.users.at(Role::kOwner), Soon()), IsOk());
  const UserSpec successor = CreateUser(tenant.database, Role::kOwner, tenant.password);
  const auto later = LogIn(successor, tenant.password);
  EXPECT_EQ(ValueOf(*later, "SELECT own.whoami()"), tenant.database.owner.text());
  EXPECT_EQ(ValueOf(*later, "SELECT tableowner FROM pg_tables WHERE tablename = 't'"),
            tenant.database.owner.text());
}

// The function would run with the rights of all owners there, whoever calls it.
TEST_F(PostgresqlEscalation, AGuestsDefinersFunctionIsNotHandedToTheOwnersOfItsHost) {
  const Tenant host = NewTenant();
  const UserSpec guest = CreateUser(mallory().database, Role::kReadWrite, mallory().password);
  const auto inviting = LogIn(host);
  RunAll(*inviting, {Fill("GRANT CONNECT ON DATABASE $db TO ", host.users.at(Role::kOwner)) +
                         guest.name.text(),
                     "CREATE SCHEMA guests", "GRANT ALL ON SCHEMA guests TO PUBLIC"});
  auto visiting = TryLogIn(guest, mallory().password, host.database.name.text());
  ASSERT_THAT(visiting, IsOk());
  RunAll(**visiting, {"CREATE FUNCTION guests.trap() RETURNS int LANGUAGE sql SECURITY DEFINER AS "
                      "'SELECT n FROM public.shared'"});
  EXPECT_THAT(admin().DropUser(guest, Soon()),
              FailsWith(absl::StatusCode::kFailedPrecondition, Reason::kUserOwnsObjects));
  EXPECT_THAT(TryLogIn(guest, mallory().password, host.database.name.text()),
              HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(admin().DropDatabase(host.database, Soon()), IsOk());
  EXPECT_THAT(admin().DropUser(guest, Soon()), IsOk());
}

TEST_F(PostgresqlEscalation, NothingNamedLikeACatalogRunsForTheAdministrator) {
  const Tenant tenant = NewTenant();
  const auto session = LogIn(tenant);
  RunAll(*session, {"CREATE TABLE public.caught (who text)", "GRANT ALL ON public.caught TO PUBLIC",
                    "CREATE FUNCTION public.catch() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN "
                    "INSERT INTO public.caught VALUES (session_user); RETURN true; END$$"});
  for (const char* const signature :
       {"pg_has_role(oid, text)", "has_schema_privilege(oid, oid, text)",
        "has_table_privilege(oid, oid, text)", "has_sequence_privilege(oid, oid, text)",
        "pg_get_userbyid(oid)", "format(text, name, name)", "quote_ident(name)",
        "quote_ident(text)", "aclexplode(aclitem[])", "string_to_array(text, text)",
        "current_database()", "substr(name, int)", "pg_describe_object(oid, oid, int)"}) {
    RunAll(*session, {absl::Substitute("CREATE FUNCTION public.$0 RETURNS text LANGUAGE plpgsql AS "
                                       "$$$$BEGIN PERFORM public.catch(); RETURN 'x'; END$$$$",
                                       signature)});
  }
  RunAll(*session,
         {"CREATE FUNCTION public.same(oid, oid) RETURNS boolean LANGUAGE sql AS "
          "'SELECT public.catch()'",
          "CREATE OPERATOR public.= (PROCEDURE = public.same, LEFTARG = oid, RIGHTARG = oid)",
          Fill("ALTER DATABASE $db SET search_path TO public, pg_catalog",
               tenant.users.at(Role::kOwner))});
  for (const char* const catalog :
       {"pg_roles", "pg_class", "pg_namespace", "pg_shdepend", "pg_database", "pg_auth_members",
        "pg_default_acl", "pg_proc", "pg_stat_activity"}) {
    RunAll(*session, {absl::Substitute("CREATE VIEW public.$0 AS SELECT public.catch() AS oid, "
                                       "c.* FROM (SELECT 1 AS n) c",
                                       catalog),
                      absl::Substitute("GRANT ALL ON public.$0 TO PUBLIC", catalog)});
  }
  CreateUser(tenant.database, Role::kReadWrite, tenant.password);
  EXPECT_THAT(admin().InspectDatabase(tenant.database, Soon()), IsOk());
  for (const auto& [role, user] : tenant.users) {
    EXPECT_THAT(admin().InspectUser(user, Soon()), IsOk());
    if (role != Role::kOwner) {
      EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
    }
  }
  EXPECT_EQ(ValueOf(*session, Fill("SELECT count(*) FROM public.caught WHERE who = '$admin'",
                                   tenant.users.at(Role::kOwner))),
            "0");
}

TEST_F(PostgresqlEscalation, ATableWithAHostileNameIsSharedLikeAnyOther) {
  const Tenant tenant = NewTenant();
  const std::string name = "\"\"\"; SET ROLE NONE; ALTER ROLE $me CREATEDB; --\\ '$$x\"";
  const std::string table = Fill(name, tenant.users.at(Role::kOwner));
  const auto session = LogIn(tenant);
  RunAll(*session, {"CREATE SCHEMA " + table, "CREATE TABLE " + table + "." + table + " (n int)"});
  const UserSpec writer = CreateUser(tenant.database, Role::kReadWrite, tenant.password);
  RunAll(*LogIn(writer, tenant.password), {"INSERT INTO " + table + "." + table + " VALUES (1)"});
  EXPECT_THAT(admin().InspectUser(tenant.users.at(Role::kOwner), Soon()).value(), IsEmpty());
}

TEST_F(PostgresqlEscalation, NobodyCanGiveAnObjectToAnotherTenantOrTheAdministrator) {
  const auto session = LogIn(mallory());
  const UserSpec& owner = mallory().users.at(Role::kOwner);
  RunAll(*session, {"CREATE FUNCTION gift() RETURNS int LANGUAGE sql SECURITY DEFINER AS "
                    "'SELECT 1'"});
  for (const char* const heir : {"$admin", "$root", "$victim_owner", "$victim_user"}) {
    for (const char* const gift : {"FUNCTION gift()", "TABLE shared", "DATABASE $db"}) {
      const auto status =
          session->Run(Fill(absl::StrCat("ALTER ", gift, " OWNER TO ", heir), owner));
      EXPECT_THAT(std::string(status.status().message()), HasSubstr("(42501)")) << gift << heir;
    }
  }
}

TEST_F(PostgresqlEscalation, NeitherALockNorANameKeepsTheAgentFromItsServer) {
  const auto session = LogIn(mallory(), Role::kReadOnly);
  const std::string key =
      ValueOf(*session,
              "SELECT ((classid::bigint << 32) | objid::bigint)::text FROM pg_locks "
              "WHERE locktype = 'advisory' AND objsubid = 1 LIMIT 1");
  ASSERT_NE(key, "");                                                             // It can be seen,
  EXPECT_EQ(ValueOf(*session, "SELECT pg_try_advisory_lock(" + key + ")"), "t");  // not touched.
  RunAll(*session, {"SET application_name TO 'eds/" + installation() + "/999/mallory'"});
  EXPECT_THAT(admin().Probe(Soon()), IsOk());
  EXPECT_THAT(Open(installation()), IsOk());
  EXPECT_THAT(session->Run("SELECT 1"), IsOk());
}

TEST_F(PostgresqlEscalation, StatementsOfOthersAreHidden) {
  for (const Role role : kAllRoles) {
    const auto session = LogIn(mallory(), role);
    for (const char* const whose : {"$victim_user", "$admin"}) {
      const auto rows = session->Run(
          Fill(absl::StrCat("SELECT query, client_port FROM pg_stat_activity WHERE usename = '",
                            whose, "'"),
               mallory().users.at(role)));
      ASSERT_THAT(rows, IsOk());
      ASSERT_THAT(*rows, testing::Not(IsEmpty()));
      for (const Row& row : *rows) {
        EXPECT_EQ(row.at(0), "<insufficient privilege>");
        EXPECT_EQ(row.at(1), absl::nullopt);
      }
    }
  }
}

TEST_F(PostgresqlEscalation, GrantsOnWhatIsNotItsOwnAreWithoutEffect) {
  for (const Role role : kAllRoles) {
    const UserSpec& user = mallory().users.at(role);
    const auto session = LogIn(mallory(), role);
    const Identifier& victims = victim().users.at(role).name;
    (void)session->Run(Fill("GRANT CONNECT ON DATABASE postgres TO $me", user));
    (void)session->Run(Fill("GRANT SELECT ON pg_catalog.pg_authid TO $me", user));
    (void)session->Run(Fill("REVOKE $me FROM $owner", user));
    if (role != Role::kOwner) {
      (void)session->Run(Fill("GRANT CONNECT ON DATABASE $db TO ", user) + victims.text());
    }
    EXPECT_THAT(TryLogIn(user, mallory().password, "postgres"),
                HasCode(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(
        TryLogIn(victim().users.at(role), victim().password, mallory().database.name.text()),
        HasCode(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(admin().InspectUser(user, Soon()).value(), IsEmpty());
  }
}

// What an owner may do with its database cannot be prevented: it is found.
TEST_F(PostgresqlEscalation, AnOwnerThatOpensItsDatabaseToEverybodyIsReported) {
  const Tenant tenant = NewTenant();
  const UserSpec& owner = tenant.users.at(Role::kOwner);
  RunAll(*LogIn(tenant), {Fill("GRANT CONNECT ON DATABASE $db TO PUBLIC", owner)});
  const auto deviations = admin().InspectDatabase(tenant.database, Soon());
  ASSERT_THAT(deviations, IsOk());
  EXPECT_THAT(*deviations, Contains(Field(&Deviation::detail, HasSubstr("everybody"))));
  const auto guest = TryLogIn(mallory().users.at(Role::kReadOnly), mallory().password,
                              tenant.database.name.text());
  ASSERT_THAT(guest, IsOk());
  EXPECT_THAT((*guest)->Run("SELECT * FROM shared"), HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(admin().CreateDatabase(tenant.database, Soon()), IsOk());
  EXPECT_THAT(admin().InspectDatabase(tenant.database, Soon()).value(), IsEmpty());
}

TEST_F(PostgresqlEscalation, AnOwnerThatLiftsTheLimitOfItsDatabaseIsReportedAndPutRight) {
  DatabaseSpec limited = {NewName('d'), NewName('o')};
  limited.options.connection_limit = 3;
  ASSERT_THAT(admin().CreateDatabase(limited, Soon()), IsOk());
  const UserSpec owner = CreateUser(limited, Role::kOwner, mallory().password);
  RunAll(*LogIn(owner, mallory().password),
         {Fill("ALTER DATABASE $db CONNECTION LIMIT -1", owner)});
  const auto deviations = admin().InspectDatabase(limited, Soon());
  ASSERT_THAT(deviations, IsOk());
  EXPECT_THAT(*deviations, testing::SizeIs(1));
  EXPECT_THAT(admin().CreateDatabase(limited, Soon()), IsOk());
  EXPECT_EQ(Ask(Fill("SELECT datconnlimit FROM pg_database WHERE datname = '$db'", owner)), "3");
}

TEST_F(PostgresqlEscalation, AUserCanLiftItsStatementTimeoutButNotItsLimitOfConnections) {
  UserSpec user = {.name = NewName('u'), .database = mallory().database, .role = Role::kReadWrite};
  user.options = {.connection_limit = 1, .statement_timeout = absl::Milliseconds(100)};
  ASSERT_THAT(admin().CreateUser(user, mallory().password, Soon()), IsOk());
  const auto session = LogIn(user, mallory().password);
  ASSERT_NE(session, nullptr);
  EXPECT_THAT(session->Run("SELECT pg_sleep(0.3)"), HasCode(absl::StatusCode::kAborted));
  RunAll(*session, {"SET statement_timeout TO 0", "SELECT pg_sleep(0.3)"});
  EXPECT_THAT(session->Run(Fill("ALTER ROLE $me CONNECTION LIMIT -1", user)),
              HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(TryLogIn(user, mallory().password, user.database.name.text()),
              HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(admin().DropUser(user, Soon()), IsOk());
}

// Before 15 a role may admit others to itself.
TEST_F(PostgresqlEscalation, AUserThatAdmitsAnotherToItselfIsReportedAndRemoved) {
  const Tenant tenant = NewTenant();
  const UserSpec host = tenant.users.at(Role::kReadWrite);
  const UserSpec guest = CreateUser(mallory().database, Role::kReadOnly, mallory().password);
  const auto session = LogIn(host, tenant.password);
  const auto granted = session->Run(Fill("GRANT $me TO ", host) + guest.name.text());
  if (server_version() >= 150000) {
    EXPECT_THAT(std::string(granted.status().message()), HasSubstr("(42501)"));
    return;
  }
  ASSERT_THAT(granted, IsOk());
  EXPECT_THAT(admin().InspectUser(guest, Soon()).value(), testing::SizeIs(1));
  EXPECT_THAT(admin().DropUser(host, Soon()), IsOk());
  EXPECT_THAT(admin().InspectUser(guest, Soon()).value(), IsEmpty());
  EXPECT_THAT(TryLogIn(guest, mallory().password, tenant.database.name.text()),
              HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(admin().DropUser(guest, Soon()), IsOk());
}

TEST_F(PostgresqlEscalation, LargeObjectsAreHandedOver) {
  const Tenant tenant = NewTenant();
  const UserSpec maker = CreateUser(tenant.database, Role::kReadWrite, tenant.password);
  const std::string object = ValueOf(*LogIn(maker, tenant.password), "SELECT lo_create(0)");
  EXPECT_THAT(LogIn(tenant, Role::kReadOnly)->Run("SELECT lo_unlink(" + object + ")"),
              HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(admin().DropUser(maker, Soon()), IsOk());
  EXPECT_EQ(Ask("SELECT count(*) FROM pg_largeobject_metadata WHERE oid = " + object,
                tenant.database.name.text()),
            "1");
}

}  // namespace
}  // namespace eds
