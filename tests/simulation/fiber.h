#ifndef EDS_TESTS_SIMULATION_FIBER_H_
#define EDS_TESTS_SIMULATION_FIBER_H_

#include <ucontext.h>

#include <functional>
#include <memory>

#include "tests/simulation/stack.h"

namespace eds::simulation {

// A function that runs on a stack of its own, and can stop in the middle and go on
// later, all in one thread. Must have ended, or never begun, when it goes.
class Fiber {
 public:
  Fiber(std::unique_ptr<Stack> stack, std::function<void()> body);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Runs it until it suspends itself or ends. Called from outside.
  void Resume();

  // Goes back to who resumed it. Called from inside; never while an exception is being
  // handled: those of all fibers are kept in one place.
  void Suspend();

  bool begun() const { return begun_; }
  bool ended() const { return ended_; }

  // For another fiber, once this one has ended, or if it never began.
  std::unique_ptr<Stack> TakeStack() { return std::move(stack_); }

 private:
  static void Enter(unsigned int high, unsigned int low);
  void Run();

  std::unique_ptr<Stack> stack_;
  std::function<void()> body_;
  ucontext_t inside_;
  ucontext_t outside_;
  bool begun_ = false;
  bool ended_ = false;
  // What the sanitizers know of the two stacks.
  void* inside_shadow_ = nullptr;
  void* outside_shadow_ = nullptr;
  const void* outside_bottom_ = nullptr;
  size_t outside_size_ = 0;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_FIBER_H_
