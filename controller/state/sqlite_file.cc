#include "controller/state/sqlite_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/file_descriptor.h"
#include "controller/state/sqlite_errors.h"
#include "controller/state/sqlite_sql.h"
#include "controller/state/state_store.h"

namespace eds {
namespace {

absl::Status UseWriteAheadLog(SqliteConnection& connection) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kWriteAheadLog));
  ASSIGN_OR_RETURN(const bool answered, query.Next());
  if (answered && query.Bytes(0) == "wal") return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
                   absl::StrCat("the store ", connection.path(),
                                " cannot have a write-ahead log here: put it on a local disk"));
}

// All of it or nothing: a crash on the way leaves an empty database.
absl::Status Create(SqliteConnection& connection) {
  RETURN_IF_ERROR(UseWriteAheadLog(connection));
  RETURN_IF_ERROR(connection.Execute(sql::kBegin));
  for (const absl::string_view statement : sql::kCreate) {
    RETURN_IF_ERROR(connection.Execute(statement));
  }
  return connection.Execute(sql::kCommit);
}

absl::Status CheckIdentity(int64_t application_id, int64_t format, const std::string& path) {
  if (application_id != sql::kApplicationId || format < 1) {
    return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                     absl::StrCat(path, " is not a store of this controller: name another file"));
  }
  if (format > sql::kFormat) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreUnavailable,
                     absl::StrCat("the store ", path, " was written by a newer controller (format ",
                                  format, "; this one knows ", sql::kFormat,
                                  "): run that one, or restore an older backup"));
  }
  return absl::OkStatus();
}

absl::Status CheckRecord(SqliteConnection& connection, absl::string_view sql, int64_t revision) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql));
  ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return absl::OkStatus();
  const std::string key = query.Bytes(0);
  const int64_t version = query.Integer(1);
  if (key.empty() || key.size() > StateStore::kMaxKeyBytes || version < 1 || version > revision) {
    return StoreCorrupt(connection.path(), "a record contradicts the store's revision");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status MakeStoreFile(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return FileError("open", path);
  struct stat status = {};
  if (fstat(file.number(), &status) != 0) return FileError("look at", path);
  if ((status.st_mode & 077) != 0 && fchmod(file.number(), 0600) != 0) {
    return FileError("keep others from reading", path);
  }
  return SyncFolderOf(path);
}

absl::Status PrepareStore(SqliteConnection& connection) {
  ASSIGN_OR_RETURN(const int64_t application_id, connection.Integer(sql::kGetApplicationId));
  ASSIGN_OR_RETURN(const int64_t format, connection.Integer(sql::kGetFormat));
  ASSIGN_OR_RETURN(const int64_t objects, connection.Integer(sql::kCountObjects));
  if (application_id == 0 && format == 0 && objects == 0) return Create(connection);
  RETURN_IF_ERROR(CheckIdentity(application_id, format, connection.path()));
  RETURN_IF_ERROR(UseWriteAheadLog(connection));
  ASSIGN_OR_RETURN(const int64_t revision, connection.Integer(sql::kGetRevision));
  RETURN_IF_ERROR(CheckRecord(connection, sql::kGetFirst, revision));
  return CheckRecord(connection, sql::kGetLast, revision);
}

}  // namespace eds
