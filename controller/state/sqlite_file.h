#ifndef EDS_CONTROLLER_STATE_SQLITE_FILE_H_
#define EDS_CONTROLLER_STATE_SQLITE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "controller/state/sqlite_connection.h"

namespace eds {

// Makes `path` an empty file if there is none, and keeps others from reading it.
// kDataLoss (kStoreCorrupt) if its end is missing. To be called before any connection
// of this process: opening and closing the file would let go of SQLite's locks on it.
absl::Status MakeStoreFile(const std::string& path);

// Whether the file is a store, of a format from `oldest` on that is known here.
//   kDataLoss (kStoreCorrupt)              damaged, or not a store at all;
//   kFailedPrecondition (kStoreUnavailable) written by a newer controller, or too old.
absl::Status CheckIdentity(SqliteConnection& connection, int oldest);

// Makes an empty file a store; or checks all of one that is there, as FindDamage() does
// it quickly, and brings it to the format of today, in one transaction. A million small
// records take about half a second to check, and several to be brought to another format.
// The errors of CheckIdentity.
absl::Status PrepareStore(SqliteConnection& connection);

// Has commits go to a log of their own, so that reads and commits do not wait for each
// other.
absl::Status UseWriteAheadLog(SqliteConnection& connection);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_FILE_H_
