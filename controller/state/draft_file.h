#ifndef EDS_CONTROLLER_STATE_DRAFT_FILE_H_
#define EDS_CONTROLLER_STATE_DRAFT_FILE_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eds {

// A file that is filled under a name of its own before it takes its place, so that
// nobody ever finds half of it there. Removed if it never does.
class DraftFile {
 public:
  // An empty file in the folder of `place`, for its owner alone.
  static absl::StatusOr<DraftFile> NewFor(const std::string& place);

  DraftFile(DraftFile&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  DraftFile& operator=(DraftFile&&) = delete;
  ~DraftFile();

  const std::string& path() const { return path_; }

  // Writes it to disk, then moves it to `place`, durably.
  //   kAlreadyExists  something is there and may not be replaced.
  enum class IfThere { kFail, kReplace };
  absl::Status MoveTo(const std::string& place, IfThere if_there) &&;

  // That error.
  static absl::Status IsThere(const std::string& place);

 private:
  explicit DraftFile(std::string path) : path_(std::move(path)) {}

  std::string path_;  // Empty: it has taken its place.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_DRAFT_FILE_H_
