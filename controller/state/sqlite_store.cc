#include "controller/state/sqlite_store.h"

#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>
#include <vector>

#include "common/status_macros.h"
#include "controller/state/file_lock.h"
#include "controller/state/group_commit.h"
#include "controller/state/sqlite_connection.h"
#include "controller/state/sqlite_file.h"
#include "controller/state/sqlite_readers.h"
#include "controller/state/sqlite_writer.h"
#include "controller/state/store_rules.h"
#include "controller/state/watch_hub.h"

namespace eds {
namespace {

constexpr size_t kReadConnections = 4;

class SqliteStore final : public StateStore {
 public:
  SqliteStore(FileLock lock, std::unique_ptr<SqliteReaders> readers,
              std::unique_ptr<SqliteConnection> writer)
      : lock_(std::move(lock)), readers_(std::move(readers)), writer_(std::move(writer)) {}

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

  const FileLock lock_;  // Let go last.
  WatchHub hub_;
  const std::unique_ptr<SqliteReaders> readers_;
  SqliteWriter writer_;
  GroupCommit commits_{[this](GroupCommit::Batch batch) { CommitBatch(batch); }};
};

absl::StatusOr<int64_t> SqliteStore::Commit(const Transaction& transaction) {
  RETURN_IF_ERROR(CheckTransaction(transaction));
  absl::StatusOr<int64_t> answer = commits_.Commit(transaction);
  hub_.Deliver();
  return answer;
}

void SqliteStore::CommitBatch(GroupCommit::Batch batch) {
  const absl::StatusOr<std::vector<StoreEvent>> events = writer_.Commit(batch);
  if (events.ok()) {
    hub_.Add(*events);
    return;
  }
  for (PendingCommit* pending : batch) pending->answer = events.status();
}

// The same file by any name has the same lock.
std::string RealPath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real.string();
}

}  // namespace

absl::StatusOr<std::unique_ptr<StateStore>> OpenSqliteStore(const std::string& path) {
  const std::string real_path = RealPath(path);
  ASSIGN_OR_RETURN(FileLock lock, FileLock::Acquire(real_path));
  RETURN_IF_ERROR(MakeStoreFile(real_path));
  ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> writer, SqliteConnection::Open(real_path));
  RETURN_IF_ERROR(PrepareStore(*writer));
  ASSIGN_OR_RETURN(std::unique_ptr<SqliteReaders> readers,
                   SqliteReaders::Open(real_path, kReadConnections));
  return std::make_unique<SqliteStore>(std::move(lock), std::move(readers), std::move(writer));
}

}  // namespace eds
