#ifndef EDS_CONTROLLER_RECORD_WALK_H_
#define EDS_CONTROLLER_RECORD_WALK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "controller/catalog.h"

namespace eds {

// Calls `visit` for every record, those being undone as well, in the order of their ids;
// reads them by page. Ends with the first error.
absl::Status ForEachDatabase(Catalog& catalog,
                             const std::function<absl::Status(const StoredDatabase&)>& visit);
absl::Status ForEachUser(Catalog& catalog, const std::string& database,
                         const std::function<absl::Status(const StoredUser&)>& visit);

}  // namespace eds

#endif  // EDS_CONTROLLER_RECORD_WALK_H_
