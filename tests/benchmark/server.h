#ifndef EDS_TESTS_BENCHMARK_SERVER_H_
#define EDS_TESTS_BENCHMARK_SERVER_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "common/admin_grants.h"
#include "tests/benchmark/raw_sql.h"
#include "tests/fixtures/private_server.h"
#include "tests/fixtures/sql_session.h"

namespace eds::benchmark {

// A server that somebody else runs, and the least privileged administrator to use.
struct GivenServer {
  std::string engine;
  Login admin;
};

// The server that a measurement runs on, and what raw SQL needs to do there. Both sides use
// the same administrator. Thread-safe.
class Server {
 public:
  // "postgresql", "mysql" and "mariadb".
  static std::vector<std::string> Engines();

  // A private one, which writes to disk as safely as its makers have it do by default.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& engine);
  static std::unique_ptr<Server> Take(const GivenServer& given);

  const std::string& engine() const { return engine_; }
  // Of its node: "mysql" or "postgresql".
  std::string kind() const { return engine_ == "postgresql" ? engine_ : "mysql"; }
  const Login& admin() const { return admin_; }
  const RawSql& sql() const { return sql_; }
  const Secret& user_password() const { return user_password_; }

  // Its main process; nullopt if it is not ours.
  absl::optional<pid_t> pid() const;

  absl::StatusOr<std::unique_ptr<SqlSession>> Open(const Login& login) const;
  absl::StatusOr<std::unique_ptr<SqlSession>> OpenAsAdmin() const { return Open(admin_); }

  // Its version, and how it writes to disk: name and value.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Settings() const;

  // OK if all of these databases are there.
  absl::Status CheckDatabases(const std::vector<std::string>& names) const;
  // OK if the login works in its database.
  absl::Status CheckLogin(const Login& login) const;

 private:
  Server(std::string engine, std::unique_ptr<PrivateServer> ours, Login admin);

  const std::string engine_;
  const std::unique_ptr<PrivateServer> ours_;
  const Login admin_;
  const Secret user_password_;
  const RawSql sql_;
};

// Runs statements until one fails.
absl::Status RunAll(SqlSession& session, const Statements& statements);

// A name of the same form and length as those of EDS.
std::string NewName(char letter);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_SERVER_H_
