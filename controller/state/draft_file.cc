#include "controller/state/draft_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "controller/file_descriptor.h"

namespace eds {

absl::StatusOr<DraftFile> DraftFile::NewFor(const std::string& place) {
  std::string path = absl::StrCat(place, ".draft-XXXXXX");
  const FileDescriptor file(mkostemp(path.data(), O_CLOEXEC));
  if (!file.open()) return FileError("make", path);
  return DraftFile(std::move(path));
}

DraftFile::~DraftFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

absl::Status DraftFile::MoveTo(const std::string& place, IfThere if_there) && {
  const FileDescriptor file(open(path_.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.open()) return FileError("open", path_);
  if (fsync(file.number()) != 0) return FileError("sync", path_);
  const unsigned flags = if_there == IfThere::kFail ? RENAME_NOREPLACE : 0;
  if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, place.c_str(), flags) != 0) {
    return errno == EEXIST ? IsThere(place) : FileError("make", place);
  }
  path_.clear();
  return SyncFolderOf(place);
}

absl::Status DraftFile::IsThere(const std::string& place) {
  return absl::AlreadyExistsError(
      absl::StrCat(place, " exists already: name another file, or add --force"));
}

}  // namespace eds
