#ifndef EDS_CONTROLLER_STATE_STATE_STORE_H_
#define EDS_CONTROLLER_STATE_STATE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace eds {

struct StoredEntry {
  std::string key;
  std::string value;
  int64_t version = 0;  // The store's revision that last wrote it: 1 or more.
};

// Holds for a transaction to happen: `key` is at `version`, or absent if 0.
struct Precondition {
  std::string key;
  int64_t version = 0;
};

struct Write {
  std::string key;
  std::string value;
};

struct Transaction {
  std::vector<Precondition> preconditions = {};
  std::vector<Write> writes = {};
  std::vector<std::string> deletes = {};  // Keys; absent ones make no difference.
};

// One change, as a watcher sees it.
struct StoreEvent {
  StoredEntry entry;  // If `deleted`: no value, and the revision that deleted it.
  bool deleted = false;
};

// A small, strongly consistent map, ordered by key (bytewise). Keys are 1 to 512
// bytes, values up to 1 MiB, any bytes. Thread-safe. Every method may return
//   kUnavailable  kStoreUnavailable: the store cannot do it now (disk full, I/O error);
//   kDataLoss     kStoreCorrupt: what is stored cannot be trusted.
// After a failed Commit, read before deciding anything: it may have happened.
class StateStore {
 public:
  static constexpr size_t kMaxKeyBytes = 512;
  static constexpr size_t kMaxValueBytes = 1 << 20;

  // Ends the watch when it goes; then its callback is not running, nor will again.
  class Watcher {
   public:
    virtual ~Watcher() = default;
  };

  virtual ~StateStore() = default;

  // kNotFound if there is none.
  virtual absl::StatusOr<StoredEntry> Get(absl::string_view key) = 0;

  // Up to `limit` entries whose keys begin with `prefix` and are greater than
  // `after` (a whole key, or empty), in order.
  virtual absl::StatusOr<std::vector<StoredEntry>> List(absl::string_view prefix,
                                                        absl::string_view after, size_t limit) = 0;

  // How many keys begin with `prefix`.
  virtual absl::StatusOr<int64_t> Count(absl::string_view prefix) = 0;

  // Does all of it, durably, and answers the store's new revision, which is the
  // version of every entry written; or nothing: kAborted if a precondition does not
  // hold, kInvalidArgument if a key or value is too long or a key is written twice, or
  // both written and deleted. The revision rises with each commit.
  virtual absl::StatusOr<int64_t> Commit(const Transaction& transaction) = 0;

  // Calls `callback` for every change under `prefix` that is committed from now on,
  // in order, once each. It must not call the store, nor block for long.
  virtual std::unique_ptr<Watcher> Watch(absl::string_view prefix,
                                         std::function<void(const StoreEvent&)> callback) = 0;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_STATE_STATE_STORE_H_
