#include "node/fake_database_server.h"

#include <iterator>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/identifier.h"
#include "common/status_macros.h"
#include "node/fake_administrator.h"

namespace eds {
namespace {

absl::Status Unreachable() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kServerUnreachable,
                   "the server cannot be reached: see that it runs");
}

absl::Status Precondition(Reason reason, absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message);
}

std::string RemedyFor(const std::string& privilege) { return absl::StrCat("REVOKE ", privilege); }

}  // namespace

FakeDatabaseServer::FakeDatabaseServer(Clock& clock, ServerConfig config)
    : clock_(clock),
      config_(std::move(config)),
      admin_passwords_{{config_.user, config_.password}},
      info_{.flavour = "Fake", .version = "1.0", .identity = "fake", .address = ""} {}

absl::StatusOr<std::unique_ptr<DatabaseServer>> FakeDatabaseServer::Open(const ServerConfig& config,
                                                                         absl::Time deadline) {
  const auto host = absl::c_find_first_of(config.hosts, config_.hosts);
  const std::string address =
      host == config.hosts.end() ? "" : absl::StrCat(*host, ":", config.port);
  auto administrator = std::make_unique<Administrator>(*this, config, address);
  RETURN_IF_ERROR(Take(Step::kOpen, deadline, [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (address.empty()) return Unreachable();
    const auto found = admin_passwords_.find(config.user);
    if (found == admin_passwords_.end() ||
        (config.password != found->second && config.next_password != found->second)) {
      return Precondition(Reason::kAdminLoginRefused,
                          "the server refuses the administrator's login: set user and pass");
    }
    RETURN_IF_ERROR(CheckWritable());
    return TakeClaim(config.claim, *administrator);
  }));
  return administrator;
}

absl::Status FakeDatabaseServer::Take(Step step, absl::Time deadline, const Action& action) {
  std::function<void(Step)> hook;
  {
    absl::MutexLock lock(&mutex_);
    ++steps_;
    hook = hook_;
  }
  if (hook != nullptr) hook(step);

  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(CheckReachable(deadline));
  std::deque<Failure>& failures = failures_[step];
  if (failures.empty()) return action();
  const Failure failure = std::move(failures.front());
  failures.pop_front();
  if (failure.effect == Effect::kHappened) RETURN_IF_ERROR(action());
  return failure.status;
}

absl::Status FakeDatabaseServer::TakeClaim(const ServerClaim& claim,
                                           const Administrator& administrator) {
  if (claim.installation.empty()) return absl::OkStatus();
  Holder& holder = holders_[claim.installation];
  const bool later = holder.node == claim.node && holder.epoch < claim.epoch;
  if (holder.administrators.empty() || later) {
    holder = {.node = claim.node, .epoch = claim.epoch, .administrators = {}};
  }
  if (holder.node != claim.node || holder.epoch != claim.epoch) {
    return Precondition(Reason::kServerClaimed,
                        absl::StrCat("the server is worked on by an agent of node ", holder.node,
                                     " (epoch ", holder.epoch, ")"));
  }
  holder.administrators.insert(&administrator);
  return absl::OkStatus();
}

void FakeDatabaseServer::GiveUpClaim(const ServerClaim& claim, const Administrator& administrator) {
  absl::MutexLock lock(&mutex_);
  const auto found = holders_.find(claim.installation);
  if (found != holders_.end()) found->second.administrators.erase(&administrator);
}

absl::Status FakeDatabaseServer::CheckWritable() const {
  if (!read_only_) return absl::OkStatus();
  return Precondition(Reason::kServerReadOnly, "the server is read-only");
}

absl::Status FakeDatabaseServer::CheckReachable(absl::Time deadline) const {
  if (!running_) return Unreachable();
  if (clock_.Now() >= deadline) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, Reason::kServerTimeout,
                     "the server did not answer in time");
  }
  return absl::OkStatus();
}

void FakeDatabaseServer::FailNext(Step step, absl::Status status, Effect effect) {
  absl::MutexLock lock(&mutex_);
  failures_[step].push_back({.status = std::move(status), .effect = effect});
}

void FakeDatabaseServer::OnStep(std::function<void(Step)> hook) {
  absl::MutexLock lock(&mutex_);
  hook_ = std::move(hook);
}

void FakeDatabaseServer::Stop() {
  absl::MutexLock lock(&mutex_);
  running_ = false;
  sessions_.clear();
  holders_.clear();
}

void FakeDatabaseServer::Start() {
  absl::MutexLock lock(&mutex_);
  running_ = true;
}

void FakeDatabaseServer::SetReadOnly(bool read_only) {
  absl::MutexLock lock(&mutex_);
  read_only_ = read_only;
}

void FakeDatabaseServer::SetInfo(ServerInfo info) {
  absl::MutexLock lock(&mutex_);
  info_ = std::move(info);
}

void FakeDatabaseServer::SetOwnedObject(const std::string& user, const std::string& object) {
  absl::MutexLock lock(&mutex_);
  users_[user].owned_object = object;
}

void FakeDatabaseServer::CreateOwnerAlone(const DatabaseSpec& database) {
  absl::MutexLock lock(&mutex_);
  owners_.insert(database.owner.text());
}

void FakeDatabaseServer::CreateUserAlone(const Identifier& user) {
  absl::MutexLock lock(&mutex_);
  users_[user.text()];
}

void FakeDatabaseServer::DropDatabaseAlone(const DatabaseSpec& database) {
  absl::MutexLock lock(&mutex_);
  DropTables(database.name.text());
}

void FakeDatabaseServer::CreateForeignDatabase(const std::string& name, const std::string& owner,
                                               const Secret& password) {
  absl::MutexLock lock(&mutex_);
  databases_[name].owner = owner;
  if (!password.empty()) users_[owner] = {.database = name, .passwords = password};
}

void FakeDatabaseServer::GrantTooMuch(const std::string& user, const std::string& privilege) {
  absl::MutexLock lock(&mutex_);
  users_[user].excess.insert(privilege);
}

void FakeDatabaseServer::LockAlone(const Identifier& user) {
  absl::MutexLock lock(&mutex_);
  Lock(user.text());
}

void FakeDatabaseServer::RunRemedy(const std::string& remedy) {
  absl::MutexLock lock(&mutex_);
  for (auto& [name, user] : users_) {
    std::erase_if(user.excess,
                  [&](const std::string& privilege) { return RemedyFor(privilege) == remedy; });
  }
}

bool FakeDatabaseServer::LetsAdministratorIn(const Secret& password) const {
  absl::MutexLock lock(&mutex_);
  return password == admin_passwords_.at(config_.user);
}

void FakeDatabaseServer::AddAdministrator(const std::string& user, const Secret& password) {
  absl::MutexLock lock(&mutex_);
  admin_passwords_[user] = password;
}

bool FakeDatabaseServer::HasDatabase(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  return databases_.contains(name);
}

bool FakeDatabaseServer::HasUser(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  return users_.contains(name);
}

bool FakeDatabaseServer::HasOpenLogins(const std::string& database) const {
  absl::MutexLock lock(&mutex_);
  return absl::c_any_of(users_, [&database](const auto& entry) {
    const User& user = entry.second;
    return user.database == database && !user.passwords.current.empty() && !user.locked;
  });
}

bool FakeDatabaseServer::IsOpen(const std::string& user) const {
  absl::MutexLock lock(&mutex_);
  const auto found = users_.find(user);
  return found != users_.end() && !found->second.passwords.current.empty() && !found->second.locked;
}

bool FakeDatabaseServer::CanLogIn(const std::string& user, const Secret& password,
                                  const std::string& database) const {
  absl::MutexLock lock(&mutex_);
  return Admits(user, password, database);
}

Inventory FakeDatabaseServer::Everything() const {
  absl::MutexLock lock(&mutex_);
  Inventory inventory;
  for (const auto& [name, database] : databases_) inventory.databases.push_back(name);
  for (const auto& [name, user] : users_) inventory.users.push_back(name);
  inventory.users.insert(inventory.users.end(), owners_.begin(), owners_.end());
  return inventory;
}

bool FakeDatabaseServer::IsRunning() const {
  absl::MutexLock lock(&mutex_);
  return running_;
}

int64_t FakeDatabaseServer::steps() const {
  absl::MutexLock lock(&mutex_);
  return steps_;
}

absl::StatusOr<int64_t> FakeDatabaseServer::LogIn(const std::string& user, const Secret& password,
                                                  const std::string& database) {
  absl::MutexLock lock(&mutex_);
  if (!Admits(user, password, database)) return absl::UnauthenticatedError("login refused");
  const auto is_full = [](int limit, int64_t sessions) { return limit > 0 && sessions >= limit; };
  if (is_full(users_[user].options.connection_limit,
              absl::c_count_if(sessions_,
                               [&](const auto& entry) { return entry.second.user == user; })) ||
      is_full(databases_[database].connection_limit,
              absl::c_count_if(sessions_, [&](const auto& entry) {
                return entry.second.database == database;
              }))) {
    return absl::ResourceExhaustedError("too many sessions");
  }
  sessions_[++last_session_] = {.user = user, .database = database};
  return last_session_;
}

void FakeDatabaseServer::LogOut(int64_t session) {
  absl::MutexLock lock(&mutex_);
  sessions_.erase(session);
}

absl::Status FakeDatabaseServer::Ping(int64_t session) {
  absl::MutexLock lock(&mutex_);
  return DatabaseOf(session).status();
}

absl::Status FakeDatabaseServer::CreateTable(int64_t session, const std::string& table) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(Database* const database, DatabaseOf(session));
  RETURN_IF_ERROR(CheckMay(session, {Role::kOwner}));
  if (database->tables.try_emplace(table, 0).second) return absl::OkStatus();
  return absl::AbortedError("there is such a table");
}

absl::Status FakeDatabaseServer::DropTable(int64_t session, const std::string& table) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(Database* const database, DatabaseOf(session));
  RETURN_IF_ERROR(CheckMay(session, {Role::kOwner}));
  if (database->tables.erase(table) == 1) return absl::OkStatus();
  return absl::AbortedError("there is no such table");
}

absl::Status FakeDatabaseServer::Insert(int64_t session, const std::string& table) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(Database* const database, DatabaseOf(session));
  RETURN_IF_ERROR(CheckMay(session, {Role::kOwner, Role::kReadWrite}));
  const auto found = database->tables.find(table);
  if (found == database->tables.end()) return absl::AbortedError("there is no such table");
  ++found->second;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> FakeDatabaseServer::Count(int64_t session, const std::string& table) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(Database* const database, DatabaseOf(session));
  const auto found = database->tables.find(table);
  if (found == database->tables.end()) return absl::AbortedError("there is no such table");
  return found->second;
}

absl::Status FakeDatabaseServer::Sleep(int64_t session, absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(DatabaseOf(session).status());
  const absl::Duration limit = users_[sessions_[session].user].options.statement_timeout;
  if (limit == absl::ZeroDuration() || duration < limit) return absl::OkStatus();
  return absl::AbortedError("the statement took too long");
}

absl::StatusOr<FakeDatabaseServer::Database*> FakeDatabaseServer::DatabaseOf(int64_t session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return absl::UnavailableError("the session has been ended");
  return &databases_[found->second.database];
}

absl::Status FakeDatabaseServer::CheckMay(int64_t session, const std::set<Role>& roles) {
  const Role role = users_[sessions_[session].user].role;
  if (roles.contains(role)) return absl::OkStatus();
  return absl::PermissionDeniedError("the user may not do this");
}

bool FakeDatabaseServer::Admits(const std::string& user, const Secret& password,
                                const std::string& database) const {
  const auto found = users_.find(user);
  if (!running_ || found == users_.end() || password.empty()) return false;
  const User& stored = found->second;
  const bool knows = password == stored.passwords.current || password == stored.passwords.previous;
  return knows && !stored.locked && stored.database == database && databases_.contains(database);
}

std::vector<Deviation> FakeDatabaseServer::Inspect(const DatabaseSpec& database) const {
  const auto found = databases_.find(database.name.text());
  if (found == databases_.end()) return {{.missing = true, .detail = "it is not there"}};
  const std::string& owner = found->second.owner;
  std::vector<Deviation> deviations;
  if (owner != database.owner.text() || !owners_.contains(owner)) {
    deviations.push_back({.detail = absl::StrCat("it belongs to ", owner)});
  }
  if (found->second.connection_limit != database.options.connection_limit) {
    deviations.push_back({.detail = "it has another connection limit"});
  }
  return deviations;
}

std::vector<Deviation> FakeDatabaseServer::Inspect(const UserSpec& user) const {
  const auto found = users_.find(user.name.text());
  if (found == users_.end()) return {{.missing = true, .detail = "it is not there"}};
  std::vector<Deviation> deviations;
  if (found->second.locked) deviations.push_back({.detail = "it is locked"});
  if (found->second.database != user.database.name.text()) {
    deviations.push_back({.detail = "it may not use its database"});
  }
  if (found->second.passwords.previous.has_value() != user.has_second_password) {
    deviations.push_back({.detail = "it has one password too many, or too few"});
  }
  if (found->second.role != user.role) deviations.push_back({.detail = "it has another role"});
  if (found->second.options.connection_limit != user.options.connection_limit) {
    deviations.push_back({.detail = "it has another connection limit"});
  }
  for (const std::string& privilege : found->second.excess) {
    deviations.push_back(
        {.detail = absl::StrCat("it may ", privilege), .remedy = RemedyFor(privilege)});
  }
  return deviations;
}

void FakeDatabaseServer::EndSessions(const std::function<bool(const Session&)>& which) {
  std::erase_if(sessions_, [&which](const auto& entry) { return which(entry.second); });
}

void FakeDatabaseServer::DropTables(const std::string& database) {
  EndSessions([&](const Session& session) { return session.database == database; });
  databases_.erase(database);
}

void FakeDatabaseServer::TakeFrom(const std::string& owner, const std::string& database) {
  EndSessions([&](const Session& session) {
    return session.user == owner && session.database == database;
  });
  const auto found = users_.find(owner);
  if (found != users_.end() && found->second.database == database) found->second.database.clear();
}

void FakeDatabaseServer::Lock(const std::string& user) {
  EndSessions([&](const Session& session) { return session.user == user; });
  const auto found = users_.find(user);
  if (found != users_.end()) found->second.locked = true;
}

}  // namespace eds
