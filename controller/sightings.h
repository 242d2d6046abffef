#ifndef EDS_CONTROLLER_SIGHTINGS_H_
#define EDS_CONTROLLER_SIGHTINGS_H_

#include <map>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace eds {

// Which names looks at each node have found in no record, and since when without a break, by
// Clock::Uptime(). Forgotten with the process. Thread-safe.
class Sightings {
 public:
  // What a look found that ended at `uptime`. Looks at another server than the last one, by
  // its identity, begin anew.
  void Remember(const std::string& node, const std::string& server_identity,
                const std::set<std::string>& unknown, absl::Duration uptime);

  // The names that the last look found, and when each was first seen.
  std::map<std::string, absl::Duration> Of(const std::string& node) const;

 private:
  struct Sighting {
    std::string server_identity;
    std::map<std::string, absl::Duration> first_seen;  // By name.
  };

  mutable absl::Mutex mutex_;
  std::map<std::string, Sighting> by_node_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eds

#endif  // EDS_CONTROLLER_SIGHTINGS_H_
