#ifndef EDS_CONTROLLER_PLACEMENT_H_
#define EDS_CONTROLLER_PLACEMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/catalog.h"
#include "controller/node_configs.h"
#include "controller/node_directory.h"

namespace eds {

// Decides which node a new database goes to. Thread-safe.
class Placement {
 public:
  // All must outlive this object.
  Placement(Catalog& catalog, const NodeDirectory& directory, NodeConfigs& configs)
      : catalog_(catalog), directory_(directory), configs_(configs) {}

  // The ready node of `kind` with the fewest databases that is neither cordoned nor
  // full. If there is none, the error tells of each node of the kind what keeps it:
  // kUnavailable if that may pass, kResourceExhausted (kNodeFull) if room is all that
  // lacks, kFailedPrecondition if somebody must mend it.
  absl::StatusOr<std::string> Choose(v1::Kind kind);

  // To be called when a database has been recorded on the node.
  absl::Status Taken(const std::string& node) { return configs_.HoldToServer(node); }

  // OK if a new database can go to this node.
  absl::Status Check(const StoredNode& node);

 private:
  Catalog& catalog_;
  const NodeDirectory& directory_;
  NodeConfigs& configs_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_PLACEMENT_H_
