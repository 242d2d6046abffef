#include "controller/state/store_copy.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/file_descriptor.h"
#include "controller/state/file_lock.h"
#include "controller/state/real_path.h"
#include "controller/state/sqlite_connection.h"
#include "controller/state/sqlite_file.h"
#include "controller/state/sqlite_sql.h"

namespace eds {
namespace {

constexpr int kAnyFormat = 1;

bool Exists(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0;
}

// Where the copy waits that is to be the store, once nothing of the old one is left beside it.
std::string RestoredName(const std::string& path) { return absl::StrCat(path, ".restored"); }

absl::Status WriteCopy(const std::string& from, const std::string& to) {
  ASSIGN_OR_RETURN(const auto source,
                   SqliteConnection::Open(from, SqliteConnection::Access::kReadOnly));
  RETURN_IF_ERROR(CheckIdentity(*source, kAnyFormat));
  ASSIGN_OR_RETURN(SqliteQuery query, source->Query(sql::kCopyInto));
  return query.Bind(1, to).Run();
}

absl::Status CheckCopy(const std::string& copy) {
  ASSIGN_OR_RETURN(const auto connection,
                   SqliteConnection::Open(copy, SqliteConnection::Access::kReadWrite));
  return PrepareStore(*connection);
}

// A copy that root made is for the user who runs the controller.
absl::Status GiveToOwnerOf(const std::string& like, const std::string& path) {
  struct stat status = {};
  if (geteuid() != 0 || stat(like.c_str(), &status) != 0) return absl::OkStatus();
  if (chown(path.c_str(), status.st_uid, status.st_gid) == 0) return absl::OkStatus();
  return FileError("give away", path);
}

absl::Status GiveAway(const std::string& store, const std::string& draft) {
  const std::string owner =
      Exists(store) ? store : std::filesystem::path(store).parent_path().string();
  RETURN_IF_ERROR(GiveToOwnerOf(owner, draft));
  return GiveToOwnerOf(owner, FileLock::PathFor(store));
}

absl::Status Move(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return FileError("make", to);
}

// The same, however often the restoring has to be finished: it is told by the copy.
absl::StatusOr<std::string> AsideName(const std::string& path) {
  struct stat status = {};
  if (stat(RestoredName(path).c_str(), &status) != 0) return FileError("open", RestoredName(path));
  const absl::Time made = absl::TimeFromTimespec(status.st_mtim);
  return absl::StrCat(path, ".before-restore-",
                      absl::FormatTime("%Y%m%dT%H%M%E3SZ", made, absl::UTCTimeZone()));
}

absl::Status CopyFailed(const absl::Status& status, const std::string& from) {
  if (!absl::IsDataLoss(status)) return WithContext(status, absl::StrCat("cannot copy ", from));
  return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                   absl::StrCat(from,
                                " is not copied, because it is damaged: `edsctl store check "
                                "--store ",
                                from, "` tells more"));
}

}  // namespace

absl::StatusOr<DraftFile> CopyStore(const std::string& from, const std::string& place) {
  if (!Exists(from)) return FileError("open", from);
  ASSIGN_OR_RETURN(DraftFile draft, DraftFile::NewFor(place));
  absl::Status status = WriteCopy(from, draft.path());
  if (status.ok()) status = CheckCopy(draft.path());
  if (!status.ok()) return CopyFailed(status, from);
  return draft;
}

absl::Status BackUpStore(const std::string& from, const std::string& to,
                         DraftFile::IfThere if_there) {
  if (Exists(to + "-wal") || Exists(FileLock::PathFor(to))) {
    return absl::FailedPreconditionError(
        absl::StrCat(to, " is a controller's store: name another file"));
  }
  if (if_there == DraftFile::IfThere::kFail && Exists(to)) return DraftFile::IsThere(to);
  ASSIGN_OR_RETURN(DraftFile draft, CopyStore(from, to));
  return std::move(draft).MoveTo(to, if_there);
}

absl::StatusOr<std::string> RestoreStore(const std::string& path, const std::string& backup) {
  const std::string store = RealPath(path);
  ASSIGN_OR_RETURN(const FileLock lock, FileLock::Acquire(store));
  RETURN_IF_ERROR(FinishRestore(store));
  ASSIGN_OR_RETURN(DraftFile draft, CopyStore(backup, store));
  RETURN_IF_ERROR(GiveAway(store, draft.path()));
  const bool replaces = Exists(store);
  RETURN_IF_ERROR(std::move(draft).MoveTo(RestoredName(store), DraftFile::IfThere::kFail));
  ASSIGN_OR_RETURN(const std::string aside, AsideName(store));
  RETURN_IF_ERROR(FinishRestore(store));
  return replaces ? aside : "";
}

absl::Status FinishRestore(const std::string& path) {
  if (!Exists(RestoredName(path))) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string aside, AsideName(path));
  // A log that stays beside the new file would be taken for its own.
  RETURN_IF_ERROR(Move(path + "-wal", aside + "-wal"));
  RETURN_IF_ERROR(Move(path, aside));
  if (unlink((path + "-shm").c_str()) != 0 && errno != ENOENT) {
    return FileError("remove", path + "-shm");
  }
  RETURN_IF_ERROR(SyncFolderOf(path));
  RETURN_IF_ERROR(Move(RestoredName(path), path));
  return SyncFolderOf(path);
}

}  // namespace eds
