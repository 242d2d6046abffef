#ifndef EDS_TESTS_SIMULATION_CHAOS_H_
#define EDS_TESTS_SIMULATION_CHAOS_H_

#include "tests/simulation/system.h"

namespace eds::simulation {

// Deals the blows that the faults of a run allow, one after the other.
class Chaos {
 public:
  // `system` must outlive this object.
  explicit Chaos(System& system) : system_(system), environment_(system.environment) {}

  void Start();
  void Stop() { stopped_ = true; }

 private:
  void Run();
  void Deal(Faults::Blow blow);
  // Does something now, and takes it back some time later.
  void ForAWhile(std::function<void(bool)> set);
  void ReplaceAgent();
  void PlantForeignObjects();
  void OwnObject();
  Node& AnyNode();

  System& system_;
  Environment& environment_;
  bool stopped_ = false;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_CHAOS_H_
