#ifndef EDS_CONTROLLER_STATE_SQLITE_STORE_H_
#define EDS_CONTROLLER_STATE_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controller/state/state_store.h"

namespace eds {

// Keeps the records in an SQLite file: a commit is on disk before it is answered, and
// commits that arrive together share one write. One process at a time has the store,
// guarded by `path`.lock; it is free again when that process dies in any way.
//
// Makes the file, with mode 0600, in a folder that exists. Besides the errors of
// StateStore: kFailedPrecondition if a newer controller wrote the file.
absl::StatusOr<std::unique_ptr<StateStore>> OpenSqliteStore(const std::string& path);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_STORE_H_
