#include "tests/simulation/ledger.h"

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace eds::simulation {
namespace {

using Method = Order::Method;
using State = Ledger::Database::State;

constexpr char kTable[] = "orders";
constexpr int kCrossed = -1;

bool ChangesState(Method method) {
  return method == Method::kDeleteDatabase || method == Method::kUndeleteDatabase;
}

bool ChangesUser(Method method) {
  return method == Method::kDeleteUser || method == Method::kRotatePassword ||
         method == Method::kEndOverlap;
}

std::string DatabaseOf(const std::string& user) { return user.substr(0, user.find("/users/")); }

}  // namespace

Ledger::Doubts* Ledger::DoubtsAbout(const Order& order) {
  if (ChangesUser(order.method)) {
    const auto user = users_.find(order.target);
    return user == users_.end() ? nullptr : &user->second.doubts;
  }
  if (!ChangesState(order.method)) return nullptr;
  const auto database = databases_.find(order.target);
  return database == databases_.end() ? nullptr : &database->second.doubts;
}

void Ledger::Asked(const Order& order) {
  Doubts* const doubts = DoubtsAbout(order);
  if (doubts == nullptr) return;
  if (ChangesUser(order.method) && !user_changes_.contains(order.number)) {
    const int change = ++users_.at(order.target).changes;
    user_changes_[order.number] = doubts->empty() ? change : kCrossed;
  }
  ++(*doubts)[order.number];
  if (!ChangesState(order.method)) return;
  Database& database = databases_.at(order.target);
  database.changes.try_emplace(order.number, Span{.begin = ++clock_});
  database.purge_asked |= order.purge_now;
}

void Ledger::Answered(const Order& order, const Answer& answer) {
  Settle(order, answer.status);
  if (answer.status.ok()) {
    if (order.reuses_id_of != 0 && done_.contains(order.reuses_id_of)) {
      environment_.Violation(3, absl::StrCat(Describe(order), " was answered OK, although its id ",
                                             "belongs to order ", order.reuses_id_of));
    }
    if (!answer.database.name().empty()) {
      CheckRepeat(order, answer.database.name());
      Learn(answer.database);
    }
    if (!answer.credentials.user().empty()) {
      CheckRepeat(order, answer.credentials.user());
      Learn(answer.credentials);
    }
    Take(order, answer);
  }
  CheckAll();
}

void Ledger::Settle(const Order& order, const absl::Status& status) {
  Doubts* const doubts = DoubtsAbout(order);
  if (doubts == nullptr) return;
  const auto found = doubts->find(order.number);
  if (found == doubts->end()) return;
  // Calls for the same order that are still on their way find it done.
  if (status.ok() && !order.request_id.empty()) found->second = 0;
  if (status.ok() || ChangedNothing(order, status)) --found->second;
  if (found->second > 0) return;
  doubts->erase(found);
  if (!status.ok() && ChangesState(order.method)) {
    databases_.at(order.target).changes.erase(order.number);
  }
}

void Ledger::CheckRepeat(const Order& order, const std::string& resource) {
  if (order.method == Method::kGetCredentials || order.request_id.empty()) return;
  const auto [earlier, is_first] = results_.emplace(order.number, resource);
  if (is_first || earlier->second == resource) return;
  environment_.Violation(3, absl::StrCat(Describe(order), " was answered with ", earlier->second,
                                         ", and then with ", resource));
}

void Ledger::Learn(const v1::Database& answer) {
  Database& database = databases_[answer.name()];
  database.server_name = answer.server_name();
  database.server = &server_of_(answer.node());
  database.protects = answer.deletion_protection();
  if (!absl::StartsWith(database.server_name, "d")) return;  // Adopted, perhaps once more.
  for (const auto& [name, other] : databases_) {
    if (&other == &database || other.server_name != database.server_name) continue;
    environment_.Violation(7, absl::StrCat(answer.name(), " was given what ", name, " has"));
  }
}

void Ledger::Learn(const v1::Credentials& answer) {
  User& user = users_[answer.user()];
  user.database = DatabaseOf(answer.user());
  user.logins[answer.password_generation()] = answer.username();
  for (const auto& [name, other] : users_) {
    const bool is_its = absl::c_any_of(
        other.logins, [&](const auto& login) { return login.second == answer.username(); });
    if (&other == &user || !is_its) continue;
    environment_.Violation(7, absl::StrCat(answer.user(), " was given the login of ", name));
  }
  const Secret password(answer.password());
  const auto [known, is_new] = user.passwords.emplace(answer.password_generation(), password);
  if (is_new || known->second == password) return;
  environment_.Violation(3, absl::StrCat(answer.user(), " was answered with two passwords of ",
                                         "generation ", answer.password_generation()));
}

// An order that is done.
void Ledger::Take(const Order& order, const Answer& answer) {
  const bool is_repeat = !done_.emplace(order.number, true).second;
  const auto user = users_.find(order.target);
  if (user != users_.end() && !is_repeat) TakeUserChange(order, answer, user->second);
  const auto database = databases_.find(order.target);
  if (database == databases_.end() || !ChangesState(order.method) || is_repeat) return;
  TakeState(order, database->second);
}

void Ledger::TakeUserChange(const Order& order, const Answer& answer, User& user) {
  if (order.method == Method::kDeleteUser) user.gone = true;
  // Another change that it may have crossed makes it unclear what works.
  const auto change = user_changes_.find(order.number);
  const bool is_last = change != user_changes_.end() && change->second == user.changes;
  if (!is_last || !user.doubts.empty() || user.passwords.empty()) return;
  if (order.method == Method::kEndOverlap) {
    user.ended_below = user.passwords.rbegin()->first;
  } else if (order.method == Method::kRotatePassword) {
    const bool overlaps = order.overlap > absl::ZeroDuration();
    user.ended_below = answer.credentials.password_generation() - (overlaps ? 1 : 0);
  }
}

void Ledger::TakeState(const Order& order, Database& database) {
  if (order.method == Method::kDeleteDatabase && database.protects) {
    environment_.Violation(2, absl::StrCat(Describe(order), " was done to a protected database"));
  }
  if (order.purge_now) {
    database.state = State::kPurged;
  } else if (database.state != State::kPurged) {
    const State state = order.method == Method::kDeleteDatabase ? State::kDeleted : State::kAlive;
    database.state = AreCrossed(order, database) ? State::kUnclear : state;
  }
  database.changes[order.number].end = ++clock_;
}

// Whether it cannot be told which of several orders came last.
bool Ledger::AreCrossed(const Order& order, const Database& database) const {
  const auto span = database.changes.find(order.number);
  if (!database.doubts.empty() || span == database.changes.end()) return true;
  return absl::c_any_of(database.changes, [&](const auto& other) {
    return other.first != order.number && other.second.end > span->second.begin;
  });
}

void Ledger::Changed(const FakeDatabaseServer& server, const std::string& changed, bool created) {
  for (auto& [name, database] : databases_) {
    if (database.server != &server || database.server_name != changed) continue;
    if (database.state == State::kPurged && created) {
      environment_.Violation(2, absl::StrCat(name, " is back after it was purged"));
    }
  }
  for (auto& [name, user] : users_) {
    const bool is_its =
        absl::c_any_of(user.logins, [&](const auto& entry) { return entry.second == changed; });
    if (is_its && user.gone && created) {
      environment_.Violation(5, absl::StrCat(name, " is back after its deletion"));
    }
  }
  CheckAll();
}

void Ledger::CheckAll() {
  for (const auto& [name, database] : databases_) Check(name, database);
  for (auto& [name, user] : users_) Check(name, user);
}

bool Ledger::IsPromised(const Database& database) const {
  return database.state == State::kAlive && database.doubts.empty();
}

bool Ledger::IsPromised(const User& user) const {
  const auto database = databases_.find(user.database);
  return !user.gone && user.doubts.empty() && database != databases_.end() &&
         IsPromised(database->second);
}

bool Ledger::IsLockedOut(const User& user) const {
  const auto found = databases_.find(user.database);
  if (user.gone) return true;
  if (found == databases_.end()) return false;
  const Database& database = found->second;
  return database.state == State::kPurged ||
         (database.state == State::kDeleted && database.doubts.empty());
}

bool Ledger::IsAlive(const std::string& resource) const {
  if (const auto user = users_.find(resource); user != users_.end()) {
    return IsPromised(user->second);
  }
  const auto database = databases_.find(resource);
  return database != databases_.end() && IsPromised(database->second);
}

bool Ledger::WasPurgeAsked(const FakeDatabaseServer& server, const std::string& server_name) const {
  return absl::c_any_of(databases_, [&](const auto& entry) {
    const Database& database = entry.second;
    return database.server == &server && database.server_name == server_name &&
           (database.purge_asked || expired_);
  });
}

void Ledger::Check(const std::string& name, const Database& database) {
  const bool exists = database.server->HasDatabase(database.server_name);
  const bool may_be_gone = database.purge_asked || (expired_ && !IsPromised(database));
  if (!exists && !may_be_gone) {
    environment_.Violation(
        2, absl::StrCat(name, " is lost: ", database.server_name, " is not on its server"));
  }
  if (!exists && IsPromised(database)) {
    environment_.Violation(2, absl::StrCat(name, " was answered to be there, and is not"));
  }
  if (exists && database.state == State::kPurged) {
    environment_.Violation(2, absl::StrCat(name, " is there after it was purged"));
  }
}

void Ledger::Check(const std::string& name, User& user) {
  const auto database = databases_.find(user.database);
  if (database == databases_.end() || user.passwords.empty()) return;
  if (!database->second.server->IsRunning()) return;
  if (IsPromised(user)) CheckLogin(name, user, database->second);
  if (IsLockedOut(user)) CheckLockedOut(name, user);
}

void Ledger::CheckLogin(const std::string& name, User& user, Database& database) {
  for (const auto& [generation, password] : user.passwords) {
    const std::string& login = user.logins.at(generation);
    if (generation >= user.ended_below ||
        !database.server->CanLogIn(login, password, database.server_name)) {
      continue;
    }
    environment_.Violation(5, absl::StrCat(name, " can log in as ", login, " with password ",
                                           generation, ", which was ended"));
  }
  const auto& [generation, password] = *user.passwords.rbegin();
  const std::string& login = user.logins.at(generation);
  if (database.server->CanLogIn(login, password, database.server_name)) {
    Use(name, user, database);
    return;
  }
  environment_.Violation(
      2, absl::StrCat(name, " cannot log in as ", login, " with the password that was answered"));
}

void Ledger::CheckLockedOut(const std::string& name, const User& user) {
  const Database& database = databases_.at(user.database);
  FakeDatabaseServer& server = *database.server;
  for (const auto& [generation, password] : user.passwords) {
    const std::string& login = user.logins.at(generation);
    if (user.gone && server.HasUser(login)) {
      environment_.Violation(5, absl::StrCat(name, " is there after its deletion"));
    }
    if (!server.CanLogIn(login, password, database.server_name)) continue;
    environment_.Violation(5, absl::StrCat(name, " can log in after its deletion"));
  }
  if (user.session != 0 && server.Ping(user.session).ok()) {
    environment_.Violation(5, absl::StrCat(name, " has a session after its deletion"));
  }
}

// As an application would: what it wrote must stay.
void Ledger::Use(const std::string& name, User& user, Database& database) {
  FakeDatabaseServer& server = *database.server;
  if (user.session != 0 && server.Ping(user.session).ok()) return;
  const absl::StatusOr<int64_t> session = server.LogIn(
      user.logins.rbegin()->second, user.passwords.rbegin()->second, database.server_name);
  if (!session.ok()) return;
  user.session = *session;
  if (database.rows == 0) server.CreateTable(*session, kTable).IgnoreError();
  if (server.Count(*session, kTable).value_or(-1) != database.rows) {
    environment_.Violation(2, absl::StrCat(name, " does not find its data"));
  }
  if (server.Insert(*session, kTable).ok()) ++database.rows;
}

absl::optional<std::string> Ledger::ResultOf(int order) const {
  const auto found = results_.find(order);
  if (found == results_.end()) return absl::nullopt;
  return found->second;
}

}  // namespace eds::simulation
