#ifndef EDS_TESTS_FAULT_SMALL_DISK_H_
#define EDS_TESTS_FAULT_SMALL_DISK_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eds {

// A disk of a few MiB that can be full. It is seen by the thread that made it, and by
// the processes that this thread starts from then on; it ends with this object.
class SmallDisk {
 public:
  // In `folder`, which must be empty. kPermissionDenied if this machine lets us mount
  // nothing: it takes root, or user namespaces and no other thread in this process yet.
  static absl::StatusOr<std::unique_ptr<SmallDisk>> Mount(const std::string& folder, size_t bytes);
  ~SmallDisk();

  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  std::string File(const std::string& name) const { return folder_ + "/" + name; }

  // Leaves not a byte free.
  absl::Status Fill();
  // Takes away what Fill() wrote.
  void MakeRoom();

 private:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {}

  const std::string folder_;
};

}  // namespace eds

#endif  // EDS_TESTS_FAULT_SMALL_DISK_H_
