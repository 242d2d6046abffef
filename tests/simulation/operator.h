#ifndef EDS_TESTS_SIMULATION_OPERATOR_H_
#define EDS_TESTS_SIMULATION_OPERATOR_H_

#include <string>

#include "tests/simulation/system.h"

namespace eds::simulation {

// Somebody who, in some runs, has servers swept now and then while others work; and in some
// changes how much nodes keep ready, and cordons them.
class Operator {
 public:
  // `system` must outlive this object.
  explicit Operator(System& system);

  void Start();
  void Stop() { stopped_ = true; }
  bool has_stopped() const { return busy_ == 0; }

  // Sweeps until nothing is left that is in no record. Called in a fiber, when all is well
  // again.
  void Finish();

 private:
  void Run();
  void ChangeNodes();
  absl::Status Sweep(const Node& node, bool purge);
  absl::Status SweepInTheEnd(const Node& node);

  System& system_;
  Environment& environment_;
  const bool works_;
  const bool changes_nodes_;
  bool stopped_ = false;
  int busy_ = 0;  // Changes of nodes that go on.
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_OPERATOR_H_
