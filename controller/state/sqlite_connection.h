#ifndef EDS_CONTROLLER_STATE_SQLITE_CONNECTION_H_
#define EDS_CONTROLLER_STATE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eds {

// One run of a prepared statement; what it holds is let go with it. One at a time
// for each text of a statement.
class SqliteQuery {
 public:
  // Values for ?1, ?2, and so on. Bytes must stay as they are until the query goes.
  SqliteQuery& Bind(int index, absl::string_view bytes);
  SqliteQuery& Bind(int index, int64_t integer);

  // Moves to the next row: false after the last one. Also says if a Bind() failed.
  absl::StatusOr<bool> Next();

  // For statements that answer nothing.
  absl::Status Run();

  // Of the row that Next() moved to, counted from 0. Bytes stay until the next Next().
  absl::string_view Bytes(int column);
  int64_t Integer(int column);

  // Of the file.
  const std::string& path() const { return *path_; }

 private:
  friend class SqliteConnection;

  struct Reset {
    void operator()(sqlite3_stmt* statement) const;
  };

  SqliteQuery(sqlite3_stmt* statement, const std::string& path)
      : path_(&path), statement_(statement) {}

  const std::string* path_;
  int bind_code_ = SQLITE_OK;  // The last failure of Bind().
  std::unique_ptr<sqlite3_stmt, Reset> statement_;
};

// A connection to an SQLite file, for one thread at a time.
class SqliteConnection {
 public:
  enum class Access { kReadWrite, kReadOnly };

  // `path` must exist.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const std::string& path,
                                                                Access access);

  // `sql` is prepared when it is first used, and kept.
  absl::StatusOr<SqliteQuery> Query(absl::string_view sql);

  // For statements without values, whose answer does not matter.
  absl::Status Execute(absl::string_view sql);

  // The only value of the only row that `sql` answers; kDataLoss without a row.
  absl::StatusOr<int64_t> Integer(absl::string_view sql);

  bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit SqliteConnection(const std::string& path) : path_(path) {}

  const std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_CONNECTION_H_
