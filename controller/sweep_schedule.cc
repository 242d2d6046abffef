#include "controller/sweep_schedule.h"

#include <vector>

#include "common/status_macros.h"
#include "glog/logging.h"

namespace eds {
namespace {

constexpr absl::Duration kInterval = absl::Hours(1);

void LookAt(Sweeper& sweeper, const std::string& node) {
  const absl::StatusOr<Comparison> comparison = sweeper.Look(node);
  if (comparison.status().code() == absl::StatusCode::kAborted) return;  // Somebody else looks.
  if (!comparison.ok()) {
    LOG(WARNING) << "cannot compare " << node
                 << " with the records: " << comparison.status().message();
    return;
  }
  if (comparison->unknown.empty() && comparison->missing.empty()) return;
  LOG(WARNING) << node << " and the records differ: " << comparison->missing.size()
               << " objects are missing, and " << comparison->unknown.size()
               << " are in no record; see edsctl reconcile " << node;
}

}  // namespace

absl::Status SweepSchedule::Tick() {
  ASSIGN_OR_RETURN(const std::vector<StoredNode> nodes, catalog_.ListNodes());
  for (const StoredNode& stored : nodes) {
    const std::string& node = stored.record.id();
    const auto last = looked_at_.find(node);
    const bool is_due = last == looked_at_.end() || clock_.Uptime() - last->second >= kInterval;
    if (!is_due || !directory_.CheckReady(node).ok()) continue;
    // If the queue is full there will be another tick.
    if (!dispatcher_.Push(node, [this, node] { LookAt(sweeper_, node); }).ok()) continue;
    looked_at_[node] = clock_.Uptime();
  }
  return absl::OkStatus();
}

}  // namespace eds
