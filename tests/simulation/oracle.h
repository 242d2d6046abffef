#ifndef EDS_TESTS_SIMULATION_ORACLE_H_
#define EDS_TESTS_SIMULATION_ORACLE_H_

#include <string>

#include "controller/state/state_store.h"
#include "node/fake_database_server.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/records.h"
#include "tests/simulation/statement.h"

namespace eds::simulation {

// Part of the names of what is on a server as if the system had made it, and no record
// knows of.
constexpr char kLeftover[] = "zzzzzzzz";

// Watches over a run, and tells when an invariant of the design is broken.
class Oracle {
 public:
  // All must outlive the oracle.
  Oracle(Environment& environment, StateStore& durable, Ledger& ledger)
      : environment_(environment), ledger_(ledger), records_(durable) {}

  // How it is with the object of a statement before that has an effect.
  struct Before {
    bool existed = false;
    bool has_open_logins = false;  // Somebody could log in to the database.
  };
  static Before Look(const FakeDatabaseServer& server, const Statement& statement);

  // The statement has had an effect, or a half of it.
  void Happened(const FakeDatabaseServer& server, const Statement& statement, const Before& before);

 private:
  void CheckDrop(const Statement& statement, const Before& before);
  void CheckUnclaimed(const FakeDatabaseServer& server);

  Environment& environment_;
  Ledger& ledger_;
  const Records records_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_ORACLE_H_
