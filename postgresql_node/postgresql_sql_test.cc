#include "postgresql_node/postgresql_sql.h"

#include <string>

#include "gtest/gtest.h"

namespace eds {
namespace {

Identifier Id(const char* text) { return *Identifier::Parse(text); }

const DatabaseSpec kDatabase = {Id("dshop1"), Id("oshop1")};
const UserSpec kUser = {Id("uada1"), kDatabase};

const std::string kVerifierText =
    "SCRAM-SHA-256$4096:AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=:"
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

PasswordVerifier Verifier() { return *PasswordVerifier::Parse(kVerifierText); }

const Dialect kNewest;
const Dialect k14(140000);
const Dialect k96(90600);
const Dialect k91(90100, "the \"admin\"");

UserSpec UserWith(Role role, UserOptions options = {}) {
  return {Id("uada1"), kDatabase, role, options};
}

TEST(Sql, SetsASessionUpBeforeAnyNameIsLookedUp) {
  EXPECT_EQ(sql::SetUpSession(k91),
            "SET search_path = pg_catalog; SET ROLE NONE; SET client_min_messages = error; "
            "SET standard_conforming_strings = on");
  EXPECT_EQ(sql::SetUpSession(k96), sql::SetUpSession(k91) + "; SET lock_timeout = '10s'");
  EXPECT_EQ(sql::SetUpTenantSession(kNewest),
            sql::SetUpSession(kNewest) + "; SET default_transaction_read_only = off");
}

TEST(Sql, LimitsAStatementInWholeMillisecondsThatTheServerTakes) {
  EXPECT_EQ(sql::SetStatementTimeout(absl::Seconds(3)), "SET statement_timeout = 3000");
  // 0 would mean: no limit.
  EXPECT_EQ(sql::SetStatementTimeout(absl::Microseconds(1)), "SET statement_timeout = 1");
  EXPECT_EQ(sql::SetStatementTimeout(absl::InfiniteDuration()),
            "SET statement_timeout = 2147483647");
}

TEST(Sql, BringsRolesWithinReachThatAnUpgradeLeftOutOfIt) {
  EXPECT_EQ(sql::CountRolesOutOfReach(*Identifier::ParsePart("shop")),
            "SELECT count(*) FROM pg_roles WHERE rolname ~ '^[a-z]shop' "
            "AND NOT pg_has_role(oid, 'USAGE WITH ADMIN OPTION')");
  EXPECT_EQ(sql::GrantRolesTo("\"50% it's\"", *Identifier::ParsePart("shop")),
            "DO $$ DECLARE r name; BEGIN FOR r IN SELECT rolname FROM pg_roles WHERE rolname ~ "
            "'^[a-z]shop' LOOP EXECUTE format('GRANT %I TO \"50%% it''s\" WITH ADMIN OPTION', r); "
            "END LOOP; END $$");
}

TEST(Sql, CreatesADatabase) {
  EXPECT_EQ(sql::CreateOwner(kNewest, kDatabase.owner),
            "CREATE ROLE \"oshop1\" NOLOGIN; GRANT \"oshop1\" TO CURRENT_USER");
  EXPECT_EQ(sql::JoinRole(kNewest, kDatabase.owner), "GRANT \"oshop1\" TO CURRENT_USER");
  EXPECT_EQ(sql::JoinRole(k91, kDatabase.owner), "GRANT \"oshop1\" TO \"the \"\"admin\"\"\"");
  EXPECT_EQ(sql::CreateDatabase(kNewest, kDatabase),
            "CREATE DATABASE \"dshop1\" OWNER \"oshop1\" TEMPLATE template0 ENCODING 'UTF8'");
  EXPECT_EQ(sql::CloseToPublic(kDatabase.name), "REVOKE ALL ON DATABASE \"dshop1\" FROM PUBLIC");
  EXPECT_EQ(sql::SelectDatabase(kDatabase),
            "SELECT datallowconn AND datconnlimit = -1, datconnlimit = -2 FROM pg_database "
            "WHERE datname = 'dshop1'");
  EXPECT_EQ(sql::AllowConnections(kNewest, kDatabase),
            "ALTER DATABASE \"dshop1\" ALLOW_CONNECTIONS true CONNECTION LIMIT -1");
  EXPECT_EQ(sql::AllowConnections(k91, kDatabase),
            "UPDATE pg_database SET datallowconn = true WHERE datname = 'dshop1'; "
            "ALTER DATABASE \"dshop1\" CONNECTION LIMIT -1");
}

TEST(Sql, CreatesADatabaseWithItsOptions) {
  DatabaseSpec database = kDatabase;
  database.options = {.encoding = "LATIN1", .locale = "C", .connection_limit = 7};
  EXPECT_EQ(sql::CreateDatabase(kNewest, database),
            "CREATE DATABASE \"dshop1\" OWNER \"oshop1\" TEMPLATE template0 ENCODING 'LATIN1' "
            "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' CONNECTION LIMIT 7");
  EXPECT_EQ(sql::CreateDatabase(k14, database),
            "CREATE DATABASE \"dshop1\" OWNER \"oshop1\" TEMPLATE template0 ENCODING 'LATIN1' "
            "LC_COLLATE 'C' LC_CTYPE 'C' CONNECTION LIMIT 7");
  EXPECT_EQ(sql::AllowConnections(kNewest, database),
            "ALTER DATABASE \"dshop1\" ALLOW_CONNECTIONS true CONNECTION LIMIT 7");
  EXPECT_EQ(sql::SelectDatabase(database),
            "SELECT datallowconn AND datconnlimit = 7, datconnlimit = -2 FROM pg_database "
            "WHERE datname = 'dshop1'");
}

TEST(Sql, DropsADatabase) {
  EXPECT_EQ(sql::ForbidConnections(kNewest, kDatabase.name),
            "ALTER DATABASE \"dshop1\" ALLOW_CONNECTIONS false IS_TEMPLATE false");
  EXPECT_EQ(sql::ForbidConnections(k91, kDatabase.name),
            "UPDATE pg_database SET datallowconn = false, datistemplate = false "
            "WHERE datname = 'dshop1'");
  EXPECT_EQ(sql::EndSessionsOfDatabase(kNewest, kDatabase.name),
            "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
            "LEFT JOIN pg_roles r ON r.oid = a.usesysid "
            "WHERE (a.datname = 'dshop1' OR (r.rolname <> current_user AND a.pid IN "
            "(SELECT l.pid FROM pg_locks l WHERE l.locktype = 'object' "
            "AND l.classid = 'pg_database'::regclass AND l.objid = "
            "(SELECT oid FROM pg_database WHERE datname = 'dshop1')))) "
            "AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL "
            "AND (NOT coalesce(r.rolsuper, false) "
            "OR (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = current_user))");
  EXPECT_EQ(sql::DropDatabase(kDatabase.name), "DROP DATABASE IF EXISTS \"dshop1\"");
}

TEST(Sql, CreatesAUserThatActsAsTheOwnerOfItsDatabase) {
  EXPECT_EQ(sql::CreateUser(kNewest, kUser, Verifier()),
            "CREATE ROLE \"uada1\" LOGIN NOINHERIT PASSWORD '" + kVerifierText +
                "' IN ROLE \"oshop1\"; "
                "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET role TO 'oshop1'; "
                "GRANT CONNECT, TEMPORARY ON DATABASE \"dshop1\" TO \"uada1\"");
}

TEST(Sql, GivesAUserThatExistsWhatANewOneGets) {
  EXPECT_EQ(sql::CompleteUser(kNewest, kUser, Verifier()),
            "ALTER ROLE \"uada1\" LOGIN NOINHERIT CONNECTION LIMIT -1 PASSWORD '" + kVerifierText +
                "' VALID UNTIL 'infinity'; GRANT \"oshop1\" TO \"uada1\"; "
                "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET role TO 'oshop1'; "
                "GRANT CONNECT, TEMPORARY ON DATABASE \"dshop1\" TO \"uada1\"");
}

TEST(Sql, CreatesAUserThatHasThePrivilegesOfItsGroup) {
  EXPECT_EQ(
      sql::CreateUser(kNewest, UserWith(Role::kReadWrite), Verifier()),
      "CREATE ROLE \"uada1\" LOGIN INHERIT PASSWORD '" + kVerifierText + "' IN ROLE \"wshop1\"");
  EXPECT_EQ(
      sql::CreateUser(kNewest, UserWith(Role::kReadOnly), Verifier()),
      "CREATE ROLE \"uada1\" LOGIN INHERIT PASSWORD '" + kVerifierText + "' IN ROLE \"rshop1\"");
  EXPECT_EQ(sql::CreateUser(k14, UserWith(Role::kReadOnly), Verifier()),
            "CREATE ROLE \"uada1\" LOGIN INHERIT PASSWORD '" + kVerifierText +
                "' IN ROLE \"rshop1\"; ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" "
                "SET default_transaction_read_only TO on");
  EXPECT_EQ(sql::CompleteUser(kNewest, UserWith(Role::kReadWrite), Verifier()),
            "ALTER ROLE \"uada1\" LOGIN INHERIT CONNECTION LIMIT -1 PASSWORD '" + kVerifierText +
                "' VALID UNTIL 'infinity'; GRANT \"wshop1\" TO \"uada1\"; "
                "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" RESET role");
}

TEST(Sql, GivesAUserItsLimits) {
  const UserSpec user =
      UserWith(Role::kReadWrite, {.connection_limit = 3, .statement_timeout = absl::Seconds(2)});
  const std::string timeout =
      "; ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET statement_timeout TO 2000";
  EXPECT_EQ(sql::CreateUser(kNewest, user, Verifier()),
            "CREATE ROLE \"uada1\" LOGIN INHERIT CONNECTION LIMIT 3 PASSWORD '" + kVerifierText +
                "' IN ROLE \"wshop1\"" + timeout);
  EXPECT_EQ(sql::CompleteUser(kNewest, user, Verifier()),
            "ALTER ROLE \"uada1\" LOGIN INHERIT CONNECTION LIMIT 3 PASSWORD '" + kVerifierText +
                "' VALID UNTIL 'infinity'; GRANT \"wshop1\" TO \"uada1\"; "
                "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" RESET role" +
                timeout);
}

TEST(Sql, PreparesALoginThatCannotLogIn) {
  const std::string rights =
      "; GRANT \"oshop1\" TO \"uada1\"; "
      "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET role TO 'oshop1'; "
      "GRANT CONNECT, TEMPORARY ON DATABASE \"dshop1\" TO \"uada1\"";
  const std::string created =
      "CREATE ROLE \"uada1\" NOLOGIN NOINHERIT PASSWORD '" + kVerifierText + "'";
  EXPECT_EQ(sql::PrepareUser(kUser.name, absl::nullopt, Verifier()), created);
  EXPECT_EQ(sql::PrepareUser(kUser.name, kDatabase, Verifier()), created + rights);
  const std::string altered = "ALTER ROLE \"uada1\" NOLOGIN NOINHERIT PASSWORD '" + kVerifierText +
                              "' VALID UNTIL 'infinity'";
  EXPECT_EQ(sql::PrepareUserAgain(kUser.name, absl::nullopt, Verifier()), altered);
  EXPECT_EQ(sql::PrepareUserAgain(kUser.name, kDatabase, Verifier()), altered + rights);
}

TEST(Sql, LetsInALoginThatHasItsRights) {
  EXPECT_EQ(sql::AdmitUser(kNewest, kUser, Rights::kGranted),
            "ALTER ROLE \"uada1\" LOGIN NOINHERIT CONNECTION LIMIT -1");
  EXPECT_EQ(sql::AdmitUser(kNewest,
                           UserWith(Role::kOwner,
                                    {.connection_limit = 3, .statement_timeout = absl::Seconds(2)}),
                           Rights::kGranted),
            "ALTER ROLE \"uada1\" LOGIN NOINHERIT CONNECTION LIMIT 3; "
            "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET statement_timeout TO 2000");
}

TEST(Sql, LetsInALoginWithTheRightsOfItsRole) {
  EXPECT_EQ(sql::AdmitUser(kNewest, kUser, Rights::kNone),
            "ALTER ROLE \"uada1\" LOGIN NOINHERIT CONNECTION LIMIT -1; "
            "GRANT \"oshop1\" TO \"uada1\"; "
            "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET role TO 'oshop1'; "
            "GRANT CONNECT, TEMPORARY ON DATABASE \"dshop1\" TO \"uada1\"");
  EXPECT_EQ(sql::AdmitUser(kNewest, UserWith(Role::kReadWrite), Rights::kNone),
            "ALTER ROLE \"uada1\" LOGIN INHERIT CONNECTION LIMIT -1; "
            "GRANT \"wshop1\" TO \"uada1\"");
  EXPECT_EQ(sql::AdmitUser(k14, UserWith(Role::kReadOnly), Rights::kNone),
            "ALTER ROLE \"uada1\" LOGIN INHERIT CONNECTION LIMIT -1; "
            "GRANT \"rshop1\" TO \"uada1\"; ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" "
            "SET default_transaction_read_only TO on");
}

TEST(Sql, SetsAPasswordAndNothingElse) {
  EXPECT_EQ(sql::SetPassword(kUser.name, Verifier()),
            "ALTER ROLE \"uada1\" PASSWORD '" + kVerifierText + "'");
}

TEST(Sql, LocksAUser) {
  EXPECT_EQ(sql::LockUser(kUser.name), "ALTER ROLE \"uada1\" NOLOGIN");
  EXPECT_EQ(sql::EndSessionsOfRole(kNewest, 16384),
            "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
            "LEFT JOIN pg_roles r ON r.oid = a.usesysid "
            "WHERE a.usesysid = 16384 AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL "
            "AND (NOT coalesce(r.rolsuper, false) "
            "OR (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = current_user))");
}

TEST(Sql, FindsARole) {
  EXPECT_EQ(sql::SelectRole(kUser.name), "SELECT oid FROM pg_roles WHERE rolname = 'uada1'");
}

TEST(Sql, FindsWhatLetsUsInToADatabase) {
  EXPECT_EQ(sql::SelectProcess(kNewest, 7), "SELECT count(*) FROM pg_stat_activity WHERE pid = 7");
  EXPECT_EQ(
      sql::SelectEntrance("it's"),
      "SELECT format('GRANT CONNECT ON DATABASE %I TO %I', datname, pg_get_userbyid(datdba)), "
      "CASE WHEN datconnlimit >= 0 THEN "
      "format('ALTER DATABASE %I CONNECTION LIMIT -1', datname) END, "
      "format('ALTER DATABASE %I CONNECTION LIMIT %s', datname, datconnlimit) "
      "FROM pg_database WHERE datname = 'it''s'");
}

TEST(Sql, TellsAgentsApart) {
  EXPECT_EQ(sql::SelectAgentSessions(kNewest, -5),
            "SELECT a.pid, a.application_name, r.rolname, coalesce(a.datname, ''), "
            "l.pid IS NOT NULL, me.rolsuper OR NOT r.rolsuper "
            "FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid "
            "JOIN pg_roles me ON me.rolname = current_user "
            "LEFT JOIN (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid = '4294967295'::oid AND objid = '4294967291'::oid AND objsubid = 1) l "
            "ON l.pid = a.pid "
            "WHERE a.pid <> pg_backend_pid() AND (r.oid = me.oid OR r.rolsuper OR r.rolcreaterole) "
            "AND (l.pid IS NOT NULL OR strpos(a.application_name, 'eds/') = 1)");
  EXPECT_EQ(sql::EndAgentSessions(kNewest, {7, 8}),
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid IN (7, 8) AND strpos(application_name, 'eds/') = 1");
  EXPECT_EQ(sql::EndAgentSessions(k91, {7}),
            "SELECT pg_terminate_backend(procpid) FROM pg_stat_activity "
            "WHERE procpid IN (7) AND strpos(application_name, 'eds/') = 1");
  EXPECT_EQ(sql::TryLock(-5), "SELECT pg_try_advisory_lock(-5)");
  EXPECT_EQ(sql::TrySharedLock(-5), "SELECT pg_try_advisory_lock_shared(-5)");
  EXPECT_EQ(sql::ShareLock(-5),
            "SELECT pg_advisory_lock_shared(-5); SELECT pg_advisory_unlock(-5)");
}

TEST(Sql, ListsWhatIsALetterAndThenTheInstallation) {
  EXPECT_EQ(sql::SelectObjects(Id("k7d2")),
            "SELECT 'database', datname FROM pg_database WHERE datname ~ '^[a-z]k7d2' "
            "UNION ALL SELECT 'role', rolname FROM pg_roles WHERE rolname ~ '^[a-z]k7d2'");
}

TEST(Sql, AsksWhatTheServerIs) {
  EXPECT_EQ(sql::SelectWritable(),
            "SELECT NOT pg_is_in_recovery() "
            "AND current_setting('default_transaction_read_only') = 'off'");
  EXPECT_EQ(sql::SelectIdentity(k96), "SELECT system_identifier FROM pg_control_system()");
  EXPECT_EQ(sql::SelectIdentity(k91),
            "SELECT encode(pg_read_binary_file('global/pg_control', 0, 8), 'hex')");
}

TEST(Sql, AsksWhatTheAdministratorMayDo) {
  EXPECT_EQ(sql::SelectAdministrator(k96),
            "SELECT quote_ident(rolname), rolsuper, rolcreatedb, rolcreaterole, rolinherit, "
            "pg_has_role(oid, 'pg_signal_backend', 'USAGE') "
            "FROM pg_roles WHERE rolname = current_user");
  EXPECT_EQ(sql::SelectAdministrator(k91),
            "SELECT quote_ident(rolname), rolsuper, rolcreatedb, rolcreaterole, rolinherit, "
            "rolsuper FROM pg_roles WHERE rolname = current_user");
}

TEST(Sql, EndsTheSessionsThatObstructAChangeOfARole) {
  const std::string ours =
      "AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL "
      "AND (NOT coalesce(r.rolsuper, false) "
      "OR (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = current_user))";
  EXPECT_EQ(sql::EndSessionsThatLockRole(kNewest, 16384),
            "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
            "LEFT JOIN pg_roles r ON r.oid = a.usesysid WHERE (r.rolname <> current_user "
            "AND a.pid IN (SELECT l.pid FROM pg_locks l WHERE l.locktype = 'object' "
            "AND l.classid = 'pg_authid'::regclass AND l.objid = 16384)) " +
                ours);
  EXPECT_EQ(sql::EndSessionsThatAlterRole(kNewest, kUser.name),
            "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
            "LEFT JOIN pg_roles r ON r.oid = a.usesysid WHERE (r.rolname = 'uada1' "
            "AND a.pid IN (SELECT l.pid FROM pg_locks l WHERE l.relation = 'pg_authid'::regclass "
            "AND l.mode = 'RowExclusiveLock')) " +
                ours);
}

TEST(Sql, BeginsSessionsOfTenantsWithoutTheTimeoutsThatAReleaseKnows) {
  EXPECT_EQ(k91.TenantSettings(), "-c statement_timeout=0");
  EXPECT_EQ(k96.TenantSettings(),
            "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0");
  EXPECT_EQ(kNewest.TenantSettings(),
            k96.TenantSettings() + " -c idle_session_timeout=0 -c transaction_timeout=0");
}

}  // namespace
}  // namespace eds
