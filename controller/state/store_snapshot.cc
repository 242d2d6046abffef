#include "controller/state/store_snapshot.h"

#include <sys/stat.h>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/file_descriptor.h"
#include "controller/state/sqlite_file.h"
#include "controller/state/sqlite_rows.h"
#include "controller/state/sqlite_sql.h"
#include "controller/state/store_damage.h"
#include "controller/state/store_rules.h"

namespace eds {

absl::StatusOr<std::unique_ptr<StoreSnapshot>> StoreSnapshot::Open(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return FileError("open", path);
  ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection,
                   SqliteConnection::Open(path, SqliteConnection::Access::kReadOnly));
  // All that is read from here on is of the moment of the first reading.
  RETURN_IF_ERROR(connection->Execute(sql::kBeginReading));
  RETURN_IF_ERROR(CheckIdentity(*connection, sql::kFormat));
  return absl::WrapUnique(new StoreSnapshot(std::move(connection)));
}

std::vector<StoreFinding> StoreSnapshot::FindDamage(size_t limit) {
  return eds::FindDamage(*connection_, Thoroughness::kFull, limit);
}

absl::StatusOr<int64_t> StoreSnapshot::Revision() {
  ASSIGN_OR_RETURN(const StoreRoot root, ReadRoot(*connection_));
  return root.revision;
}

absl::StatusOr<StoredEntry> StoreSnapshot::Get(absl::string_view key) {
  ASSIGN_OR_RETURN(absl::optional<StoredEntry> entry, FindEntry(*connection_, key));
  if (!entry) return NoSuchEntry(key);
  return *std::move(entry);
}

absl::StatusOr<std::vector<StoredEntry>> StoreSnapshot::List(absl::string_view prefix,
                                                             absl::string_view after,
                                                             size_t limit) {
  return ListEntries(*connection_, prefix, after, limit);
}

absl::StatusOr<int64_t> StoreSnapshot::Count(absl::string_view prefix) {
  return CountEntries(*connection_, prefix);
}

absl::StatusOr<int64_t> StoreSnapshot::Commit(const Transaction&) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreUnavailable,
                   absl::StrCat("the store ", connection_->path(), " is open for reading alone"));
}

std::unique_ptr<StateStore::Watcher> StoreSnapshot::Watch(absl::string_view,
                                                          std::function<void(const StoreEvent&)>) {
  return std::make_unique<Watcher>();
}

}  // namespace eds
