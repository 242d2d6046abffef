#ifndef EDS_TESTS_SIMULATION_SIMULATED_SERVER_H_
#define EDS_TESTS_SIMULATION_SIMULATED_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "node/fake_database_server.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/statement.h"

namespace eds::simulation {

// A database server on a machine of its own: statements take time and go on when who sent
// them is dead; they fail before, after and in the middle of their effect.
class SimulatedServer {
 public:
  // Both must outlive the server.
  SimulatedServer(Environment& environment, Oracle& oracle, const std::string& host);

  // Has `statement` carried out for `agent`, and waits for what comes of it. One that has
  // no answer at `deadline` is cancelled; one whose agent has died may go on.
  absl::Status Run(const std::shared_ptr<Process>& agent, Statement statement, absl::Time deadline);

  void Stop() { fake_.Stop(); }
  void Start();
  void RefuseAdministrator(bool refuse) { refuses_administrator_ = refuse; }

  FakeDatabaseServer& fake() { return fake_; }
  const std::string& host() const { return host_; }

 private:
  struct Running {
    std::shared_ptr<Process> agent;  // Shared with the scheduler.
    Statement statement;
    bool cancelled = false;
    int64_t reign = 0;  // When it was sent.
    bool answered = false;
    absl::Status answer;
  };

  absl::Status Execute(const Running& running);
  absl::Status Effect(const Running& running);
  void HalfEffect(const Running& running);
  void Note(const Running& running, const std::string& outcome);
  bool IsGivenUp(const Running& running);

  Environment& environment_;
  Oracle& oracle_;
  const std::string host_;
  FakeDatabaseServer fake_;
  bool refuses_administrator_ = false;
  int64_t reign_ = 0;  // Rises with each start, and when another agent claims the server.
  std::shared_ptr<Process> ruler_;  // The agent that claimed it last. Shared likewise.
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_SIMULATED_SERVER_H_
