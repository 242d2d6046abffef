#ifndef EDS_CONTROLLER_OPERATIONS_H_
#define EDS_CONTROLLER_OPERATIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "controller/attempts.h"
#include "controller/catalog.h"
#include "controller/node_directory.h"
#include "eds/v1/maintenance_service.pb.h"

namespace eds {

// What has begun and not ended, as the public API tells of it. Thread-safe.
class Operations {
 public:
  // All must outlive this object.
  Operations(Catalog& catalog, const NodeDirectory& directory, const Attempts& attempts)
      : catalog_(catalog), directory_(directory), attempts_(attempts) {}

  // What is being done to a resource that Catalog::ListUnfinished named; nullopt if it
  // has ended since.
  absl::StatusOr<absl::optional<v1::Operation>> Find(const std::string& resource);

 private:
  absl::StatusOr<absl::optional<v1::Operation>> FindOnUser(const UserName& name);
  absl::StatusOr<absl::optional<v1::Operation>> FindOnDatabase(const std::string& id);
  absl::StatusOr<absl::optional<v1::Operation>> FindOnReady(const ReadyName& name);
  absl::StatusOr<absl::optional<v1::Operation>> FindOnNode(const std::string& id);
  // Why it is not finished yet, and when that is tried again.
  void TellProgress(v1::Operation& operation, const std::string& node);

  Catalog& catalog_;
  const NodeDirectory& directory_;
  const Attempts& attempts_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_OPERATIONS_H_
