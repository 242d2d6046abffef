#ifndef EDS_TESTS_SIMULATION_LEDGER_H_
#define EDS_TESTS_SIMULATION_LEDGER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include "absl/types/optional.h"
#include "common/secret.h"
#include "node/fake_database_server.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/order.h"

namespace eds::simulation {

// What clients were promised by the answers that they got; says so when a promise is
// broken. Whatever was asked for and not answered with certainty may happen at any time:
// nothing is promised of what it is about.
class Ledger {
 public:
  using ServerOf = std::function<FakeDatabaseServer&(const std::string& node)>;
  using Doubts = std::map<int, int>;  // Calls without a certain answer, by order.

  // When an order was first called for, and when it was answered OK.
  struct Span {
    int64_t begin = 0;
    int64_t end = std::numeric_limits<int64_t>::max();
  };

  struct Database {
    enum class State {
      kAlive,
      kDeleted,  // It may be brought back.
      kPurged,
      kUnclear,  // Orders crossed each other.
    };

    std::string server_name;
    FakeDatabaseServer* server = nullptr;
    State state = State::kAlive;
    bool protects = false;        // It must not be deleted.
    bool purge_asked = false;     // Somebody wanted it dropped for good.
    std::map<int, Span> changes;  // By order that changes its state.
    Doubts doubts;
    int64_t rows = 0;  // In its table.
  };

  struct User {
    std::string database;  // Name of the resource.
    // By generation, as far as they were answered.
    std::map<int64_t, Secret> passwords;
    std::map<int64_t, std::string> logins;
    int64_t ended_below = 0;  // Passwords of generations below it must not work.
    int changes = 0;          // Orders to change it that were ever called for.
    bool gone = false;
    Doubts doubts;
    int64_t session = 0;  // Of an application. 0: none.
  };

  // `environment` must outlive the ledger.
  Ledger(Environment& environment, ServerOf server_of)
      : environment_(environment), server_of_(std::move(server_of)) {}

  // A call begins, and ends.
  void Asked(const Order& order);
  void Answered(const Order& order, const Answer& answer);

  // Whatever `name` is on `server`, it has been changed there.
  void Changed(const FakeDatabaseServer& server, const std::string& name, bool created);

  // Deleted databases are purged from now on.
  void Expire() { expired_ = true; }

  // Looks whether everything promised is true.
  void CheckAll();

  // By name of the resource.
  const std::map<std::string, Database>& databases() const { return databases_; }
  const std::map<std::string, User>& users() const { return users_; }

  // Whether somebody wanted what is called so on a server to be dropped for good.
  bool WasPurgeAsked(const FakeDatabaseServer& server, const std::string& server_name) const;

  // Whether a resource must still be there.
  bool IsAlive(const std::string& resource) const;

  // The resource that an order was answered with.
  absl::optional<std::string> ResultOf(int order) const;

 private:
  Doubts* DoubtsAbout(const Order& order);
  void Settle(const Order& order, const absl::Status& status);
  void CheckRepeat(const Order& order, const std::string& resource);
  void Learn(const v1::Database& database);
  void Learn(const v1::Credentials& credentials);
  void Take(const Order& order, const Answer& answer);
  void TakeUserChange(const Order& order, const Answer& answer, User& user);
  void TakeState(const Order& order, Database& database);
  bool AreCrossed(const Order& order, const Database& database) const;
  bool IsPromised(const Database& database) const;
  bool IsPromised(const User& user) const;
  bool IsLockedOut(const User& user) const;
  void Check(const std::string& name, const Database& database);
  void Check(const std::string& name, User& user);
  void CheckLogin(const std::string& name, User& user, Database& database);
  void CheckLockedOut(const std::string& name, const User& user);
  void Use(const std::string& name, User& user, Database& database);

  Environment& environment_;
  const ServerOf server_of_;
  std::map<std::string, Database> databases_;
  std::map<std::string, User> users_;
  std::map<int, std::string> results_;  // By order.
  std::map<int, bool> done_;            // Orders that were answered OK.
  // User::changes when an order was first called for, unless others were in doubt then.
  std::map<int, int> user_changes_;
  int64_t clock_ = 0;  // Counts calls and answers.
  bool expired_ = false;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_LEDGER_H_
