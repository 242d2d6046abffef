#ifndef EDS_CONTROLLER_STATE_FILE_LOCK_H_
#define EDS_CONTROLLER_STATE_FILE_LOCK_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "controller/file_descriptor.h"

namespace eds {

// Keeps every other process, and this one, from opening the same file a second
// time. The kernel ends it with the process, however that dies.
class FileLock {
 public:
  // Locks `path`.lock, made if missing and never removed. kUnavailable
  // (kStoreUnavailable) at once if another holder has it.
  static absl::StatusOr<FileLock> Acquire(const std::string& path);

  // `path`.lock
  static std::string PathFor(const std::string& path);

 private:
  explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_FILE_LOCK_H_
