#include "controller/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/error.h"

namespace eds {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (open()) close(number_);
}

absl::Status FileError(absl::string_view action, absl::string_view path) {
  const std::error_code code(errno, std::generic_category());
  return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
                   absl::StrCat("cannot ", action, " ", path, ": ", code.message()));
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const FileDescriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open()) return FileError("open", folder);
  if (fsync(opened.number()) != 0) return FileError("sync", folder);
  return absl::OkStatus();
}

}  // namespace eds
