#ifndef EDS_CONTROLLER_COMPARISON_H_
#define EDS_CONTROLLER_COMPARISON_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/provisioner_seams.h"
#include "eds/v1/maintenance_service.pb.h"

namespace eds {

// How the objects on a node's server compare with the records.
struct Comparison {
  // Names on the server that this installation makes, of databases, users and owners.
  std::set<std::string> objects;
  // Those of them that are in no record of any node.
  std::set<std::string> unknown;
  // What the records say is there, and is not. What is being created, changed or
  // deleted is neither missing nor unknown.
  std::vector<v1::Discrepancy> missing;
  // What was made ahead, and is not there any more.
  std::vector<StoredReady> lost;
};

// Lists the server's objects, then reads the records: a record precedes its object, so
// that what was listed and is in no record is none of an operation that runs, but for
// one that was dropped meanwhile. Changes nothing.
absl::StatusOr<Comparison> CompareWithRecords(const ProvisionerSeams& seams,
                                              const std::string& node);

}  // namespace eds

#endif  // EDS_CONTROLLER_COMPARISON_H_
