#ifndef EDS_TESTS_SIMULATION_OPERATOR_H_
#define EDS_TESTS_SIMULATION_OPERATOR_H_

#include <string>

#include "tests/simulation/system.h"

namespace eds::simulation {

// Somebody who has servers swept now and then, while others work; in some runs.
class Operator {
 public:
  // `system` must outlive this object.
  explicit Operator(System& system);

  void Start();
  void Stop() { stopped_ = true; }

  // Sweeps until nothing is left that is in no record. Called in a fiber, when all is well
  // again.
  void Finish();

 private:
  void Run();
  absl::Status Sweep(const Node& node, bool purge);
  absl::Status SweepInTheEnd(const Node& node);

  System& system_;
  Environment& environment_;
  const bool works_;
  bool stopped_ = false;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_OPERATOR_H_
