#ifndef EDS_CONTROLLER_STATE_SQLITE_READERS_H_
#define EDS_CONTROLLER_STATE_SQLITE_READERS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "controller/state/sqlite_connection.h"
#include "controller/state/state_store.h"

namespace eds {

// Reads the records of a store on a few connections of its own, so that reads wait
// neither for the writer nor for each other. Each sees all that was committed before
// it began. Thread-safe; the methods are those of StateStore.
class SqliteReaders {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteReaders>> Open(const std::string& path,
                                                             size_t connections);

  absl::StatusOr<StoredEntry> Get(absl::string_view key);
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit);
  absl::StatusOr<int64_t> Count(absl::string_view prefix);

 private:
  class Lease;

  SqliteReaders() = default;

  absl::Mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_READERS_H_
