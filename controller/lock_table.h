#ifndef EDS_CONTROLLER_LOCK_TABLE_H_
#define EDS_CONTROLLER_LOCK_TABLE_H_

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"

namespace eds {

// Locks on resources, by name, held while an operation runs: one operation owns a
// resource, or several share it. Thread-safe.
class LockTable {
 public:
  // `clock` must outlive the table.
  explicit LockTable(Clock& clock) : clock_(clock) {}

  // Gives the lock up when it goes.
  class Hold {
   public:
    Hold(LockTable& table, std::string name, bool shared)
        : table_(table), name_(std::move(name)), shared_(shared) {}
    ~Hold() { table_.Release(name_, shared_); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    LockTable& table_;
    const std::string name_;
    const bool shared_;
  };

  // Null if the lock did not come free until `deadline`.
  std::unique_ptr<Hold> Own(const std::string& name, absl::Time deadline);
  std::unique_ptr<Hold> Share(const std::string& name, absl::Time deadline);

 private:
  static constexpr int kOwned = -1;

  void Release(const std::string& name, bool shared);

  Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, int> holders_ ABSL_GUARDED_BY(mutex_);  // How many share it, or kOwned.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_LOCK_TABLE_H_
