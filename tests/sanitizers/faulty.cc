// Does what sanitizers report, for sanitizers_test to see that they do.
//
// usage: faulty use_after_free|undefined_and_killed|leak|exit_3

#include <csignal>
#include <cstdlib>
#include <limits>

#include "absl/strings/string_view.h"

namespace {

int* volatile kept = nullptr;

int UseAfterFree() {
  kept = new int(1);
  delete kept;
  return *kept;
}

int UndefinedAndKilled() {
  volatile int number = std::numeric_limits<int>::max();
  number = number + 1;
  return std::raise(SIGKILL);
}

int Leak() {
  kept = new int(1);
  kept = nullptr;
  return 0;
}

int Run(absl::string_view how) {
  if (how == "use_after_free") return UseAfterFree();
  if (how == "undefined_and_killed") return UndefinedAndKilled();
  if (how == "leak") return Leak();
  return 3;
}

}  // namespace

int main(int argc, char** argv) { return argc == 2 ? Run(argv[1]) : 2; }
