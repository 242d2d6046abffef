#include "controller/state/sqlite_store.h"

#include <functional>
#include <utility>
#include <vector>

#include "common/failpoint.h"
#include "common/status_macros.h"
#include "controller/state/file_lock.h"
#include "controller/state/group_commit.h"
#include "controller/state/pinned_files.h"
#include "controller/state/real_path.h"
#include "controller/state/sqlite_connection.h"
#include "controller/state/sqlite_file.h"
#include "controller/state/sqlite_readers.h"
#include "controller/state/sqlite_writer.h"
#include "controller/state/store_copy.h"
#include "controller/state/store_rules.h"
#include "controller/state/watch_hub.h"

namespace eds {
namespace {

constexpr size_t kReadConnections = 4;

class SqliteStore final : public StateStore {
 public:
  SqliteStore(FileLock lock, PinnedFiles files, std::unique_ptr<SqliteReaders> readers,
              std::unique_ptr<SqliteConnection> writer)
      : lock_(std::move(lock)),
        files_(std::move(files)),
        readers_(std::move(readers)),
        writer_(std::move(writer)) {}

  absl::StatusOr<StoredEntry> Get(absl::string_view key) override { return readers_->Get(key); }
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override {
    return readers_->List(prefix, after, limit);
  }
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override {
    return readers_->Count(prefix);
  }
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override;
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override {
    return hub_.Watch(prefix, std::move(callback));
  }

 private:
  void CommitBatch(GroupCommit::Batch batch);
  absl::StatusOr<std::vector<StoreEvent>> CommitInPlace(GroupCommit::Batch batch);

  const FileLock lock_;  // Let go last.
  const PinnedFiles files_;
  WatchHub hub_;
  const std::unique_ptr<SqliteReaders> readers_;
  SqliteWriter writer_;
  GroupCommit commits_{[this](GroupCommit::Batch batch) { CommitBatch(batch); }};
};

absl::StatusOr<int64_t> SqliteStore::Commit(const Transaction& transaction) {
  RETURN_IF_ERROR(CheckTransaction(transaction));
  Failpoint("before a commit");
  absl::StatusOr<int64_t> answer = commits_.Commit(transaction);
  Failpoint("after a commit");
  hub_.Deliver();
  return answer;
}

void SqliteStore::CommitBatch(GroupCommit::Batch batch) {
  const absl::StatusOr<std::vector<StoreEvent>> events = CommitInPlace(batch);
  if (events.ok()) {
    hub_.Add(*events);
    return;
  }
  if (absl::IsDataLoss(events.status()) && batch.size() > 1) {
    // One record that is damaged must not hold up the others.
    for (size_t i = 0; i < batch.size(); ++i) CommitBatch(batch.subspan(i, 1));
    return;
  }
  for (PendingCommit* pending : batch) pending->answer = events.status();
}

// Looks before, so that nothing is written where nobody finds it, and after, so that
// nothing is answered that may be lost.
absl::StatusOr<std::vector<StoreEvent>> SqliteStore::CommitInPlace(GroupCommit::Batch batch) {
  RETURN_IF_ERROR(files_.Check());
  ASSIGN_OR_RETURN(std::vector<StoreEvent> events, writer_.Commit(batch));
  RETURN_IF_ERROR(files_.Check());
  return events;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StateStore>> OpenSqliteStore(const std::string& path) {
  // The same file by any name has the same lock.
  const std::string real_path = RealPath(path);
  ASSIGN_OR_RETURN(FileLock lock, FileLock::Acquire(real_path));
  RETURN_IF_ERROR(FinishRestore(real_path));
  RETURN_IF_ERROR(MakeStoreFile(real_path));
  ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> writer,
                   SqliteConnection::Open(real_path, SqliteConnection::Access::kReadWrite));
  RETURN_IF_ERROR(PrepareStore(*writer));
  RETURN_IF_ERROR(UseWriteAheadLog(*writer));
  ASSIGN_OR_RETURN(std::unique_ptr<SqliteReaders> readers,
                   SqliteReaders::Open(real_path, kReadConnections));
  ASSIGN_OR_RETURN(PinnedFiles files,
                   PinnedFiles::Pin({real_path, real_path + "-wal", real_path + "-shm",
                                     FileLock::PathFor(real_path)}));
  return std::make_unique<SqliteStore>(std::move(lock), std::move(files), std::move(readers),
                                       std::move(writer));
}

}  // namespace eds
