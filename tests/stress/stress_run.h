#ifndef EDS_TESTS_STRESS_STRESS_RUN_H_
#define EDS_TESTS_STRESS_STRESS_RUN_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/random.h"
#include "common/secret.h"
#include "node/database_server.h"

namespace eds {

struct StressPlan {
  uint64_t seed = 0;
  int objects = 0;  // Databases and users that are created, in all.
  int workers = 16;
  bool has_second_passwords = false;
  std::vector<DatabaseOptions> database_options;  // To choose from.
};

// What came of it.
struct StressReport {
  std::map<std::string, int> done;                // How often, by what was done.
  std::vector<std::string> errors;                // That nobody provoked.
  absl::Duration longest = absl::ZeroDuration();  // Of one step.
  absl::Duration elapsed = absl::ZeroDuration();
};

// Many workers that create, change and drop users and databases on one server at random,
// and in the end drop all that is left. Nobody drops what another one is just working on;
// otherwise they do not look at each other. Each worker's choices follow from the seed.
class StressRun {
 public:
  // Whether `user` can log in to its database, and work there as its role allows.
  using LogIn = std::function<absl::Status(const UserSpec& user, const Secret& password)>;

  // `server` must outlive it.
  StressRun(DatabaseServer& server, std::string installation, StressPlan plan, LogIn log_in);

  StressReport Run();

 private:
  struct User {
    explicit User(UserSpec spec, Passwords passwords)
        : spec(std::move(spec)), passwords(std::move(passwords)) {}

    const UserSpec spec;
    absl::Mutex mutex;
    Passwords passwords ABSL_GUARDED_BY(mutex);
    bool locked ABSL_GUARDED_BY(mutex) = false;
    bool dropped ABSL_GUARDED_BY(mutex) = false;
  };

  struct Database {
    explicit Database(DatabaseSpec spec) : spec(std::move(spec)) {}

    const DatabaseSpec spec;
    absl::Mutex mutex;  // Shared by those who work in it.
    bool dropped ABSL_GUARDED_BY(mutex) = false;
    absl::Mutex users_mutex;
    std::vector<std::shared_ptr<User>> users ABSL_GUARDED_BY(users_mutex);
  };

  // One of those who work at the same time.
  class Worker;

  void RunAll(const std::function<void(Worker&)>& work);
  std::shared_ptr<Database> Pick(uint64_t choice);
  void Note(const std::string& what, const absl::Status& status, absl::StatusCode expected,
            absl::Duration duration);

  DatabaseServer& server_;
  const std::string installation_;
  const StressPlan plan_;
  const LogIn log_in_;
  SystemRandom names_;
  std::atomic<int> created_ = 0;
  absl::Mutex mutex_;
  std::vector<std::shared_ptr<Database>> databases_ ABSL_GUARDED_BY(mutex_);
  StressReport report_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_TESTS_STRESS_STRESS_RUN_H_
