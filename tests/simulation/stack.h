#ifndef EDS_TESTS_SIMULATION_STACK_H_
#define EDS_TESTS_SIMULATION_STACK_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

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

// Stacks that are used again: fresh memory costs more than most runs.
class StackPool {
 public:
  std::unique_ptr<Stack> Take();
  void Give(std::unique_ptr<Stack> stack) { free_.push_back(std::move(stack)); }

 private:
  std::vector<std::unique_ptr<Stack>> free_;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_STACK_H_
