#include "tests/simulation/fiber.h"

#include <cstdint>
#include <utility>

#include "glog/logging.h"

#if defined(__SANITIZE_ADDRESS__)
#include <dlfcn.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace eds::simulation {
namespace {

#if defined(__SANITIZE_ADDRESS__)
// The C library's own: AddressSanitizer's complains once that it does not know of fibers,
// although it is told of every switch.
void Swap(ucontext_t* from, const ucontext_t* to) {
  using SwapContext = int (*)(ucontext_t*, const ucontext_t*);
  static const auto swap = reinterpret_cast<SwapContext>(
      dlsym(dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD), "swapcontext"));
  swap(from, to);
}
#else
void Swap(ucontext_t* from, const ucontext_t* to) { swapcontext(from, to); }
#endif

}  // namespace

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
  Swap(&outside_, &inside_);
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
  Swap(&inside_, &outside_);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(inside_shadow_, &outside_bottom_, &outside_size_);
#endif
}

}  // namespace eds::simulation
