#ifndef EDS_TESTS_SIMULATION_STACK_H_
#define EDS_TESTS_SIMULATION_STACK_H_

#include <cstddef>

namespace eds::simulation {

// Memory for the stack of a fiber, with a page below it that faults when it overflows.
class Stack {
 public:
  Stack();
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  void* bottom() const;
  size_t size() const;

 private:
  void* const memory_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_STACK_H_
