#ifndef EDS_CONTROLLER_STATE_SQLITE_ROWS_H_
#define EDS_CONTROLLER_STATE_SQLITE_ROWS_H_

// How the tables of a store are read and written. Whatever is read is held against its
// checksum: kDataLoss (kStoreCorrupt), which names the entry, instead of a wrong one.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "controller/state/sqlite_connection.h"
#include "controller/state/state_store.h"

namespace eds {

// What a store says of all its entries.
struct StoreRoot {
  int64_t revision = 0;
  // The sum of their checksums: tells if one was lost, or is an older one.
  uint64_t digest = 0;
};

absl::StatusOr<StoreRoot> ReadRoot(SqliteConnection& connection);
absl::Status WriteRoot(SqliteConnection& connection, const StoreRoot& root);

// The entry that `query` has moved to, and whether it fits its checksum; the columns are
// those of kList.
absl::StatusOr<StoredEntry> ReadEntry(SqliteQuery& query);
bool FitsChecksum(SqliteQuery& query);

// Nullopt if there is none.
absl::StatusOr<absl::optional<StoredEntry>> FindEntry(SqliteConnection& connection,
                                                      absl::string_view key);

// As StateStore::List and StateStore::Count.
absl::StatusOr<std::vector<StoredEntry>> ListEntries(SqliteConnection& connection,
                                                     absl::string_view prefix,
                                                     absl::string_view after, size_t limit);
absl::StatusOr<int64_t> CountEntries(SqliteConnection& connection, absl::string_view prefix);

// In place of the entry with its key, if there is one.
absl::Status WriteEntry(SqliteConnection& connection, const StoredEntry& entry);
absl::Status DeleteEntry(SqliteConnection& connection, absl::string_view key);

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_ROWS_H_
