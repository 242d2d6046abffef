#include "controller/state/sqlite_connection.h"

#include "common/status_macros.h"
#include "controller/state/sqlite_errors.h"
#include "controller/state/sqlite_sql.h"

namespace eds {
namespace {

// Nobody in this process waits for another's lock: this is for a backup tool.
constexpr int kBusyTimeoutMs = 1000;

}  // namespace

void SqliteQuery::Reset::operator()(sqlite3_stmt* statement) const {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

SqliteQuery& SqliteQuery::Bind(int index, absl::string_view bytes) {
  // A null pointer would bind NULL, not zero bytes.
  const char* const data = bytes.empty() ? "" : bytes.data();
  const int code = sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) bind_code_ = code;
  return *this;
}

SqliteQuery& SqliteQuery::Bind(int index, int64_t integer) {
  const int code = sqlite3_bind_int64(statement_.get(), index, integer);
  if (code != SQLITE_OK) bind_code_ = code;
  return *this;
}

absl::StatusOr<bool> SqliteQuery::Next() {
  if (bind_code_ != SQLITE_OK) return SqliteError(bind_code_, *path_, sqlite3_errstr(bind_code_));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return LastSqliteError(sqlite3_db_handle(statement_.get()), *path_);
}

absl::Status SqliteQuery::Run() {
  bool more = true;
  while (more) {
    ASSIGN_OR_RETURN(more, Next());
  }
  return absl::OkStatus();
}

absl::string_view SqliteQuery::Bytes(int column) {
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr
             ? ""
             : absl::string_view(static_cast<const char*>(data), static_cast<size_t>(size));
}

int64_t SqliteQuery::Integer(int column) { return sqlite3_column_int64(statement_.get(), column); }

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& path,
                                                                         Access access) {
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(path));
  sqlite3* opened = nullptr;
  const int flags = access == Access::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &opened,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  connection->database_.reset(opened);  // To be closed even after a failure.
  if (code != SQLITE_OK) return LastSqliteError(opened, path);
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  RETURN_IF_ERROR(connection->Execute(sql::kSyncEveryCommit));
  RETURN_IF_ERROR(connection->Execute(sql::kCheckPages));
  return connection;
}

absl::StatusOr<SqliteQuery> SqliteConnection::Query(absl::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return LastSqliteError(database_.get(), path_);
    found = statements_.emplace(sql, statement).first;
  }
  return SqliteQuery(found->second.get(), path_);
}

absl::Status SqliteConnection::Execute(absl::string_view sql) {
  ASSIGN_OR_RETURN(SqliteQuery query, Query(sql));
  return query.Run();
}

absl::StatusOr<int64_t> SqliteConnection::Integer(absl::string_view sql) {
  ASSIGN_OR_RETURN(SqliteQuery query, Query(sql));
  ASSIGN_OR_RETURN(const bool found, query.Next());
  if (!found) return StoreCorrupt(path_, "a row is missing");
  return query.Integer(0);
}

}  // namespace eds
