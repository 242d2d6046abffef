#ifndef EDS_CONTROLLER_SWEEP_SCHEDULE_H_
#define EDS_CONTROLLER_SWEEP_SCHEDULE_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "controller/catalog.h"
#include "controller/dispatcher.h"
#include "controller/node_directory.h"
#include "controller/sweeper.h"

namespace eds {

// Has the sweeper look at every ready node each hour, on the node's own queue, and logs
// what it finds. Nothing is mended or dropped. Starts no thread: somebody calls Tick().
// Not thread-safe.
class SweepSchedule {
 public:
  // All must outlive the schedule and what it has queued.
  SweepSchedule(Sweeper& sweeper, Catalog& catalog, const NodeDirectory& directory,
                Dispatcher& dispatcher, Clock& clock)
      : sweeper_(sweeper),
        catalog_(catalog),
        directory_(directory),
        dispatcher_(dispatcher),
        clock_(clock) {}

  // Queues the looks that are due; the first at a node is.
  absl::Status Tick();

 private:
  Sweeper& sweeper_;
  Catalog& catalog_;
  const NodeDirectory& directory_;
  Dispatcher& dispatcher_;
  Clock& clock_;
  std::map<std::string, absl::Duration> looked_at_;  // By node, in uptime.
};

}  // namespace eds

#endif  // EDS_CONTROLLER_SWEEP_SCHEDULE_H_
