#include "controller/state/sqlite_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "controller/state/checksum.h"
#include "controller/state/sqlite_errors.h"
#include "controller/state/sqlite_sql.h"
#include "controller/state/store_rules.h"

namespace eds {
namespace {

uint64_t ChecksumOf(const StoreRoot& root) {
  return eds::ChecksumOf("", root.revision, absl::StrCat(root.digest));
}

// SQLite's integers are signed.
int64_t Signed(uint64_t number) { return static_cast<int64_t>(number); }
uint64_t Unsigned(int64_t number) { return static_cast<uint64_t>(number); }

}  // namespace

absl::StatusOr<StoreRoot> ReadRoot(SqliteConnection& connection) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kGetRoot));
  ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return StoreCorrupt(connection.path(), "its revision is missing");
  const StoreRoot root = {query.Integer(0), Unsigned(query.Integer(1))};
  if (ChecksumOf(root) == Unsigned(query.Integer(2))) return root;
  return StoreCorrupt(connection.path(), "its revision does not fit its checksum");
}

absl::Status WriteRoot(SqliteConnection& connection, const StoreRoot& root) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kSetRoot));
  return query.Bind(1, root.revision)
      .Bind(2, Signed(root.digest))
      .Bind(3, Signed(ChecksumOf(root)))
      .Run();
}

absl::StatusOr<StoredEntry> ReadEntry(SqliteQuery& query) {
  if (FitsChecksum(query)) {
    return StoredEntry{std::string(query.Bytes(0)), std::string(query.Bytes(3)), query.Integer(1)};
  }
  return StoreCorrupt(query.path(), absl::StrCat("the record ", absl::CEscape(query.Bytes(0)),
                                                 " does not fit its checksum"));
}

bool FitsChecksum(SqliteQuery& query) {
  return eds::ChecksumOf(query.Bytes(0), query.Integer(1), query.Bytes(3)) ==
         Unsigned(query.Integer(2));
}

absl::StatusOr<absl::optional<StoredEntry>> FindEntry(SqliteConnection& connection,
                                                      absl::string_view key) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kGet));
  ASSIGN_OR_RETURN(const bool found, query.Bind(1, key).Next());
  if (!found) return absl::optional<StoredEntry>();
  ASSIGN_OR_RETURN(StoredEntry entry, ReadEntry(query));
  return absl::optional<StoredEntry>(std::move(entry));
}

absl::StatusOr<std::vector<StoredEntry>> ListEntries(SqliteConnection& connection,
                                                     absl::string_view prefix,
                                                     absl::string_view after, size_t limit) {
  const KeyRange range = KeysUnder(prefix, after);
  const int64_t rows = static_cast<int64_t>(
      std::min(limit, static_cast<size_t>(std::numeric_limits<int64_t>::max())));
  std::vector<StoredEntry> page;
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kList));
  query.Bind(1, range.begin).Bind(2, range.end).Bind(3, rows);
  while (true) {
    ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return page;
    ASSIGN_OR_RETURN(page.emplace_back(), ReadEntry(query));
  }
}

absl::StatusOr<int64_t> CountEntries(SqliteConnection& connection, absl::string_view prefix) {
  const KeyRange range = KeysUnder(prefix);
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kCount));
  query.Bind(1, range.begin).Bind(2, range.end);
  RETURN_IF_ERROR(query.Next().status());
  return query.Integer(0);
}

absl::Status WriteEntry(SqliteConnection& connection, const StoredEntry& entry) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kPut));
  return query.Bind(1, entry.key)
      .Bind(2, entry.version)
      .Bind(3, Signed(eds::ChecksumOf(entry)))
      .Bind(4, entry.value)
      .Run();
}

absl::Status DeleteEntry(SqliteConnection& connection, absl::string_view key) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kDelete));
  return query.Bind(1, key).Run();
}

}  // namespace eds
