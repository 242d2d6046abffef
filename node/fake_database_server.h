#ifndef EDS_NODE_FAKE_DATABASE_SERVER_H_
#define EDS_NODE_FAKE_DATABASE_SERVER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/secret.h"
#include "node/database_server.h"

namespace eds {

// A database server in memory, for tests and simulation, with an owner role for
// each database as PostgreSQL has. Starts no thread and never waits. It keeps its
// objects over Stop and Start; sessions and claims end. Thread-safe.
class FakeDatabaseServer {
 public:
  enum class Step {
    kOpen,
    kProbe,
    kCreateDatabase,
    kAdoptDatabase,
    kDropDatabase,
    kCreateUser,
    kPrepareUser,
    kAdmitUser,
    kSetUserPassword,
    kLockUser,
    kDropUser,
    kSetAdminPassword,
    kListObjects,
    kInspectDatabase,
    kInspectUser,
    kDiagnose,
  };
  enum class Effect { kNone, kHappened };

  // Lets in the administrator of `config`, at each of its hosts, on any port.
  // `clock` must outlive the server.
  FakeDatabaseServer(Clock& clock, ServerConfig config);

  FakeDatabaseServer(const FakeDatabaseServer&) = delete;
  FakeDatabaseServer& operator=(const FakeDatabaseServer&) = delete;

  // A DatabaseServerOpener. This server must outlive what it answers.
  absl::StatusOr<std::unique_ptr<DatabaseServer>> Open(const ServerConfig& config,
                                                       absl::Time deadline);

  // The next such step that is not told to fail yet answers `status`: instead of
  // taking effect, or although it did (the reply is lost). Diagnose has no status.
  void FailNext(Step step, absl::Status status, Effect effect = Effect::kNone);

  // Calls `hook`, which may wait, at the beginning of each step from now on.
  void OnStep(std::function<void(Step)> hook);

  void Stop();
  void Start();
  void SetReadOnly(bool read_only);
  void SetInfo(ServerInfo info);
  // For a user that DropUser then cannot drop.
  void SetOwnedObject(const std::string& user, const std::string& object);
  // What a crash in the middle of a step leaves.
  void CreateOwnerAlone(const DatabaseSpec& database);
  void CreateUserAlone(const Identifier& user);
  void DropDatabaseAlone(const DatabaseSpec& database);

  // What others do on the server: a database of their own, whose owner logs in with
  // `password` if there is one; a privilege too many for a user; a user locked; what the
  // remedy of a Deviation says.
  void CreateForeignDatabase(const std::string& name, const std::string& owner,
                             const Secret& password = Secret());
  void AddAdministrator(const std::string& user, const Secret& password);
  void GrantTooMuch(const std::string& user, const std::string& privilege);
  void LockAlone(const Identifier& user);
  void RunRemedy(const std::string& remedy);

  // What is there.
  bool HasDatabase(const std::string& name) const;
  bool HasUser(const std::string& name) const;
  bool HasOpenLogins(const std::string& database) const;  // Users who are not locked.
  bool IsOpen(const std::string& user) const;             // It has a password, and is not locked.
  bool CanLogIn(const std::string& user, const Secret& password, const std::string& database) const;
  Inventory Everything() const;
  bool IsRunning() const;
  int64_t steps() const;                                   // Begun so far.
  bool LetsAdministratorIn(const Secret& password) const;  // The first of them.

  // An application's session. UNAUTHENTICATED if it cannot log in, RESOURCE_EXHAUSTED if a
  // limit of sessions is reached.
  absl::StatusOr<int64_t> LogIn(const std::string& user, const Secret& password,
                                const std::string& database);
  void LogOut(int64_t session);
  // What the session does. UNAVAILABLE if it has been ended, PERMISSION_DENIED if the
  // user's role does not allow it.
  absl::Status Ping(int64_t session);
  absl::Status CreateTable(int64_t session, const std::string& table);
  absl::Status DropTable(int64_t session, const std::string& table);
  absl::Status Insert(int64_t session, const std::string& table);
  absl::StatusOr<int64_t> Count(int64_t session, const std::string& table);
  // Takes no time, but fails if the user's statements may not take so long.
  absl::Status Sleep(int64_t session, absl::Duration duration);

 private:
  class Administrator;

  struct Database {
    std::string owner;
    int connection_limit = 0;
    std::map<std::string, int64_t> tables = {};  // And how many rows each has.
  };
  struct User {
    std::string database;
    Passwords passwords = Secret();
    bool locked = false;
    Role role = Role::kOwner;
    UserOptions options = {};
    std::set<std::string> excess = {};  // Privileges that it should not have.
    std::string owned_object = {};      // That cannot be handed over; empty: none.
  };
  struct Session {
    std::string user;
    std::string database;
  };
  // Who works for an installation.
  struct Holder {
    std::string node;
    int64_t epoch = 0;
    std::set<const Administrator*> administrators;
  };
  struct Failure {
    absl::Status status;
    Effect effect;
  };
  using Action = std::function<absl::Status()>;

  // Runs `action` with mutex_ held, unless a failure is due.
  absl::Status Take(Step step, absl::Time deadline, const Action& action);
  // Makes `administrator` the one that works for the installation of `claim`, or one of
  // those that do: kServerClaimed if another node or a later agent does.
  absl::Status TakeClaim(const ServerClaim& claim, const Administrator& administrator)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveUpClaim(const ServerClaim& claim, const Administrator& administrator);
  absl::Status CheckReachable(absl::Time deadline) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckWritable() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckMay(int64_t session, const std::set<Role>& roles)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Database*> DatabaseOf(int64_t session) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Admits(const std::string& user, const Secret& password, const std::string& database) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<Deviation> Inspect(const DatabaseSpec& database) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<Deviation> Inspect(const UserSpec& user) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndSessions(const std::function<bool(const Session&)>& which)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropTables(const std::string& database) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Ends the rights that `owner` has in `database`, as a user.
  void TakeFrom(const std::string& owner, const std::string& database)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Lock(const std::string& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Clock& clock_;
  const ServerConfig config_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Secret> admin_passwords_ ABSL_GUARDED_BY(mutex_);
  ServerInfo info_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = true;
  bool read_only_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void(Step)> hook_ ABSL_GUARDED_BY(mutex_);
  std::map<Step, std::deque<Failure>> failures_ ABSL_GUARDED_BY(mutex_);
  int64_t steps_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Database> databases_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> owners_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, User> users_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Holder> holders_ ABSL_GUARDED_BY(mutex_);  // By installation.
  std::map<int64_t, Session> sessions_ ABSL_GUARDED_BY(mutex_);
  int64_t last_session_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace eds

#endif  // EDS_NODE_FAKE_DATABASE_SERVER_H_
