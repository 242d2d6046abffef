#ifndef EDS_CONTROLLER_STATE_SQLITE_SQL_H_
#define EDS_CONTROLLER_STATE_SQLITE_SQL_H_

#include "absl/strings/string_view.h"

// The statements of the SQLite store.
namespace eds::sql {

// How a file is known to be ours: "EDS1", and the format of its tables.
inline constexpr int kApplicationId = 0x45445331;
inline constexpr int kFormat = 2;
inline constexpr absl::string_view kGetApplicationId = "PRAGMA application_id";
inline constexpr absl::string_view kGetFormat = "PRAGMA user_version";
inline constexpr absl::string_view kCountObjects = "SELECT COUNT(*) FROM sqlite_schema";

// Version before value: it is then read without following a long value's pages.
inline constexpr absl::string_view kCreate[] = {
    "CREATE TABLE entries ("
    "key BLOB NOT NULL PRIMARY KEY, version INTEGER NOT NULL, checksum INTEGER NOT NULL, "
    "value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE store ("
    "revision INTEGER NOT NULL, digest INTEGER NOT NULL, checksum INTEGER NOT NULL)",
    "INSERT INTO store (revision, digest, checksum) VALUES (0, 0, 0)",
    "PRAGMA application_id = 0x45445331",
    "PRAGMA user_version = 2",
};

// Format 1 had no checksums.
inline constexpr absl::string_view kSetFormat1Aside[] = {
    "ALTER TABLE entries RENAME TO entries_1",
    "ALTER TABLE store RENAME TO store_1",
};
inline constexpr absl::string_view kGetRevision1 = "SELECT revision FROM store_1";
inline constexpr absl::string_view kListAll1 =
    "SELECT key, version, value FROM entries_1 ORDER BY key";
inline constexpr absl::string_view kDropFormat1[] = {
    "DROP TABLE entries_1",
    "DROP TABLE store_1",
};

// Settings. The first is kept in the file, the others belong to a connection.
inline constexpr absl::string_view kWriteAheadLog = "PRAGMA journal_mode = WAL";
inline constexpr absl::string_view kSyncEveryCommit = "PRAGMA synchronous = FULL";
inline constexpr absl::string_view kCheckPages = "PRAGMA cell_size_check = ON";
inline constexpr absl::string_view kReadOnly = "PRAGMA query_only = ON";

// Each answers "ok", or what is wrong, a row each.
inline constexpr absl::string_view kQuickCheck = "PRAGMA quick_check";
inline constexpr absl::string_view kIntegrityCheck = "PRAGMA integrity_check";

inline constexpr absl::string_view kBegin = "BEGIN IMMEDIATE";
inline constexpr absl::string_view kBeginReading = "BEGIN";
inline constexpr absl::string_view kCommit = "COMMIT";
inline constexpr absl::string_view kRollback = "ROLLBACK";

// Into a file that is empty.
inline constexpr absl::string_view kCopyInto = "VACUUM INTO CAST(?1 AS TEXT)";

inline constexpr absl::string_view kGetRoot = "SELECT revision, digest, checksum FROM store";
inline constexpr absl::string_view kSetRoot =
    "UPDATE store SET revision = ?1, digest = ?2, checksum = ?3";

inline constexpr absl::string_view kGet =
    "SELECT key, version, checksum, value FROM entries WHERE key = ?1";
inline constexpr absl::string_view kList =
    "SELECT key, version, checksum, value FROM entries WHERE key >= ?1 AND key < ?2 "
    "ORDER BY key LIMIT ?3";
inline constexpr absl::string_view kListAll =
    "SELECT key, version, checksum, value FROM entries ORDER BY key";
inline constexpr absl::string_view kCount =
    "SELECT COUNT(*) FROM entries WHERE key >= ?1 AND key < ?2";
inline constexpr absl::string_view kPut =
    "INSERT INTO entries (key, version, checksum, value) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (key) DO UPDATE SET "
    "version = excluded.version, checksum = excluded.checksum, value = excluded.value";
inline constexpr absl::string_view kDelete = "DELETE FROM entries WHERE key = ?1";

}  // namespace eds::sql

#endif  // EDS_CONTROLLER_STATE_SQLITE_SQL_H_
