#ifndef EDS_THIRD_PARTY_TSAN_BEHIND_H_
#define EDS_THIRD_PARTY_TSAN_BEHIND_H_

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace eds::tsan {

// A function that the executable defines stands before that of a shared library, for
// the calls of all libraries too. This is the one behind it, by its mangled name.
template <typename Function>
Function* Behind(const char* symbol) {
  void* const found = dlsym(RTLD_NEXT, symbol);
  if (found == nullptr) {
    std::fprintf(stderr, "third_party/tsan: no library has %s any more\n", symbol);
    std::abort();
  }
  return reinterpret_cast<Function*>(found);
}

}  // namespace eds::tsan

#endif  // EDS_THIRD_PARTY_TSAN_BEHIND_H_
