#ifndef EDS_CONTROLLER_STATE_SQLITE_FILE_H_
#define EDS_CONTROLLER_STATE_SQLITE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "controller/state/sqlite_connection.h"

namespace eds {

// Makes `path` an empty file if there is none, and keeps others from reading it.
absl::Status MakeStoreFile(const std::string& path);

// Makes an empty file a store, or checks that a file with something in it is one,
// of a format known here, whose ends are sound. The check costs the same at any size,
// so it finds a truncated or a foreign file, not every damaged page.
//   kDataLoss (kStoreCorrupt)              damaged, or not a store at all;
//   kFailedPrecondition (kStoreUnavailable) written by a newer controller.
absl::Status PrepareStore(SqliteConnection& connection);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_FILE_H_
