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

// Watches over a run, and tells when an invariant of the design is broken.
class Oracle {
 public:
  // All must outlive the oracle.
  Oracle(Environment& environment, StateStore& durable, Ledger& ledger)
      : environment_(environment), ledger_(ledger), records_(durable) {}

  // A statement has had an effect, or a half of it. `existed`: its object was there before.
  void Happened(const FakeDatabaseServer& server, const Statement& statement, bool existed);

 private:
  Environment& environment_;
  Ledger& ledger_;
  const Records records_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_ORACLE_H_
