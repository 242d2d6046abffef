#include "controller/state/sqlite_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/file_descriptor.h"
#include "controller/state/checksum.h"
#include "controller/state/file_header.h"
#include "controller/state/sqlite_errors.h"
#include "controller/state/sqlite_rows.h"
#include "controller/state/sqlite_sql.h"
#include "controller/state/store_damage.h"

namespace eds {
namespace {

constexpr int kOldestFormat = 1;

bool HasContent(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

absl::Status CheckSize(const FileDescriptor& file, int64_t size, const std::string& path) {
  // The pages that are missing may be there.
  if (HasContent(path + "-wal") || HasContent(path + "-journal")) return absl::OkStatus();
  unsigned char header[kSqliteHeaderBytes] = {};
  const ssize_t got = pread(file.number(), header, sizeof(header), 0);
  if (got < 0) return FileError("read", path);
  const int64_t expected = ExpectedFileSize({header, static_cast<size_t>(got)});
  if (size >= expected) return absl::OkStatus();
  return StoreCorrupt(path,
                      absl::StrCat("is truncated: it has ", size, " of ", expected, " bytes"));
}

template <typename Statements>
absl::Status ExecuteAll(SqliteConnection& connection, const Statements& statements) {
  for (const absl::string_view statement : statements) {
    RETURN_IF_ERROR(connection.Execute(statement));
  }
  return absl::OkStatus();
}

absl::Status Create(SqliteConnection& connection) {
  RETURN_IF_ERROR(ExecuteAll(connection, sql::kCreate));
  return WriteRoot(connection, StoreRoot());
}

absl::Status CheckPages(SqliteConnection& connection) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kQuickCheck));
  ASSIGN_OR_RETURN(const bool answered, query.Next());
  if (answered && query.Bytes(0) == "ok") return absl::OkStatus();
  return StoreCorrupt(connection.path(), "its pages are damaged");
}

absl::Status ToError(const std::vector<StoreFinding>& findings, const std::string& path) {
  if (findings.empty()) return absl::OkStatus();
  const StoreFinding& first = findings.front();
  return StoreCorrupt(
      path, first.key.empty()
                ? first.problem
                : absl::StrCat("the record ", absl::CEscape(first.key), " ", first.problem));
}

absl::Status CheckContent(SqliteConnection& connection) {
  const std::string& path = connection.path();
  ASSIGN_OR_RETURN(const auto other,
                   SqliteConnection::Open(path, SqliteConnection::Access::kReadOnly));
  return ToError(FindDamage(connection, *other, 1), path);
}

absl::Status CopyFormat1(SqliteConnection& connection) {
  StoreRoot root;
  ASSIGN_OR_RETURN(root.revision, connection.Integer(sql::kGetRevision1));
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kListAll1));
  while (true) {
    ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return WriteRoot(connection, root);
    const StoredEntry entry = {std::string(query.Bytes(0)), std::string(query.Bytes(2)),
                               query.Integer(1)};
    root.digest += ChecksumOf(entry);
    RETURN_IF_ERROR(WriteEntry(connection, entry));
  }
}

absl::Status Upgrade(SqliteConnection& connection) {
  RETURN_IF_ERROR(ExecuteAll(connection, sql::kSetFormat1Aside));
  RETURN_IF_ERROR(ExecuteAll(connection, sql::kCreate));
  RETURN_IF_ERROR(CopyFormat1(connection));
  RETURN_IF_ERROR(ExecuteAll(connection, sql::kDropFormat1));
  return ToError(FindDamage(connection, Thoroughness::kQuick, 1), connection.path());
}

// All of `change`, or nothing, also if the machine stops on the way.
absl::Status InTransaction(SqliteConnection& connection,
                           absl::Status (*change)(SqliteConnection&)) {
  RETURN_IF_ERROR(connection.Execute(sql::kBegin));
  absl::Status status = change(connection);
  if (status.ok()) status = connection.Execute(sql::kCommit);
  if (connection.in_transaction()) connection.Execute(sql::kRollback).IgnoreError();
  return status;
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
  RETURN_IF_ERROR(CheckSize(file, status.st_size, path));
  // All of it is about to be read, in another order than it lies there.
  posix_fadvise(file.number(), 0, 0, POSIX_FADV_WILLNEED);
  return SyncFolderOf(path);
}

absl::Status CheckIdentity(SqliteConnection& connection, int oldest) {
  const std::string& path = connection.path();
  ASSIGN_OR_RETURN(const int64_t application_id, connection.Integer(sql::kGetApplicationId));
  ASSIGN_OR_RETURN(const int64_t format, connection.Integer(sql::kGetFormat));
  if (application_id != sql::kApplicationId || format < kOldestFormat) {
    return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                     absl::StrCat(path, " is not a store of this controller: name another file"));
  }
  if (format > sql::kFormat) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreUnavailable,
                     absl::StrCat("the store ", path, " was written by a newer controller (format ",
                                  format, "; this one knows ", sql::kFormat,
                                  "): run that one, or restore an older backup"));
  }
  if (format < oldest) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, Reason::kStoreUnavailable,
        absl::StrCat("the store ", path, " was written by an older controller (format ", format,
                     "): start this one on it once, which brings it to format ", sql::kFormat));
  }
  return absl::OkStatus();
}

absl::Status PrepareStore(SqliteConnection& connection) {
  ASSIGN_OR_RETURN(const int64_t application_id, connection.Integer(sql::kGetApplicationId));
  ASSIGN_OR_RETURN(const int64_t format, connection.Integer(sql::kGetFormat));
  ASSIGN_OR_RETURN(const int64_t objects, connection.Integer(sql::kCountObjects));
  if (application_id == 0 && format == 0 && objects == 0) return InTransaction(connection, Create);
  RETURN_IF_ERROR(CheckIdentity(connection, kOldestFormat));
  if (format == sql::kFormat) return CheckContent(connection);
  RETURN_IF_ERROR(CheckPages(connection));
  return InTransaction(connection, Upgrade);
}

absl::Status UseWriteAheadLog(SqliteConnection& connection) {
  ASSIGN_OR_RETURN(SqliteQuery query, connection.Query(sql::kWriteAheadLog));
  ASSIGN_OR_RETURN(const bool answered, query.Next());
  if (answered && query.Bytes(0) == "wal") return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
                   absl::StrCat("the store ", connection.path(),
                                " cannot have a write-ahead log here: put it on a local disk"));
}

}  // namespace eds
