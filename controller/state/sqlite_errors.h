#ifndef EDS_CONTROLLER_STATE_SQLITE_ERRORS_H_
#define EDS_CONTROLLER_STATE_SQLITE_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

struct sqlite3;

namespace eds {

// What SQLite's `code` (primary or extended) means: the one table for it. `detail`
// is SQLite's own text, which never holds a value. The code is attached.
absl::Status SqliteError(int code, absl::string_view file, absl::string_view detail);

// The error of the last call on `database`, which may be null: out of memory.
absl::Status LastSqliteError(sqlite3* database, absl::string_view file);

// kDataLoss (kStoreCorrupt), which says how to recover.
absl::Status StoreCorrupt(absl::string_view file, absl::string_view detail);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_ERRORS_H_
