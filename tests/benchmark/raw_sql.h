#ifndef EDS_TESTS_BENCHMARK_RAW_SQL_H_
#define EDS_TESTS_BENCHMARK_RAW_SQL_H_

#include <string>
#include <vector>

#include "common/admin_grants.h"
#include "common/secret.h"

namespace eds::benchmark {

using Statements = std::vector<std::string>;

// The statements that somebody would type who wants what EDS gives: what EDS is compared
// with. Names are as long as those of EDS, and passwords are sent as verifiers, made
// beforehand, as EDS sends them. Pure functions of the product and the names.
class RawSql {
 public:
  RawSql(ServerProduct product, const Secret& password);

  // PostgreSQL: role, database, and nothing for PUBLIC. MySQL and MariaDB: database, user,
  // and the user's privileges on it. `role` is the name of that role, or user.
  Statements CreateDatabase(const std::string& database, const std::string& role) const;
  // A user of that database.
  Statements CreateUser(const std::string& user, const std::string& database,
                        const std::string& role) const;
  // So that the users of a database can be tried: on PostgreSQL they may not connect yet.
  Statements LetIn(const std::string& database, const std::string& role) const;

  Statements DropDatabase(const std::string& database, const std::string& role) const;
  Statements DropUser(const std::string& user) const;

  // Names the databases that there are.
  std::string ListDatabases() const;

 private:
  bool is_postgresql() const { return product_ == ServerProduct::kPostgresql; }
  // As in "CREATE USER x IDENTIFIED …".
  std::string CreateAccount(const std::string& user) const;
  std::string Grant(const std::string& database, const std::string& user) const;

  const ServerProduct product_;
  const Secret verifier_;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_RAW_SQL_H_
