#ifndef EDS_CONTROLLER_FILE_DESCRIPTOR_H_
#define EDS_CONTROLLER_FILE_DESCRIPTOR_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace eds {

// An open file, closed when it goes.
class FileDescriptor {
 public:
  // `number` may be -1: not open.
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

// kUnavailable (kStoreUnavailable): "cannot `action` `path`: " and what errno says.
absl::Status FileError(absl::string_view action, absl::string_view path);

// Makes the names in the folder of `path` durable.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace eds

#endif  // EDS_CONTROLLER_FILE_DESCRIPTOR_H_
