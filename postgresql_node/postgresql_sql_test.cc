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

TEST(Sql, SetsASessionUpBeforeAnyNameIsLookedUp) {
  EXPECT_EQ(sql::SetUpSession(),
            "SET search_path = pg_catalog; SET ROLE NONE; SET client_min_messages = error; "
            "SET standard_conforming_strings = on; SET lock_timeout = '10s'");
  EXPECT_EQ(sql::SetUpTenantSession(),
            sql::SetUpSession() + "; SET default_transaction_read_only = off");
}

TEST(Sql, LimitsAStatementInWholeMillisecondsThatTheServerTakes) {
  EXPECT_EQ(sql::SetStatementTimeout(absl::Seconds(3)), "SET statement_timeout = 3000");
  // 0 would mean: no limit.
  EXPECT_EQ(sql::SetStatementTimeout(absl::Microseconds(1)), "SET statement_timeout = 1");
  EXPECT_EQ(sql::SetStatementTimeout(absl::InfiniteDuration()),
            "SET statement_timeout = 2147483647");
}

TEST(Sql, CreatesADatabase) {
  EXPECT_EQ(sql::CreateOwner(kDatabase.owner),
            "CREATE ROLE \"oshop1\" NOLOGIN; GRANT \"oshop1\" TO CURRENT_USER");
  EXPECT_EQ(sql::JoinRole(kDatabase.owner), "GRANT \"oshop1\" TO CURRENT_USER");
  EXPECT_EQ(sql::CreateDatabase(kDatabase),
            "CREATE DATABASE \"dshop1\" OWNER \"oshop1\" TEMPLATE template0 ENCODING 'UTF8'");
  EXPECT_EQ(sql::CloseToPublic(kDatabase.name), "REVOKE ALL ON DATABASE \"dshop1\" FROM PUBLIC");
  EXPECT_EQ(sql::SelectDatabase(kDatabase.name),
            "SELECT datallowconn AND datconnlimit = -1, datconnlimit = -2 FROM pg_database "
            "WHERE datname = 'dshop1'");
  EXPECT_EQ(sql::AllowConnections(kDatabase.name),
            "ALTER DATABASE \"dshop1\" ALLOW_CONNECTIONS true CONNECTION LIMIT -1");
}

TEST(Sql, DropsADatabase) {
  EXPECT_EQ(sql::ForbidConnections(kDatabase.name),
            "ALTER DATABASE \"dshop1\" ALLOW_CONNECTIONS false");
  EXPECT_EQ(sql::EndSessionsOfDatabase(kDatabase.name),
            "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
            "LEFT JOIN pg_roles r ON r.oid = a.usesysid "
            "WHERE a.datname = 'dshop1' AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL "
            "AND (NOT coalesce(r.rolsuper, false) "
            "OR (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = current_user))");
  EXPECT_EQ(sql::DropDatabase(kDatabase.name), "DROP DATABASE IF EXISTS \"dshop1\"");
}

TEST(Sql, CreatesAUserThatActsAsTheOwnerOfItsDatabase) {
  EXPECT_EQ(sql::CreateUser(kUser, Verifier()),
            "CREATE ROLE \"uada1\" LOGIN NOINHERIT PASSWORD '" + kVerifierText +
                "' IN ROLE \"oshop1\"; "
                "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET role TO 'oshop1'; "
                "GRANT CONNECT, TEMPORARY ON DATABASE \"dshop1\" TO \"uada1\"");
}

TEST(Sql, GivesAUserThatExistsWhatANewOneGets) {
  EXPECT_EQ(sql::CompleteUser(kUser, Verifier()),
            "ALTER ROLE \"uada1\" LOGIN NOINHERIT CONNECTION LIMIT -1 PASSWORD '" + kVerifierText +
                "' VALID UNTIL 'infinity'; GRANT \"oshop1\" TO \"uada1\"; "
                "ALTER ROLE \"uada1\" IN DATABASE \"dshop1\" SET role TO 'oshop1'; "
                "GRANT CONNECT, TEMPORARY ON DATABASE \"dshop1\" TO \"uada1\"");
}

TEST(Sql, SetsAPasswordAndNothingElse) {
  EXPECT_EQ(sql::SetPassword(kUser.name, Verifier()),
            "ALTER ROLE \"uada1\" PASSWORD '" + kVerifierText + "'");
}

TEST(Sql, LocksAUser) {
  EXPECT_EQ(sql::LockUser(kUser.name), "ALTER ROLE \"uada1\" NOLOGIN");
  EXPECT_EQ(sql::EndSessionsOfRole(16384),
            "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
            "LEFT JOIN pg_roles r ON r.oid = a.usesysid "
            "WHERE a.usesysid = 16384 AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL "
            "AND (NOT coalesce(r.rolsuper, false) "
            "OR (SELECT me.rolsuper FROM pg_roles me WHERE me.rolname = current_user))");
}

TEST(Sql, DropsAUserAndHandsOverWhatItOwns) {
  EXPECT_EQ(sql::SelectRole(kUser.name), "SELECT oid FROM pg_roles WHERE rolname = 'uada1'");
  EXPECT_EQ(sql::SelectDependencies(16384),
            "SELECT coalesce(d.datname, ''), count(*) FILTER (WHERE s.deptype = 'o') "
            "FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid "
            "WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = 16384 "
            "GROUP BY 1 ORDER BY 1");
  EXPECT_EQ(sql::SelectOwnedObjects(16384),
            "SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend "
            "WHERE refclassid = 'pg_authid'::regclass AND refobjid = 16384 AND deptype = 'o' "
            "AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) "
            "ORDER BY 1 LIMIT 20");
  EXPECT_EQ(sql::AllowOwner(kDatabase), "GRANT CONNECT ON DATABASE \"dshop1\" TO \"oshop1\"");
  EXPECT_EQ(sql::HandOver(kUser.name, kDatabase.owner),
            "GRANT \"uada1\" TO CURRENT_USER; REASSIGN OWNED BY \"uada1\" TO \"oshop1\"; "
            "DROP OWNED BY \"uada1\"");
  EXPECT_EQ(sql::DropOwned(kUser.name), "GRANT \"uada1\" TO CURRENT_USER; DROP OWNED BY \"uada1\"");
  EXPECT_EQ(sql::DropRole(kUser.name), "DROP ROLE IF EXISTS \"uada1\"");
}

TEST(Sql, TellsAgentsApart) {
  EXPECT_EQ(sql::SelectAgentSessions(-5),
            "SELECT a.pid, a.application_name, r.rolname, coalesce(a.datname, ''), "
            "l.pid IS NOT NULL, me.rolsuper OR NOT r.rolsuper "
            "FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid "
            "JOIN pg_roles me ON me.rolname = current_user "
            "LEFT JOIN (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid = '4294967295'::oid AND objid = '4294967291'::oid AND objsubid = 1) l "
            "ON l.pid = a.pid "
            "WHERE a.pid <> pg_backend_pid() AND (r.oid = me.oid OR r.rolsuper OR r.rolcreaterole) "
            "AND (l.pid IS NOT NULL OR strpos(a.application_name, 'eds/') = 1)");
  EXPECT_EQ(sql::EndAgentSessions({7, 8}),
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid IN (7, 8) AND strpos(application_name, 'eds/') = 1");
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
  EXPECT_EQ(sql::SelectIdentity(), "SELECT system_identifier FROM pg_control_system()");
}

TEST(Sql, AsksWhatTheAdministratorMayDo) {
  EXPECT_EQ(sql::SelectAdministrator(),
            "SELECT quote_ident(rolname), rolsuper, rolcreatedb, rolcreaterole, rolinherit, "
            "pg_has_role(oid, 'pg_signal_backend', 'USAGE') "
            "FROM pg_roles WHERE rolname = current_user");
}

}  // namespace
}  // namespace eds
