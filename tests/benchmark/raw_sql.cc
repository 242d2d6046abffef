#include "tests/benchmark/raw_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "mysql_node/mysql_password.h"
#include "tests/benchmark/scram_verifier.h"

namespace eds::benchmark {
namespace {

constexpr char kSalt[] = "benchmarkbenchmarkbe";  // Of 20 bytes.

Secret VerifierOf(ServerProduct product, const Secret& password) {
  switch (product) {
    case ServerProduct::kPostgresql:
      return ScramVerifier(password, kSalt);
    case ServerProduct::kMariadb:
      return NativePasswordVerifier(password);
    case ServerProduct::kMysql:
      return CachingSha2Verifier(password, kSalt);
  }
  return Secret();
}

std::string Account(const std::string& user) { return absl::StrCat("'", user, "'@'%'"); }

}  // namespace

RawSql::RawSql(ServerProduct product, const Secret& password)
    : product_(product), verifier_(VerifierOf(product, password)) {}

std::string RawSql::CreateAccount(const std::string& user) const {
  const std::string& verifier = verifier_.Reveal();
  switch (product_) {
    case ServerProduct::kPostgresql:
      return absl::StrCat("CREATE ROLE ", user, " LOGIN PASSWORD '", verifier, "'");
    case ServerProduct::kMariadb:
      return absl::StrCat("CREATE USER ", Account(user),
                          " IDENTIFIED VIA mysql_native_password USING '", verifier, "'");
    case ServerProduct::kMysql:
      return absl::StrCat("CREATE USER ", Account(user),
                          " IDENTIFIED WITH caching_sha2_password AS '", verifier, "'");
  }
  return "";
}

std::string RawSql::Grant(const std::string& database, const std::string& user) const {
  return absl::StrCat("GRANT ", absl::StrJoin(AdminDatabasePrivileges(product_), ", "), " ON `",
                      database, "`.* TO ", Account(user));
}

Statements RawSql::CreateDatabase(const std::string& database, const std::string& role) const {
  if (is_postgresql()) {
    return {CreateAccount(role), absl::StrCat("CREATE DATABASE ", database),
            absl::StrCat("REVOKE CONNECT, TEMPORARY ON DATABASE ", database, " FROM PUBLIC")};
  }
  return {absl::StrCat("CREATE DATABASE ", database), CreateAccount(role), Grant(database, role)};
}

Statements RawSql::CreateUser(const std::string& user, const std::string& database,
                              const std::string& role) const {
  if (is_postgresql()) return {CreateAccount(user), absl::StrCat("GRANT ", role, " TO ", user)};
  return {CreateAccount(user), Grant(database, user)};
}

Statements RawSql::LetIn(const std::string& database, const std::string& role) const {
  if (!is_postgresql()) return {};
  return {absl::StrCat("GRANT CONNECT ON DATABASE ", database, " TO ", role)};
}

Statements RawSql::DropDatabase(const std::string& database, const std::string& role) const {
  Statements statements = DropUser(role);
  statements.insert(statements.begin(), absl::StrCat("DROP DATABASE IF EXISTS ", database));
  return statements;
}

Statements RawSql::DropUser(const std::string& user) const {
  if (is_postgresql()) return {absl::StrCat("DROP ROLE IF EXISTS ", user)};
  return {absl::StrCat("DROP USER IF EXISTS ", Account(user))};
}

std::string RawSql::ListDatabases() const {
  return is_postgresql() ? "SELECT datname FROM pg_catalog.pg_database" : "SHOW DATABASES";
}

}  // namespace eds::benchmark
