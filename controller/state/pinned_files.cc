#include "controller/state/pinned_files.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "controller/file_descriptor.h"

namespace eds {

absl::StatusOr<PinnedFiles> PinnedFiles::Pin(const std::vector<std::string>& paths) {
  PinnedFiles pinned;
  for (const std::string& path : paths) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) return FileError("look at", path);
    pinned.files_.push_back({path, status.st_dev, status.st_ino});
  }
  return pinned;
}

absl::Status PinnedFiles::Check() const {
  for (const File& file : files_) {
    struct stat status = {};
    if (stat(file.path.c_str(), &status) == 0 && status.st_dev == file.device &&
        status.st_ino == file.number) {
      continue;
    }
    return MakeError(
        absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
        absl::StrCat(file.path,
                     " was moved, removed or replaced while it was in use: put back "
                     "what was there, or restart the controller on what is there now"));
  }
  return absl::OkStatus();
}

}  // namespace eds
