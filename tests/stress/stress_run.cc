#include "tests/stress/stress_run.h"

#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/error.h"

namespace eds {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(1);  // Of a step, as the controller's.
constexpr absl::StatusCode kOk = absl::StatusCode::kOk;

}  // namespace

class StressRun::Worker {
 public:
  Worker(StressRun& run, int number) : run_(run), choices_(run.plan_.seed * 1000 + number) {}

  void DoSomething() {
    const uint64_t choice = Choose(100);
    if (choice < 12) return CreateDatabase();
    const std::shared_ptr<Database> database = run_.Pick(choices_());
    if (database == nullptr) return CreateDatabase();
    if (choice < 16) return DropDatabase(*database);
    if (choice < 20) return Inspect(*database);
    absl::ReaderMutexLock lock(&database->mutex);
    if (database->dropped) return CreateUserOfADroppedDatabase(*database);
    if (choice < 40) return CreateUser(*database);
    if (choice < 46) return CreateAgain(*database);
    const std::shared_ptr<User> user = PickUser(*database);
    if (user == nullptr) return CreateUser(*database);
    absl::MutexLock user_lock(&user->mutex);
    if (user->dropped) return RotateADroppedUser(*user);
    if (choice < 68) return Rotate(*user);
    if (choice < 75) return Lock(*user);
    if (choice < 84) return CreateAgain(*user);
    Drop(*user);
  }

  // What is left of one that was taken from the others' reach.
  void DropDatabase(Database& database) {
    absl::WriterMutexLock lock(&database.mutex);
    if (database.dropped) return;
    const bool users_first = Choose(2) == 0;
    if (users_first) DropUsers(database);
    Do("drop a database", [&] { return run_.server_.DropDatabase(database.spec, Deadline()); });
    if (!users_first) DropUsers(database);
    database.dropped = true;
  }

 private:
  static absl::Time Deadline() { return absl::Now() + kPatience; }

  uint64_t Choose(uint64_t count) { return choices_() % count; }

  Identifier NewName(char prefix) {
    return *Identifier::Parse(
        absl::StrCat(std::string(1, prefix), run_.installation_, RandomBase32(run_.names_, 16)));
  }

  template <typename Step>
  bool Do(const std::string& what, const Step& step, absl::StatusCode expected = kOk) {
    const absl::Time begin = absl::Now();
    const absl::Status status = step();
    run_.Note(what, status, expected, absl::Now() - begin);
    return status.ok();
  }

  // Now and then a repeat overtakes the call that it repeats.
  template <typename Step>
  void DoAtLeastOnce(const std::string& what, const Step& step) {
    if (Choose(4) != 0) {
      Do(what, step);
      return;
    }
    std::thread repeat([&] { Do(what, step); });
    Do(what, step);
    repeat.join();
  }

  std::shared_ptr<User> PickUser(Database& database) {
    absl::MutexLock lock(&database.users_mutex);
    if (database.users.empty()) return nullptr;
    return database.users[Choose(database.users.size())];
  }

  void CreateDatabase() {
    DatabaseSpec spec = {NewName('d'), NewName('o')};
    const auto& options = run_.plan_.database_options;
    if (!options.empty()) spec.options = options[Choose(options.size())];
    auto database = std::make_shared<Database>(std::move(spec));
    ++run_.created_;
    if (!Do("create a database",
            [&] { return run_.server_.CreateDatabase(database->spec, Deadline()); })) {
      return;
    }
    absl::MutexLock lock(&run_.mutex_);
    run_.databases_.push_back(std::move(database));
  }

  UserSpec NewUser(const Database& database) {
    constexpr Role kRoles[] = {Role::kOwner, Role::kReadWrite, Role::kReadOnly};
    UserSpec spec = {
        .name = NewName('u'), .database = database.spec, .role = kRoles[Choose(std::size(kRoles))]};
    if (Choose(4) == 0) spec.options.connection_limit = 5;
    return spec;
  }

  void CreateUser(Database& database) {
    auto user = std::make_shared<User>(NewUser(database), RandomPassword(run_.names_));
    ++run_.created_;
    {
      absl::MutexLock lock(&user->mutex);
      if (!Do("create a user",
              [&] { return run_.server_.CreateUser(user->spec, user->passwords, Deadline()); })) {
        return;
      }
      LogIn(*user);
    }
    absl::MutexLock lock(&database.users_mutex);
    database.users.push_back(std::move(user));
  }

  void CreateAgain(const Database& database) {
    DoAtLeastOnce("create a database again",
                  [&] { return run_.server_.CreateDatabase(database.spec, Deadline()); });
  }

  void CreateAgain(User& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(user.mutex) {
    Do("create a user again",
       [&] { return run_.server_.CreateUser(user.spec, user.passwords, Deadline()); });
    user.locked = false;
    LogIn(user);
  }

  void CreateUserOfADroppedDatabase(const Database& database) {
    const UserSpec user = NewUser(database);
    Do(
        "create a user of a dropped database",
        [&] { return run_.server_.CreateUser(user, RandomPassword(run_.names_), Deadline()); },
        absl::StatusCode::kNotFound);
  }

  void Rotate(User& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(user.mutex) {
    Passwords next(RandomPassword(run_.names_));
    const bool overlapping = run_.plan_.has_second_passwords && Choose(2) == 0;
    if (overlapping) next.previous = user.passwords.current;
    Do(overlapping ? "rotate a password, keeping the old one" : "rotate a password",
       [&] { return run_.server_.SetUserPassword(user.spec.name, next, Deadline()); });
    user.passwords = next;
    LogIn(user);
  }

  void RotateADroppedUser(User& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(user.mutex) {
    Do(
        "rotate the password of a dropped user",
        [&] { return run_.server_.SetUserPassword(user.spec.name, user.passwords, Deadline()); },
        absl::StatusCode::kNotFound);
  }

  void Lock(User& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(user.mutex) {
    DoAtLeastOnce("lock a user", [&] { return run_.server_.LockUser(user.spec.name, Deadline()); });
    user.locked = true;
    LogIn(user);
  }

  // With nobody in the middle of a change.
  void Inspect(Database& database) {
    absl::WriterMutexLock lock(&database.mutex);
    const std::shared_ptr<User> user = PickUser(database);
    if (database.dropped || user == nullptr) return;
    absl::MutexLock user_lock(&user->mutex);
    if (user->locked || user->dropped) return;
    UserSpec spec = user->spec;
    spec.has_second_password = user->passwords.previous.has_value();
    Do("inspect a user", [&]() -> absl::Status {
      const auto deviations = run_.server_.InspectUser(spec, Deadline());
      if (!deviations.ok() || deviations->empty()) return deviations.status();
      return absl::DataLossError(deviations->front().detail);
    });
  }

  void Drop(User& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(user.mutex) {
    Do("drop a user", [&] { return run_.server_.DropUser(user.spec, Deadline()); });
    user.dropped = true;
    LogIn(user);
  }

  void DropUsers(Database& database) {
    std::vector<std::shared_ptr<User>> users;
    {
      absl::MutexLock lock(&database.users_mutex);
      users = database.users;
    }
    for (const auto& user : users) {
      absl::MutexLock lock(&user->mutex);
      if (!user->dropped) Drop(*user);
    }
  }

  // Every fourth time: a login costs as much as a step.
  void LogIn(User& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(user.mutex) {
    if (Choose(4) != 0) return;
    const bool works = !user.locked && !user.dropped;
    const absl::StatusCode expected = works ? kOk : absl::StatusCode::kUnauthenticated;
    Do(
        works ? "log in" : "log in, locked or dropped",
        [&] { return run_.log_in_(user.spec, user.passwords.current); }, expected);
    if (works && user.passwords.previous) {
      Do("log in with the old password",
         [&] { return run_.log_in_(user.spec, *user.passwords.previous); });
    }
  }

  StressRun& run_;
  std::mt19937_64 choices_;
};

StressRun::StressRun(DatabaseServer& server, std::string installation, StressPlan plan,
                     LogIn log_in)
    : server_(server),
      installation_(std::move(installation)),
      plan_(std::move(plan)),
      log_in_(std::move(log_in)) {}

StressReport StressRun::Run() {
  const absl::Time begin = absl::Now();
  RunAll([this](Worker& worker) {
    while (created_ < plan_.objects) worker.DoSomething();
  });
  RunAll([this](Worker& worker) {
    while (true) {
      std::shared_ptr<Database> database;
      {
        absl::MutexLock lock(&mutex_);
        if (databases_.empty()) return;
        database = std::move(databases_.back());
        databases_.pop_back();
      }
      worker.DropDatabase(*database);
    }
  });
  absl::MutexLock lock(&mutex_);
  report_.elapsed = absl::Now() - begin;
  return report_;
}

void StressRun::RunAll(const std::function<void(Worker&)>& work) {
  std::vector<std::thread> threads;
  for (int number = 0; number < plan_.workers; ++number) {
    threads.emplace_back([this, number, &work] {
      Worker worker(*this, number);
      work(worker);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Mostly one of the latest: the more of them are at it, the more they collide.
std::shared_ptr<StressRun::Database> StressRun::Pick(uint64_t choice) {
  constexpr size_t kLatest = 8;
  absl::MutexLock lock(&mutex_);
  if (databases_.empty()) return nullptr;
  const bool any = choice % 4 == 0;
  const size_t count = any ? databases_.size() : std::min(kLatest, databases_.size());
  return databases_[databases_.size() - 1 - choice / 4 % count];
}

void StressRun::Note(const std::string& what, const absl::Status& status, absl::StatusCode expected,
                     absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  ++report_.done[what];
  report_.longest = std::max(report_.longest, duration);
  if (status.code() != expected)
    report_.errors.push_back(absl::StrCat(what, ": ", status.ToString()));
}

}  // namespace eds
