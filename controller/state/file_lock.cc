#include "controller/state/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& path) {
  const std::string lock_path = PathFor(path);
  FileDescriptor file(open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return FileError("open", lock_path);
  if (flock(file.number(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(file));
  if (errno != EWOULDBLOCK) return FileError("lock", lock_path);
  return MakeError(
      absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
      absl::StrCat("the store ", path, " is in use by another controller, which holds ", lock_path,
                   ": stop that one, or name another file"));
}

std::string FileLock::PathFor(const std::string& path) { return absl::StrCat(path, ".lock"); }

}  // namespace eds
