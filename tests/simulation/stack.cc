#include "tests/simulation/stack.h"

#include <sys/mman.h>

#include "glog/logging.h"

namespace eds::simulation {
namespace {

constexpr size_t kGuard = 4096;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kSize = 1 << 20;
#else
constexpr size_t kSize = 1 << 18;
#endif

void* Map() {
  void* const memory = mmap(nullptr, kGuard + kSize, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  PCHECK(memory != MAP_FAILED);
  PCHECK(mprotect(memory, kGuard, PROT_NONE) == 0);
  return memory;
}

}  // namespace

Stack::Stack() : memory_(Map()) {}
Stack::~Stack() { munmap(memory_, kGuard + kSize); }
void* Stack::bottom() const { return static_cast<char*>(memory_) + kGuard; }
size_t Stack::size() const { return kSize; }

std::unique_ptr<Stack> StackPool::Take() {
  if (free_.empty()) return std::make_unique<Stack>();
  std::unique_ptr<Stack> stack = std::move(free_.back());
  free_.pop_back();
  return stack;
}

}  // namespace eds::simulation
