#ifndef EDS_CONTROLLER_ATTEMPTS_H_
#define EDS_CONTROLLER_ATTEMPTS_H_

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "common/clock.h"
#include "common/random.h"

namespace eds {

// What came of the attempts to finish one unfinished resource.
struct Attempt {
  int count = 0;          // How many failed.
  std::string reason;     // Why the last one did; see docs/errors.md.
  std::string condition;  // The same, in one line.
  absl::Time next;        // InfinitePast: due now.
};

// The attempts to finish each unfinished resource, and when to try
// again: after 1 s, doubling to 5 minutes, up to a fifth earlier or later so that
// many do not come back at once. Forgotten with the process; the resources are not.
// Thread-safe.
class Attempts {
 public:
  // Both must outlive this object.
  Attempts(Clock& clock, RandomSource& random) : clock_(clock), random_(random) {}

  void Failed(const std::string& resource, const absl::Status& status);
  void Forget(const std::string& resource);

  bool IsDue(const std::string& resource) const;
  // Makes everything due now: a node has come back.
  void MakeAllDue();
  // Nullopt if none failed.
  absl::optional<Attempt> Find(const std::string& resource) const;
  // Why the last attempt failed; empty if none did.
  std::string Condition(const std::string& resource) const;

 private:
  struct Record {
    Attempt attempt;     // But for its `next`.
    absl::Duration due;  // By the uptime: a clock that is set delays nothing.
  };

  Clock& clock_;
  RandomSource& random_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Record> records_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_ATTEMPTS_H_
