#ifndef EDS_CONTROLLER_STATE_SQLITE_WRITER_H_
#define EDS_CONTROLLER_STATE_SQLITE_WRITER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/state/group_commit.h"
#include "controller/state/sqlite_connection.h"
#include "controller/state/sqlite_rows.h"
#include "controller/state/state_store.h"

namespace eds {

// The one connection that writes to a store. For one thread at a time.
class SqliteWriter {
 public:
  // `connection` is to a file that PrepareStore() found good.
  explicit SqliteWriter(std::unique_ptr<SqliteConnection> connection)
      : connection_(std::move(connection)) {}

  // Does the transactions of `batch` one after the other, each wholly or not at all,
  // in one durable write, and gives each its answer. Returns what changed, in order.
  // After an error nothing of the batch is seen, and its answers mean nothing.
  absl::StatusOr<std::vector<StoreEvent>> Commit(GroupCommit::Batch batch);

 private:
  absl::StatusOr<std::vector<StoreEvent>> ApplyAndCommit(GroupCommit::Batch batch);
  absl::Status CheckPreconditions(const Transaction& transaction);
  // Both take what was there under the key out of the digest of `root`.
  absl::Status Put(const StoredEntry& entry, StoreRoot& root);
  absl::StatusOr<bool> Delete(const std::string& key, StoreRoot& root);
  absl::Status Apply(const Transaction& transaction, StoreRoot& root,
                     std::vector<StoreEvent>& events);

  const std::unique_ptr<SqliteConnection> connection_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_SQLITE_WRITER_H_
