// What failpoints do in binaries for tests. The file that the environment variable
// EDS_FAILPOINTS names, if there is one, says at which of the failpoints to come what
// happens: "3 kill", at the third from now SIGKILL; "1 stop", at the next SIGSTOP. The
// name of the failpoint is then appended to the file of that name and ".reached".

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "common/failpoint.h"

namespace eds {
namespace {

// Counts the file down, for all threads and processes that read it. The signal to
// send, or 0.
int CountDown(int file) {
  std::array<char, 32> text = {};
  if (flock(file, LOCK_EX) != 0 || pread(file, text.data(), text.size() - 1, 0) <= 0) return 0;
  long left = 0;
  std::array<char, 8> action = {};
  if (sscanf(text.data(), "%ld %7s", &left, action.data()) != 2 || left <= 0) return 0;
  const std::string rest = std::to_string(left - 1) + " " + action.data() + "\n";
  if (ftruncate(file, 0) != 0 || pwrite(file, rest.data(), rest.size(), 0) < 0) return 0;
  if (left > 1) return 0;
  return strcmp(action.data(), "stop") == 0 ? SIGSTOP : SIGKILL;
}

void Report(const std::string& path, const char* name) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const std::string line = std::string(name) + "\n";
  if (file < 0 || write(file, line.data(), line.size()) < 0) abort();
  close(file);
}

}  // namespace

void FailpointReached(const char* name) {
  const char* const path = getenv("EDS_FAILPOINTS");
  if (path == nullptr) return;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  const int signal = CountDown(file);
  if (signal != 0) {
    Report(std::string(path) + ".reached", name);
    kill(getpid(), signal);
  }
  close(file);
}

}  // namespace eds
