#include "controller/state/sqlite_readers.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/status_macros.h"
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

  SqliteConnection* operator->() { return connection_.get(); }

 private:
  SqliteReaders& readers_;
  std::unique_ptr<SqliteConnection> connection_;
};

absl::StatusOr<std::unique_ptr<SqliteReaders>> SqliteReaders::Open(const std::string& path,
                                                                   size_t connections) {
  std::unique_ptr<SqliteReaders> readers(new SqliteReaders());
  absl::MutexLock lock(&readers->mutex_);
  while (readers->idle_.size() < connections) {
    ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection, SqliteConnection::Open(path));
    RETURN_IF_ERROR(connection->Execute(sql::kReadOnly));
    readers->idle_.push_back(std::move(connection));
  }
  return readers;
}

absl::StatusOr<StoredEntry> SqliteReaders::Get(absl::string_view key) {
  Lease connection(*this);
  ASSIGN_OR_RETURN(SqliteQuery query, connection->Query(sql::kGet));
  ASSIGN_OR_RETURN(const bool found, query.Bind(1, key).Next());
  if (!found) return NoSuchEntry(key);
  return StoredEntry{std::string(key), query.Bytes(1), query.Integer(0)};
}

absl::StatusOr<std::vector<StoredEntry>> SqliteReaders::List(absl::string_view prefix,
                                                             absl::string_view after,
                                                             size_t limit) {
  const KeyRange range = KeysUnder(prefix, after);
  const int64_t rows = static_cast<int64_t>(
      std::min(limit, static_cast<size_t>(std::numeric_limits<int64_t>::max())));
  std::vector<StoredEntry> page;
  Lease connection(*this);
  ASSIGN_OR_RETURN(SqliteQuery query, connection->Query(sql::kList));
  query.Bind(1, range.begin).Bind(2, range.end).Bind(3, rows);
  while (true) {
    ASSIGN_OR_RETURN(const bool found, query.Next());
    if (!found) return page;
    page.push_back({query.Bytes(0), query.Bytes(2), query.Integer(1)});
  }
}

absl::StatusOr<int64_t> SqliteReaders::Count(absl::string_view prefix) {
  const KeyRange range = KeysUnder(prefix);
  Lease connection(*this);
  ASSIGN_OR_RETURN(SqliteQuery query, connection->Query(sql::kCount));
  query.Bind(1, range.begin).Bind(2, range.end);
  RETURN_IF_ERROR(query.Next().status());
  return query.Integer(0);
}

}  // namespace eds
