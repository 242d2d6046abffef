#ifndef EDS_CONTROLLER_STATE_PINNED_FILES_H_
#define EDS_CONTROLLER_STATE_PINNED_FILES_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eds {

// Files that are open and must stay where they are: what is written to one that was
// moved, removed or replaced is found by nobody who opens it by its name.
class PinnedFiles {
 public:
  // All of `paths` must exist.
  static absl::StatusOr<PinnedFiles> Pin(const std::vector<std::string>& paths);

  // kUnavailable (kStoreUnavailable), which names the file that is there no more.
  absl::Status Check() const;

 private:
  struct File {
    std::string path;
    dev_t device;
    ino_t number;
  };

  PinnedFiles() = default;

  std::vector<File> files_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_PINNED_FILES_H_
