#ifndef EDS_TESTS_SIMULATION_WORKLOAD_H_
#define EDS_TESTS_SIMULATION_WORKLOAD_H_

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "tests/simulation/order.h"
#include "tests/simulation/system.h"

namespace eds::simulation {

// Clients that create, change and delete, as the API's documentation tells them to: they
// give up at their deadline, and repeat what they cannot know the outcome of.
class Workload {
 public:
  // `system` must outlive the workload.
  explicit Workload(System& system);

  void Start();
  bool is_done() const { return busy_ == 0; }

  // Repeats every order that has an id until its outcome is known, and then once more.
  // Called in a fiber, when all is well again.
  void Settle();

 private:
  struct Placed {
    Order order;
    bool answered_ok = false;
  };

  void RunClient(int orders);
  Order Draw();
  void DrawTarget(Order& order);
  void DrawAdoption(Order& order);
  void DrawRequestId(Order& order);
  std::string AnyDatabase();
  std::string AnyUser();
  size_t Place(Order order);
  void Carry(size_t placed);
  Answer Attempt(size_t placed, absl::Duration timeout);
  absl::Duration DrawTimeout();
  void Confirm(size_t placed);

  System& system_;
  Environment& environment_;
  std::vector<Placed> placed_;
  int busy_ = 0;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_WORKLOAD_H_
