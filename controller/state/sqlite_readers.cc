#include "controller/state/sqlite_readers.h"

#include <utility>

#include "common/status_macros.h"
#include "controller/state/sqlite_rows.h"
#include "controller/state/sqlite_sql.h"
#include "controller/state/store_rules.h"

namespace eds {

// A connection that nobody else uses for as long as this lives.
class SqliteReaders::Lease {
 public:
  explicit Lease(SqliteReaders& readers) : readers_(readers) {
    absl::MutexLock lock(&readers.mutex_);
    const auto available = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(readers.mutex_) {
      return !readers.idle_.empty();
    };
    readers.mutex_.Await(absl::Condition(&available));
    connection_ = std::move(readers.idle_.back());
    readers.idle_.pop_back();
  }
  ~Lease() {
    absl::MutexLock lock(&readers_.mutex_);
    readers_.idle_.push_back(std::move(connection_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  SqliteConnection& operator*() { return *connection_; }

 private:
  SqliteReaders& readers_;
  std::unique_ptr<SqliteConnection> connection_;
};

absl::StatusOr<std::unique_ptr<SqliteReaders>> SqliteReaders::Open(const std::string& path,
                                                                   size_t connections) {
  std::unique_ptr<SqliteReaders> readers(new SqliteReaders());
  absl::MutexLock lock(&readers->mutex_);
  while (readers->idle_.size() < connections) {
    ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection,
                     SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite));
    RETURN_IF_ERROR(connection->Execute(sql::kReadOnly));
    readers->idle_.push_back(std::move(connection));
  }
  return readers;
}

absl::StatusOr<StoredEntry> SqliteReaders::Get(absl::string_view key) {
  Lease connection(*this);
  ASSIGN_OR_RETURN(absl::optional<StoredEntry> entry, FindEntry(*connection, key));
  if (!entry) return NoSuchEntry(key);
  return *std::move(entry);
}

absl::StatusOr<std::vector<StoredEntry>> SqliteReaders::List(absl::string_view prefix,
                                                             absl::string_view after,
                                                             size_t limit) {
  Lease connection(*this);
  return ListEntries(*connection, prefix, after, limit);
}

absl::StatusOr<int64_t> SqliteReaders::Count(absl::string_view prefix) {
  Lease connection(*this);
  return CountEntries(*connection, prefix);
}

}  // namespace eds
