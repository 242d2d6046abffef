#ifndef EDS_NODE_DATABASE_SERVER_H_
#define EDS_NODE_DATABASE_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/identifier.h"
#include "common/secret.h"
#include "node/tls_options.h"

namespace eds {

// What entitles an agent to work on a server; see Welcome.epoch.
struct ServerClaim {
  std::string installation;  // Empty: no claim is made.
  std::string node;
  int64_t epoch = 0;
  Secret key = {};  // Names its locks, so that nobody else can hold them: see Welcome.claim_key.

  // What its locks are named by. Without a key, the id of the installation.
  const std::string& lock_name() const { return key.empty() ? installation : key.Reveal(); }
};

// How to reach and administer a server. Validated by ParseServerConfig.
struct ServerConfig {
  std::vector<std::string> hosts;  // Tried in order. At least one. IPv6 without brackets.
  int port = 0;
  std::string user;
  Secret password;
  absl::optional<Secret> next_password = {};  // May work in its place: it is being changed.
  int pool_size = 4;                          // Connections kept at the most.
  absl::Duration connect_timeout = absl::Seconds(5);
  ServerClaim claim = {};
  TlsOptions tls = {};
};

// A server as it describes itself.
struct ServerInfo {
  std::string flavour;   // "MySQL", "MariaDB" or "PostgreSQL".
  std::string version;   // As in "10.11.14".
  std::string identity;  // Tells it from any other server; stays when its address changes.
  std::string address;   // `host:port` of those configured that is in use.
};

// See eds.v1.DatabaseOptions. Those of another engine are empty.
struct DatabaseOptions {
  std::string character_set;
  std::string collation;
  std::string encoding;
  std::string locale;
  std::vector<std::string> extensions;
  int connection_limit = 0;  // 0: none.
};

struct DatabaseSpec {
  Identifier name;
  Identifier owner;  // Group role that owns it. Engines without roles ignore it.
  DatabaseOptions options = {};
};

// What a user may do in its database; see eds.v1.User.
enum class Role { kOwner, kReadWrite, kReadOnly };

// See eds.v1.UserOptions. Those of another engine are not set.
struct UserOptions {
  int connection_limit = 0;  // 0: none.
  bool require_tls = false;
  absl::Duration statement_timeout = absl::ZeroDuration();  // Zero: none.
};

struct UserSpec {
  Identifier name;
  DatabaseSpec database;  // The one that it may use.
  Role role = Role::kOwner;
  UserOptions options = {};
  bool has_second_password = false;  // For its inspection: it is to have two at the moment.
};

// Of a login made ahead, in the database that it is to be let in to.
enum class Rights { kNone, kGranted };

struct Inventory {
  std::vector<std::string> databases;
  std::vector<std::string> users;  // And roles.
};

// How an object differs from what the step that made it leaves.
struct Deviation {
  bool missing = false;  // It is not there. Then there is no other deviation.
  std::string detail;    // One line.
  std::string remedy;    // Statement that takes away what is too much. Empty: something is
                         // lacking, and a repeat of the step mends it.
};

struct Finding {
  enum class Severity { kOk, kWarning, kError };
  Severity severity;
  std::string check;   // As in "privileges".
  std::string detail;  // One line.
  std::string remedy;  // One line; empty if nothing is to be done.
};

// The administrative side of one external database server.
//
// Obeys and remembers nothing: which objects should exist is the controller's
// business. Each method is one step that either happened or did not, and may be
// repeated. Thread-safe; calls beyond the pool's size wait for a connection.
// Besides the errors named below, every method may return, each with a Reason:
//   kUnavailable         kServerUnreachable: it cannot be reached, or dropped the
//                        connection;
//   kDeadlineExceeded    kServerTimeout: it did not answer before `deadline`; the
//                        statement has been cancelled on the server where possible;
//   kFailedPrecondition  kAdminLoginRefused, kServerTlsFailed, kAdminPrivilegeMissing
//                        (naming it) or kServerReadOnly: somebody must mend it; nothing
//                        happened;
//   kResourceExhausted   kServerOverloaded: it is out of connections or disk;
//   kInternal            kServerError: anything else, with the server's own code in
//                        the metadata under "native_code".
// After kUnavailable, kDeadlineExceeded and kInternal the step may have happened.
class DatabaseServer {
 public:
  virtual ~DatabaseServer() = default;

  // Asks the server who it is, on a live connection: also the check of its health.
  virtual absl::StatusOr<ServerInfo> Probe(absl::Time deadline) = 0;

  // OK if it exists already: a name of ours is never anybody else's. What it lacks of its
  // extensions and its connection limit is added then. kFailedPrecondition
  // (kOptionUnsupported) if the server has no such character set and so on.
  virtual absl::Status CreateDatabase(const DatabaseSpec& database, absl::Time deadline) = 0;

  // Makes a database that somebody else created one of ours: afterwards it is as
  // CreateDatabase leaves it, with its content. OK if it is ours already. kNotFound
  // (kDatabaseNotFound); kFailedPrecondition (kOwnerMismatch, saying whose it is) if it
  // does not belong to `expected_owner`, see eds.v1.AdoptDatabaseRequest, or if taking
  // it from there would harm what is not ours. After either of these codes, whatever the
  // reason, nothing was changed.
  virtual absl::Status AdoptDatabase(const DatabaseSpec& database,
                                     const std::string& expected_owner, absl::Time deadline) = 0;

  // Ends the sessions open on it, then drops it and its owner role. OK if it is
  // already gone.
  virtual absl::Status DropDatabase(const DatabaseSpec& database, absl::Time deadline) = 0;

  // Afterwards the user exists, is not locked, can do what its role allows with what is
  // in its database now and later, whoever makes it, and logs in with `passwords`. What
  // it lacked is added if it exists already. kNotFound (kDatabaseNotFound) if its database
  // is missing; kFailedPrecondition (kOptionUnsupported) if this release of the server
  // lacks what an option or a second password needs.
  virtual absl::Status CreateUser(const UserSpec& user, const Passwords& passwords,
                                  absl::Time deadline) = 0;

  // Makes a login that nobody can use until AdmitUser lets it in, with `password`, and with
  // an owner's rights in `database` if there is one. OK if it exists: afterwards it is
  // locked, and has the password. kNotFound (kDatabaseNotFound), and nothing was done, if
  // there is to be one and it is missing.
  virtual absl::Status PrepareUser(const Identifier& user,
                                   const absl::optional<DatabaseSpec>& database,
                                   const Secret& password, absl::Time deadline) = 0;

  // Lets in a login that PrepareUser made: afterwards it is as CreateUser leaves it, with the
  // password it has. `rights`: whether PrepareUser gave it those in this database, which is not
  // looked for then; its role must be kOwner. kNotFound (kUserNotFound), and nothing was
  // done, if it is missing; else as CreateUser, and it stays locked.
  virtual absl::Status AdmitUser(const UserSpec& user, Rights rights, absl::Time deadline) = 0;

  // kNotFound (kUserNotFound) if it is missing; kFailedPrecondition (kOptionUnsupported)
  // as above.
  virtual absl::Status SetUserPassword(const Identifier& user, const Passwords& passwords,
                                       absl::Time deadline) = 0;

  // Afterwards it cannot log in, and has no session. OK if it is gone.
  virtual absl::Status LockUser(const Identifier& user, absl::Time deadline) = 0;

  // Locks it, hands over what it owns in any database to that database's owner, never to
  // one with more rights, and drops it. `database`: the one that it may use, if any. OK if it
  // is already gone. kFailedPrecondition (kUserOwnsObjects, with a PreconditionFailure that
  // names them) if something cannot be handed over; it stays locked.
  virtual absl::Status DropUser(const Identifier& user,
                                const absl::optional<DatabaseSpec>& database,
                                absl::Time deadline) = 0;
  absl::Status DropUser(const UserSpec& user, absl::Time deadline) {
    return DropUser(user.name, user.database, deadline);
  }

  // Gives the administrator's own account ServerConfig.next_password: new logins use it,
  // open sessions go on. OK if it has it already. kFailedPrecondition: kNodeNotConfigured if
  // there is none; kAdminPasswordNotChangeable if the account logs in by other means.
  virtual absl::Status SetAdminPassword(absl::Time deadline) = 0;

  // The databases, users and roles whose names are a letter followed by `installation`.
  virtual absl::StatusOr<Inventory> ListObjects(const Identifier& installation,
                                                absl::Time deadline) = 0;

  // How the object differs from what CreateDatabase, or CreateUser (the password aside),
  // leaves. Empty: not at all.
  virtual absl::StatusOr<std::vector<Deviation>> InspectDatabase(const DatabaseSpec& database,
                                                                 absl::Time deadline) = 0;
  virtual absl::StatusOr<std::vector<Deviation>> InspectUser(const UserSpec& user,
                                                             absl::Time deadline) = 0;

  // What could keep the work of EDS from succeeding on it.
  virtual std::vector<Finding> Diagnose(absl::Time deadline) = 0;
};

// Connects to the first of `config.hosts` that can be written to, checks its version and
// the administrator's privileges, then claims it for `config.claim`: no other agent of
// that installation works on it from then on. One of the same node that claimed it with
// a lower epoch has lost it: its sessions are ended, and it opens no others. Besides the errors of
// DatabaseServer: kFailedPrecondition, kServerTooOld, kServerMismatch (not a server of this engine)
// or kServerClaimed (by another node, or with a higher epoch), which steps answer as well once the
// claim is lost.
using DatabaseServerOpener = std::function<absl::StatusOr<std::unique_ptr<DatabaseServer>>(
    const ServerConfig& config, absl::Time deadline)>;

}  // namespace eds

#endif  // EDS_NODE_DATABASE_SERVER_H_
