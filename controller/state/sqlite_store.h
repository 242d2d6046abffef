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
// Makes the file, with mode 0600, in a folder that exists. One that is there is looked
// at whole: SQLite's quick_check, the checksum of every record, and whether all records
// are there and the latest; a million small ones take about half a second. From then on
// each record is held against its checksum whenever it is read. What neither finds is the
// loss of the last commits by damage to the end of the write-ahead log: SQLite takes it for
// the trace of a crash, and goes on from what is before it.
//
// Besides the errors of StateStore: kFailedPrecondition if a newer controller wrote the
// file. Files of older formats are brought to that of today.
absl::StatusOr<std::unique_ptr<StateStore>> OpenSqliteStore(const std::string& path);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_STORE_H_
