#ifndef EDS_TESTS_CONTRACT_DATABASE_SERVER_UNDER_TEST_H_
#define EDS_TESTS_CONTRACT_DATABASE_SERVER_UNDER_TEST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/identifier.h"
#include "common/secret.h"
#include "node/database_server.h"

namespace eds {

// What an application does in its session.
class ClientSession {
 public:
  virtual ~ClientSession() = default;

  // UNAVAILABLE if the session has been ended.
  virtual absl::Status Ping() = 0;
  virtual absl::Status CreateTable(const std::string& table) = 0;
  virtual absl::Status DropTable(const std::string& table) = 0;
  virtual absl::Status CreateView(const std::string& view, const std::string& table) = 0;
  virtual absl::Status Insert(const std::string& table) = 0;
  virtual absl::StatusOr<int64_t> Count(const std::string& table) = 0;
  // One statement that takes so long.
  virtual absl::Status Sleep(absl::Duration duration) = 0;
  // What a user must not do.
  virtual absl::Status CreateDatabase(const std::string& database) = 0;
};

// A server for the contract suite, with an implementation of DatabaseServer that
// administers it, and the ways around that implementation.
class DatabaseServerUnderTest {
 public:
  virtual ~DatabaseServerUnderTest() = default;

  // How the administrator reaches it, now.
  virtual ServerConfig config() = 0;
  virtual absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const ServerConfig& config,
                                                               absl::Time deadline) = 0;

  // UNAUTHENTICATED if the server refuses the login.
  virtual absl::StatusOr<std::unique_ptr<ClientSession>> LogIn(const Identifier& user,
                                                               const Secret& password,
                                                               const Identifier& database) = 0;

  // Whether databases have owner roles.
  virtual bool has_owner_roles() const = 0;
  // Whether the administrator cannot keep a user of whatever role from creating tables.
  virtual bool lets_everybody_create() const = 0;
  // Whether a user can have two passwords at once.
  virtual bool knows_two_passwords() const = 0;
  // Whether it ends statements that take too long.
  virtual bool has_statement_timeouts() const = 0;
  // Every option that a database can have, with values other than the defaults.
  virtual DatabaseOptions options() const = 0;
  // Each with one value that the server does not know.
  virtual std::vector<DatabaseOptions> unknown_options() const = 0;

  // What a crash in the middle of a step leaves.
  virtual absl::Status CreateOwnerAlone(const DatabaseSpec& database) = 0;
  virtual absl::Status CreateUserAlone(const Identifier& user) = 0;
  virtual absl::Status DropDatabaseAlone(const DatabaseSpec& database) = 0;

  // What others do on the server: a database of `owner`'s, who is new and logs in with
  // `password` (answers what AdoptDatabase is to be told of the owner); a user locked; a
  // privilege beyond its database, given to a user; any statement, with all privileges.
  virtual absl::StatusOr<std::string> CreateForeignDatabase(const Identifier& database,
                                                            const Identifier& owner,
                                                            const Secret& password) = 0;
  virtual absl::Status LockAlone(const Identifier& user) = 0;
  virtual absl::Status GrantTooMuch(const Identifier& user) = 0;
  virtual absl::Status RunAlone(const std::string& statement) = 0;

  // Ends it as a crash would.
  virtual void Kill() = 0;
  // Also ends it first, in order, if it runs.
  virtual absl::Status Restart() = 0;
  // On another port.
  virtual absl::Status Move() = 0;
  // Answers nothing, though its port stays open; and goes on.
  virtual void Freeze() = 0;
  virtual void Thaw() = 0;
  virtual absl::Status SetReadOnly(bool read_only) = 0;

  // An administrator that the server lets in, and that may do nothing.
  virtual absl::StatusOr<ServerConfig> PowerlessAdmin() = 0;

  // Another administrator of its own, who may do all that is needed.
  virtual absl::StatusOr<ServerConfig> AnotherAdmin() = 0;
  // Drops it: it may stand in the way of others' work.
  virtual absl::Status DropAdmin(const std::string& user) = 0;

  // Another server, of the same kind.
  virtual absl::StatusOr<std::unique_ptr<DatabaseServerUnderTest>> StartAnother() = 0;

  virtual std::string ReadLogs() = 0;
};

}  // namespace eds

#endif  // EDS_TESTS_CONTRACT_DATABASE_SERVER_UNDER_TEST_H_
