#include "tests/simulation/fiber.h"

#include <cstdint>
#include <utility>

#include "glog/logging.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace eds::simulation {

Fiber::Fiber(std::unique_ptr<Stack> stack, std::function<void()> body)
    : stack_(std::move(stack)), body_(std::move(body)) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack_->bottom(), stack_->size());
#elif defined(__SANITIZE_THREAD__)
  inside_shadow_ = __tsan_create_fiber(0);
#endif
  PCHECK(getcontext(&inside_) == 0);
  inside_.uc_stack.ss_sp = stack_->bottom();
  inside_.uc_stack.ss_size = stack_->size();
  inside_.uc_link = nullptr;
  const auto address = reinterpret_cast<uintptr_t>(this);
  makecontext(&inside_, reinterpret_cast<void (*)()>(&Fiber::Enter), 2,
              static_cast<unsigned int>(address >> 32), static_cast<unsigned int>(address));
}

Fiber::~Fiber() {
  CHECK(ended_ || !begun_);
#if defined(__SANITIZE_THREAD__)
  __tsan_destroy_fiber(inside_shadow_);
#endif
}

// makecontext passes ints alone.
void Fiber::Enter(unsigned int high, unsigned int low) {
  reinterpret_cast<Fiber*>(static_cast<uintptr_t>(high) << 32 | low)->Run();
}

void Fiber::Run() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &outside_bottom_, &outside_size_);
#endif
  body_();
  body_ = nullptr;
  ended_ = true;
  Suspend();
}

void Fiber::Resume() {
  begun_ = true;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&outside_shadow_, inside_.uc_stack.ss_sp,
                                 inside_.uc_stack.ss_size);
#elif defined(__SANITIZE_THREAD__)
  outside_shadow_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(inside_shadow_, 0);
#endif
  swapcontext(&outside_, &inside_);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(outside_shadow_, nullptr, nullptr);
#endif
}

void Fiber::Suspend() {
#if defined(__SANITIZE_ADDRESS__)
  // Null: this stack is not come back to.
  __sanitizer_start_switch_fiber(ended_ ? nullptr : &inside_shadow_, outside_bottom_,
                                 outside_size_);
#elif defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(outside_shadow_, 0);
#endif
  swapcontext(&inside_, &outside_);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(inside_shadow_, &outside_bottom_, &outside_size_);
#endif
}

}  // namespace eds::simulation
