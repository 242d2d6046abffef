#ifndef EDS_CONTROLLER_STATE_SQLITE_SQL_H_
#define EDS_CONTROLLER_STATE_SQLITE_SQL_H_

#include "absl/strings/string_view.h"

// The statements of the SQLite store.
namespace eds::sql {

// How a file is known to be ours: "EDS1", and the format of its tables.
inline constexpr int kApplicationId = 0x45445331;
inline constexpr int kFormat = 1;
inline constexpr absl::string_view kGetApplicationId = "PRAGMA application_id";
inline constexpr absl::string_view kGetFormat = "PRAGMA user_version";
inline constexpr absl::string_view kCountObjects = "SELECT COUNT(*) FROM sqlite_schema";

// Version before value: it is then read without following a long value's pages.
inline constexpr absl::string_view kCreate[] = {
    "CREATE TABLE entries ("
    "key BLOB NOT NULL PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE store (revision INTEGER NOT NULL)",
    "INSERT INTO store (revision) VALUES (0)",
    "PRAGMA application_id = 0x45445331",
    "PRAGMA user_version = 1",
};

// Settings. The first is kept in the file, the others belong to a connection.
inline constexpr absl::string_view kWriteAheadLog = "PRAGMA journal_mode = WAL";
inline constexpr absl::string_view kSyncEveryCommit = "PRAGMA synchronous = FULL";
inline constexpr absl::string_view kCheckPages = "PRAGMA cell_size_check = ON";
inline constexpr absl::string_view kReadOnly = "PRAGMA query_only = ON";

inline constexpr absl::string_view kBegin = "BEGIN IMMEDIATE";
inline constexpr absl::string_view kCommit = "COMMIT";
inline constexpr absl::string_view kRollback = "ROLLBACK";

inline constexpr absl::string_view kGetRevision = "SELECT revision FROM store";
inline constexpr absl::string_view kSetRevision = "UPDATE store SET revision = ?1";

inline constexpr absl::string_view kGet = "SELECT version, value FROM entries WHERE key = ?1";
inline constexpr absl::string_view kGetVersion = "SELECT version FROM entries WHERE key = ?1";
inline constexpr absl::string_view kList =
    "SELECT key, version, value FROM entries WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3";
inline constexpr absl::string_view kCount =
    "SELECT COUNT(*) FROM entries WHERE key >= ?1 AND key < ?2";
inline constexpr absl::string_view kGetFirst =
    "SELECT key, version, value FROM entries ORDER BY key LIMIT 1";
inline constexpr absl::string_view kGetLast =
    "SELECT key, version, value FROM entries ORDER BY key DESC LIMIT 1";
inline constexpr absl::string_view kPut =
    "INSERT INTO entries (key, version, value) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value";
inline constexpr absl::string_view kDelete = "DELETE FROM entries WHERE key = ?1";

}  // namespace eds::sql

#endif  // EDS_CONTROLLER_STATE_SQLITE_SQL_H_
