#ifndef EDS_CONTROLLER_STATE_STORE_SNAPSHOT_H_
#define EDS_CONTROLLER_STATE_STORE_SNAPSHOT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "controller/state/sqlite_connection.h"
#include "controller/state/state_store.h"
#include "controller/state/store_finding.h"

namespace eds {

// The file of a SQLite store as it was when this was made, to be read beside a running
// controller or without one. Changes nothing and locks nobody out; but a controller's
// log grows as long as a snapshot lives, and without a controller an empty log may be
// left beside the file. Unlike other stores, for one thread at a time;
// Commit() fails (kFailedPrecondition), and a watch sees nothing.
class StoreSnapshot final : public StateStore {
 public:
  // Says nothing of what is in it yet.
  //   kUnavailable         (kStoreUnavailable) it is not there, or cannot be read;
  //   kDataLoss            (kStoreCorrupt) it is not a store, or cannot be read at all;
  //   kFailedPrecondition  it has another format than this build's.
  static absl::StatusOr<std::unique_ptr<StoreSnapshot>> Open(const std::string& path);

  // All that is wrong with the file and its entries, up to about `limit` findings.
  std::vector<StoreFinding> FindDamage(size_t limit);
  // The store's.
  absl::StatusOr<int64_t> Revision();

  absl::StatusOr<StoredEntry> Get(absl::string_view key) override;
  absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix, absl::string_view after,
                                                size_t limit) override;
  absl::StatusOr<int64_t> Count(absl::string_view prefix) override;
  absl::StatusOr<int64_t> Commit(const Transaction& transaction) override;
  std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                 std::function<void(const StoreEvent&)> callback) override;

 private:
  explicit StoreSnapshot(std::unique_ptr<SqliteConnection> connection)
      : connection_(std::move(connection)) {}

  const std::unique_ptr<SqliteConnection> connection_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_STORE_SNAPSHOT_H_
