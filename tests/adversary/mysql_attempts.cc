#include "tests/adversary/mysql_attempts.h"

#include <algorithm>
#include <iterator>

namespace eds {
namespace {

// A privilege on the server, a database, a table, a column or a routine is missing.
constexpr char kForbidden[] = "1044|1045|1142|1143|1227|1370";
// Or the grant is not one's own to give; or there is none to be seen.
constexpr char kNotGranted[] = "1044|1045|1141|1142|1227|1269|1410|1698|1873|1959|3523|3530";

void Append(std::vector<Attempt> more, std::vector<Attempt>& attempts) {
  std::move(more.begin(), more.end(), std::back_inserter(attempts));
}

}  // namespace

std::vector<Attempt> MysqlAttemptsOnAccounts(const Engine& engine) {
  std::vector<Attempt> attempts = {
      {"CreatesAnAccount", "CREATE USER intruder IDENTIFIED BY 'x'", kForbidden},
      {"CreatesARole", "CREATE ROLE intruder", kForbidden},
      {"DropsAnotherTenantsAccount", "DROP USER $victim_user", kForbidden},
      {"DropsTheAdministrator", "DROP USER $admin", kForbidden},
      {"RenamesAnotherTenantsAccount", "RENAME USER $victim_user TO intruder", kForbidden},
      {"RenamesItself", "RENAME USER $me TO intruder", kForbidden},
      {"SetsThePasswordOfAnotherTenant",
       "ALTER USER $victim_user IDENTIFIED BY 'longer-than-before-1'", kForbidden},
      {"SetsThePasswordOfTheAdministrator",
       "ALTER USER $admin IDENTIFIED BY 'longer-than-before-1'", kForbidden},
      {"SetsThePasswordOfRoot", "ALTER USER $root IDENTIFIED BY 'longer-than-before-1'",
       kForbidden},
      {"SetsThePasswordOfRootTheOldWay", "SET PASSWORD FOR $root = '*0123'", "1044|1045|1142|1227"},
      {"LiftsItsLimitOfConnections", "ALTER USER $me WITH MAX_USER_CONNECTIONS 0", kForbidden},
      {"LiftsItsLimitOfQueries", "ALTER USER $me WITH MAX_QUERIES_PER_HOUR 0", kForbidden},
      {"LogsInWithoutTls", "ALTER USER $me REQUIRE NONE", kForbidden},
      {"UnlocksItself", "ALTER USER $me ACCOUNT UNLOCK", kForbidden},
      {"LocksAnotherTenantOut", "ALTER USER $victim_user ACCOUNT LOCK", kForbidden},
      {"LocksTheAdministratorOut", "ALTER USER $admin ACCOUNT LOCK", kForbidden},
      {"PutsOffItsExpiry", "ALTER USER $me PASSWORD EXPIRE NEVER", kForbidden},
      {"GrantsItselfEverything", "GRANT ALL ON *.* TO $me", kNotGranted},
      {"GrantsItselfAnotherTenantsDatabase", "GRANT SELECT ON $victim_db.* TO $me", kNotGranted},
      {"GrantsItselfTheAccounts", "GRANT SELECT ON mysql.* TO $me", kNotGranted},
      {"GrantsItselfFiles", "GRANT FILE ON *.* TO $me", kNotGranted},
      {"MayGrantOn", "GRANT SELECT ON $db.* TO $me WITH GRANT OPTION", kNotGranted},
      {"LetsAnotherTenantIn", "GRANT SELECT ON $db.* TO $victim_user", kNotGranted},
      {"LetsAnotherTenantReadATable", "GRANT SELECT ON $db.shared TO $victim_user", kNotGranted},
      {"RevokesFromAnotherTenant", "REVOKE ALL ON $victim_db.* FROM $victim_user", kNotGranted},
      {"RevokesFromTheAdministrator", "REVOKE ALL PRIVILEGES, GRANT OPTION FROM $admin",
       kNotGranted},
      {"StandsInForTheAdministrator", "GRANT PROXY ON $admin TO $me", kNotGranted},
      {"TakesTheRoleOfTheAdministrator", "SET ROLE $admin", kNotGranted},
      {"TakesTheRoleOfRoot", "SET ROLE $root", kNotGranted},
      {"ReadsTheGrantsOfTheAdministrator", "SHOW GRANTS FOR $admin", kForbidden},
      {"ReadsTheGrantsOfAnotherTenant", "SHOW GRANTS FOR $victim_user", kForbidden},
      {"ReadsTheHashOfAnotherTenant", "SHOW CREATE USER $victim_user", kForbidden},
      {"ReadsHashes", "SELECT * FROM mysql.user", kForbidden},
      {"ReadsWhoMayDoWhat", "SELECT * FROM mysql.db", kForbidden},
      {"EditsWhoMayDoWhat", "UPDATE mysql.db SET Db = '%'", kForbidden},
      {"PutsATableBesideTheAccounts", "CREATE TABLE mysql.intruder (n INT)", kForbidden},
  };
  if (engine.name == "Mariadb") {
    Append({{"ReadsHashesWhereTheyAreKept", "SELECT * FROM mysql.global_priv", kForbidden},
            {"LetsEverybodyIn", "GRANT SELECT ON $db.* TO PUBLIC", "1044|1045|1064|1142|1227|1410"},
            {"LiftsItsLimitOfTime", "ALTER USER $me WITH MAX_STATEMENT_TIME 0", kForbidden}},
           attempts);
  } else {
    Append({{"KeepsItsOldPassword",
             "ALTER USER USER() IDENTIFIED BY 'another-one-1' RETAIN CURRENT PASSWORD", kForbidden},
            {"ForgetsFailedLogins", "ALTER USER $me FAILED_LOGIN_ATTEMPTS 0", kForbidden},
            {"SetsTheRolesOfAnotherTenant", "SET DEFAULT ROLE NONE TO $victim_user", kForbidden}},
           attempts);
  }
  return attempts;
}

std::vector<Attempt> MysqlAttemptsOnDatabases() {
  const std::vector<Role> no_owners = {Role::kReadWrite, Role::kReadOnly};
  const std::vector<Role> owners = {Role::kOwner};
  const std::vector<Role> readers = {Role::kReadOnly};
  return {
      {"CreatesADatabase", "CREATE DATABASE dintruder", kForbidden},
      {"CreatesADatabaseNamedAlmostLikeItsOwn", "CREATE DATABASE $dbx", kForbidden},
      {"DropsAnotherTenantsDatabase", "DROP DATABASE $victim_db", kForbidden},
      {"AltersAnotherTenantsDatabase", "ALTER DATABASE $victim_db CHARACTER SET latin1",
       kForbidden},
      {"UsesAnotherTenantsDatabase", "USE $victim_db", kForbidden},
      {"ListsAnotherTenantsTables", "SHOW TABLES FROM $victim_db", kForbidden},
      {"DescribesAnotherTenantsTable", "SHOW CREATE TABLE $victim_db.shared", kForbidden},
      {"ReadsAnotherTenantsTable", "SELECT * FROM $victim_db.shared", kForbidden},
      {"WritesToAnotherTenantsTable", "INSERT INTO $victim_db.shared VALUES (2)", kForbidden},
      {"EmptiesAnotherTenantsTable", "TRUNCATE TABLE $victim_db.shared", kForbidden},
      {"LocksAnotherTenantsTable", "LOCK TABLES $victim_db.shared READ", kForbidden},
      {"HandlesAnotherTenantsTable", "HANDLER $victim_db.shared OPEN", kForbidden},
      {"ExplainsAnotherTenantsTable", "EXPLAIN SELECT * FROM $victim_db.shared", kForbidden},
      {"ChecksAnotherTenantsTable", "CHECKSUM TABLE $victim_db.shared", kForbidden},
      {"CreatesATableAtAnotherTenants", "CREATE TABLE $victim_db.intruder (n INT)", kForbidden},
      {"CreatesARoutineAtAnotherTenants", "CREATE PROCEDURE $victim_db.intruder() SELECT 1",
       kForbidden},
      {"CreatesAnEventAtAnotherTenants",
       "CREATE EVENT $victim_db.intruder ON SCHEDULE EVERY 1 DAY DO SELECT 1", kForbidden},
      {"CreatesATriggerAtAnotherTenants",
       "CREATE TRIGGER $victim_db.intruder BEFORE INSERT ON $victim_db.shared FOR EACH ROW "
       "SET NEW.n = 0",
       kForbidden},
      {"LooksThroughAViewAtAnotherTenant",
       "CREATE VIEW intruder AS SELECT * FROM $victim_db.shared", kForbidden, owners},
      {"MergesAnotherTenantsTable",
       "CREATE TABLE intruder (n INT) ENGINE=MERGE UNION=($victim_db.shared)", kForbidden, owners},
      {"RefersToAnotherTenantsTable",
       "CREATE TABLE intruder (n INT, FOREIGN KEY (n) REFERENCES $victim_db.shared (n))",
       kForbidden, owners},
      {"CopiesAnotherTenantsTable", "CREATE TABLE intruder LIKE $victim_db.shared", kForbidden,
       owners},
      {"MovesItsTableToAnotherTenant", "RENAME TABLE shared TO $victim_db.intruder", kForbidden,
       owners},
      {"TakesAnotherTenantsTable", "RENAME TABLE $victim_db.shared TO intruder", kForbidden,
       owners},
      {"DefinesAViewAsRoot", "CREATE DEFINER=$root VIEW intruder AS SELECT 1", kForbidden, owners},
      {"DefinesARoutineAsTheAdministrator",
       "CREATE DEFINER=$admin PROCEDURE intruder() SELECT * FROM mysql.user", kForbidden, owners},
      {"DefinesAnEventAsTheAdministrator",
       "CREATE DEFINER=$admin EVENT intruder ON SCHEDULE EVERY 1 DAY DO SELECT 1", kForbidden,
       owners},
      {"DefinesATriggerAsAnotherTenant",
       "CREATE DEFINER=$victim_user TRIGGER intruder BEFORE INSERT ON shared FOR EACH ROW "
       "SET NEW.n = 0",
       kForbidden, owners},
      {"DefinesAViewAsItsColleague", "CREATE DEFINER=$victim_user VIEW intruder AS SELECT 1",
       kForbidden, owners},
      {"CreatesATable", "CREATE TABLE intruder (n INT)", kForbidden, no_owners},
      {"DropsATable", "DROP TABLE shared", kForbidden, no_owners},
      {"AltersATable", "ALTER TABLE shared ADD COLUMN m INT", kForbidden, no_owners},
      {"EmptiesATable", "TRUNCATE TABLE shared", kForbidden, no_owners},
      {"AddsAnIndex", "CREATE INDEX intruder ON shared (n)", kForbidden, no_owners},
      {"AddsATrigger", "CREATE TRIGGER intruder BEFORE INSERT ON shared FOR EACH ROW SET NEW.n = 0",
       kForbidden, no_owners},
      {"AddsAnEvent", "CREATE EVENT intruder ON SCHEDULE EVERY 1 DAY DO SELECT 1", kForbidden,
       no_owners},
      {"AddsAView", "CREATE VIEW intruder AS SELECT 1", kForbidden, no_owners},
      {"AddsARoutine", "CREATE PROCEDURE intruder() SELECT 1", kForbidden, no_owners},
      {"DropsItsDatabase", "DROP DATABASE $db", kForbidden, no_owners},
      {"WritesAsAReader", "INSERT INTO shared VALUES (2)", kForbidden, readers},
      {"DeletesAsAReader", "DELETE FROM shared", kForbidden, readers},
      {"LocksATableAsAReader", "LOCK TABLES shared READ", kForbidden, readers},
      {"FillsTheDiskAsAReader", "CREATE TEMPORARY TABLE intruder (n INT)", kForbidden, readers},
  };
}

std::vector<Attempt> MysqlAttemptsOnTheServer(const Engine& engine) {
  std::vector<Attempt> attempts = {
      {"EndsTheAdministratorsSession", "KILL $admin_session", "1094|1095"},
      {"EndsAnotherTenantsSession", "KILL $victim_session", "1094|1095"},
      {"CancelsAnotherTenantsStatement", "KILL QUERY $victim_session", "1094|1095"},
      {"ReadsAFileIntoATable", "LOAD DATA INFILE '/etc/hostname' INTO TABLE shared", kForbidden},
      {"WritesAFile", "SELECT 1 INTO OUTFILE '/tmp/intruder'", kForbidden},
      {"DumpsAFile", "SELECT 1 INTO DUMPFILE '/tmp/intruder'", kForbidden},
      {"ChangesTheServersSettings", "SET GLOBAL max_connections = 1", kForbidden},
      {"MakesTheServerReadOnly", "SET GLOBAL read_only = 1", kForbidden},
      {"SilencesTheLog", "SET SESSION sql_log_off = 1", kForbidden},
      {"SilencesTheBinaryLog", "SET SESSION sql_log_bin = 0", kForbidden},
      {"LogsStatementsOfOthers", "SET GLOBAL general_log = 1", kForbidden},
      {"LetsClientsReadFiles", "SET GLOBAL local_infile = 1", kForbidden},
      {"StopsTheWorld", "FLUSH TABLES WITH READ LOCK", kForbidden},
      {"FlushesThePrivileges", "FLUSH PRIVILEGES", kForbidden},
      {"FlushesTheLogs", "FLUSH LOGS", kForbidden},
      {"ShutsTheServerDown", "SHUTDOWN", kForbidden},
      {"PurgesTheBinaryLogs", "PURGE BINARY LOGS BEFORE NOW()", kForbidden},
      {"ListsTheBinaryLogs", "SHOW BINARY LOGS", kForbidden},
      {"ReadsStatementsInTheBinaryLog", "SHOW BINLOG EVENTS", kForbidden},
      {"InstallsAPlugin", "INSTALL PLUGIN intruder SONAME 'intruder.so'", kForbidden},
      {"UninstallsAPlugin", "UNINSTALL PLUGIN InnoDB", kForbidden},
      {"LoadsNativeCode", "CREATE FUNCTION intruder RETURNS STRING SONAME 'intruder.so'",
       kForbidden},
      {"KnowsAnotherServer",
       "CREATE SERVER intruder FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1')", kForbidden},
      {"ReadsInnardsOfTheStorage", "SELECT * FROM information_schema.INNODB_METRICS", kForbidden},
      {"ReadsWhoWaitsForWhom", "SELECT * FROM information_schema.INNODB_TRX", kForbidden},
      {"ReadsTheStateOfTheStorage", "SHOW ENGINE INNODB STATUS", kForbidden},
      {"ReadsStatementsOfOthers", "SELECT * FROM performance_schema.events_statements_current",
       kForbidden},
      {"ReadsWhoIsThere", "SELECT * FROM performance_schema.accounts", kForbidden},
      {"ReadsLocksOfOthers", "SELECT * FROM performance_schema.metadata_locks", kForbidden},
      {"ReadsVariablesOfOthers", "SELECT * FROM performance_schema.user_variables_by_thread",
       kForbidden},
      {"ReadsStatementsThroughTheSysSchema", "SELECT * FROM sys.session", kForbidden},
  };
  if (engine.name == "Mariadb") {
    Append({{"BecomesAReplica", "CHANGE MASTER TO MASTER_HOST='127.0.0.1'", kForbidden},
            {"StagesABackup", "BACKUP STAGE START", kForbidden},
            {"ReadsTheStateOfReplication", "SHOW SLAVE STATUS", kForbidden}},
           attempts);
  } else {
    Append({{"BecomesAReplica", "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1'", kForbidden},
            {"ChangesTheServersSettingsForGood", "SET PERSIST max_connections = 1", kForbidden},
            {"ClonesTheServer", "CLONE LOCAL DATA DIRECTORY = '/tmp/intruder'", kForbidden},
            {"RestartsTheServer", "RESTART", kForbidden},
            {"LocksForABackup", "LOCK INSTANCE FOR BACKUP", kForbidden},
            {"ListsPreparedTransactions", "XA RECOVER", "1401|1227"},
            {"CreatesATablespace", "CREATE TABLESPACE intruder ADD DATAFILE 'intruder.ibd'",
             kForbidden},
            {"RaisesItsPriority", "CREATE RESOURCE GROUP intruder TYPE=USER", kForbidden},
            {"ReadsTheErrorLog", "SELECT * FROM performance_schema.error_log", kForbidden}},
           attempts);
  }
  return attempts;
}

}  // namespace eds
